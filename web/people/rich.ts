/** What people type in a message: *bold*, _italic_, ~struck~, ```mono``` and links, as a tree. Pure; nothing of it is ever HTML text. */

export type Rich =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; href: string }
  | { kind: "strong" | "em" | "s" | "code"; inside: Rich[] };

const LINK = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}»”’]/giu;
const MARKS = { "*": "strong", _: "em", "~": "s" } as const;
// A mark opens before a letter and closes after one, and not in the middle of a word: 2*3*4 stays what it is.
const MARKED = /(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/u;
const CODE = /```([\s\S]+?)```/u;

export function rich(text: string): Rich[] {
  const code = CODE.exec(text);
  if (!code) return marked(text);
  const before = text.slice(0, code.index);
  const after = text.slice(code.index + code[0].length);
  return [...marked(before), { kind: "code", inside: plain(code[1] ?? "") }, ...rich(after)];
}

/** The words without the marks, on one line: for previews. */
export function unmarked(text: string): string {
  return rich(text).map(wordsOf).join("").replace(/\s+/g, " ").trim();
}

function marked(text: string): Rich[] {
  const found = MARKED.exec(text);
  if (!found) return linked(text);
  const mark = found[1] as keyof typeof MARKS;
  return [
    ...linked(text.slice(0, found.index)),
    { kind: MARKS[mark], inside: marked(found[2] ?? "") },
    ...marked(text.slice(found.index + found[0].length)),
  ];
}

function linked(text: string): Rich[] {
  const parts: Rich[] = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(...plain(text.slice(from, found.index)), { kind: "link", text: found[0], href: found[0] });
    from = found.index + found[0].length;
  }
  return [...parts, ...plain(text.slice(from))];
}

const plain = (text: string): Rich[] => (text ? [{ kind: "text", text }] : []);
const wordsOf = (part: Rich): string => ("inside" in part ? part.inside.map(wordsOf).join("") : part.text);

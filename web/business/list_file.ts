/** A list of recipients as people keep it: CSV with commas, semicolons or tabs, names of columns in the first line or not. */

export interface ListFile {
  /** Names of the columns after the phone number. */
  columns: readonly string[];
  /** Each row is a phone number and then a value for each column. */
  rows: readonly (readonly string[])[];
}

/** Read *text*; a first line without a phone number in front names the columns. Rows that are shorter get empty values. */
export function readList(text: string): ListFile {
  const lines = split(text.replace(/^\ufeff/, "")).filter((row) => row.some((cell) => cell !== ""));
  const first = lines[0];
  if (!first) return { columns: [], rows: [] };
  const named = !/\d{5}/.test(first[0]!.replace(/[\s().-]/g, ""));
  const rows = named ? lines.slice(1) : lines;
  const width = Math.max(...lines.slice(0, 1_000).map((row) => row.length));
  const columns = Array.from({ length: width - 1 }, (_, place) => (named && first[place + 1]) || String(place + 1));
  return { columns: unlike(columns), rows: rows.map((row) => Array.from({ length: width }, (_, place) => row[place] ?? "")) };
}

/** Names that differ, because a column is known by its name. */
const unlike = (names: readonly string[]): readonly string[] =>
  names.map((name, place) => (names.indexOf(name) === place ? name.replace(/[{}]/g, "") : `${name} ${place + 1}`));

function split(text: string): string[][] {
  const head = text.slice(0, text.indexOf("\n") + 1 || text.length);
  const separator = ["\t", ";", ","].find((each) => head.includes(each)) ?? ",";
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endCell = () => {
    row.push(cell.trim());
    cell = "";
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (quoted && letter === '"' && text[at + 1] === '"') cell += text[++at];
    else if (letter === '"' && (quoted || cell.trim() === "")) quoted = !quoted;
    else if (!quoted && letter === separator) endCell();
    else if (!quoted && letter === "\n") {
      endCell();
      rows.push(row);
      row = [];
    } else if (letter !== "\r") cell += letter;
  }
  endCell();
  rows.push(row);
  return rows;
}

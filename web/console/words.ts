/** What both consoles say, joined with the words of the one that is open. */

import { speak, type CatalogueFile, type Values } from "../parts/i18n";
import type en from "./words/en.json";

export type ConsoleKey = keyof typeof en;
type Files = Record<string, () => Promise<CatalogueFile>>;

let translate: (key: string, values?: Values) => string = (key) => key;

/** The words that both consoles have. */
export const t = (key: ConsoleKey, values?: Values): string => translate(key, values);

/** Load the reader's language of *face* and of what both share; await it before the first render. */
export async function speakConsole<Key extends string>(face: Files): Promise<(key: Key | ConsoleKey, values?: Values) => string> {
  const shared: Files = import.meta.glob<CatalogueFile>("./words/*.json");
  const joined = Object.entries(face).map(([name, load]) => [name, () => both(shared[name], load)] as const);
  translate = await speak<string>(Object.fromEntries(joined));
  return translate;
}

async function both(shared: (() => Promise<CatalogueFile>) | undefined, own: () => Promise<CatalogueFile>): Promise<CatalogueFile> {
  const [ours, theirs] = await Promise.all([shared?.(), own()]);
  return { default: { ...ours?.default, ...theirs.default } };
}

/** The words of the operator console: its own and those that both consoles share. */

import { speakConsole } from "../console/words";
import type { CatalogueFile } from "../parts/i18n";
import type en from "./words/en.json";

export type Key = keyof typeof en;

export const t = await speakConsole<Key>(import.meta.glob<CatalogueFile>("./words/*.json"));

/** The app's words: one catalogue per language, of which only the reader's is loaded. */

import { speak, type CatalogueFile } from "../parts/i18n";
import type en from "./words/en.json";

export type Key = keyof typeof en;

export const t = await speak<Key>(import.meta.glob<CatalogueFile>("./words/*.json"));

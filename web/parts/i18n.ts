/** Words, numbers and times in the reader's language; catalogues are JSON files, one per face and language. */

import { computed, signal } from "@preact/signals";

export const LANGUAGES = { en: "English", fr: "Français", hi: "हिन्दी", ur: "اردو" } as const;
export type Language = keyof typeof LANGUAGES;

/** A sentence with {names}, or one sentence per plural form, chosen by {count}. */
export type Entry = string | { readonly [form: string]: string };
export type Catalogue = Readonly<Record<string, Entry>>;
export type Values = Readonly<Record<string, string | number>>;
/** What `import.meta.glob<CatalogueFile>("./words/*.json")` gives. */
export interface CatalogueFile {
  default: Catalogue;
}
type Files = Record<string, () => Promise<CatalogueFile>>;

const STORED_AS = "clarine.language";
/** Digits of the language in prose; ids stay Latin because they never pass through here. */
const LOCALE: Record<Language, string> = { en: "en-GB", fr: "fr", hi: "hi-u-nu-deva", ur: "ur-u-nu-arabext" };
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

const chosen = signal<Language>("en");
const catalogue = signal<Catalogue>({});
let files: Files = {};

/** The language on the screen. Read it in a component and the component follows. */
export const language = computed(() => chosen.value);
export const direction = computed<"ltr" | "rtl">(() => (chosen.value === "ur" ? "rtl" : "ltr"));

/**
 * Load the reader's catalogue and give the typed `t` of one face; await it before the first render:
 *
 *     import type en from "./words/en.json";
 *     export const t = await speak<keyof typeof en>(import.meta.glob<CatalogueFile>("./words/*.json"));
 */
export async function speak<Key extends string>(face: Files): Promise<(key: Key, values?: Values) => string> {
  files = face;
  await show(remembered() ?? preferred(navigator.languages));
  return translate;
}

/** Change the language now and remember it for the next visit. */
export async function chooseLanguage(wish: Language): Promise<void> {
  await show(wish);
  remember(STORED_AS, wish);
}

/** The first of the browser's languages that we speak, else English. */
export function preferred(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const base = wish.toLowerCase().split("-")[0] ?? "";
    if (base in LANGUAGES) return base as Language;
  }
  return "en";
}

/** Keeps a name or an id from turning the words around it; needed wherever two directions may meet. */
export const isolate = (text: string): string => FIRST_STRONG_ISOLATE + text + POP_ISOLATE;

/** A count in the digits of the language. */
export const number = (value: number, options: Intl.NumberFormatOptions = {}): string =>
  numberFormat(LOCALE[chosen.value], options).format(value);

/** *micros* of *currency* (millionths of its unit), always with the currency, with a sign when *signed*; never rounded away. */
export function money(micros: number, currency: string, signed = false): string {
  const options: Intl.NumberFormatOptions = { style: "currency", currency, maximumFractionDigits: 6 };
  if (signed) options.signDisplay = "exceptZero";
  return number(micros / 1_000_000, options);
}

/** 14:05 */
export const time = (at: Date): string => dated(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The full moment, for titles and exact readers. */
export const moment = (at: Date): string => dated(at, { dateStyle: "full", timeStyle: "short" });

/** Today, yesterday, a weekday within the last week, else the date. */
export function day(at: Date, now: Date = new Date()): string {
  const days = daysBetween(at, now);
  if (days === 0 || days === 1) return capital(relativeFormat(LOCALE[chosen.value]).format(-days, "day"));
  if (days > 1 && days < 7) return capital(dated(at, { weekday: "long" }));
  return dated(at, { dateStyle: "medium" });
}

/** "3 minutes ago"; put `moment` beside it for those who want it exactly. */
export function ago(at: Date, now: Date = new Date()): string {
  const format = relativeFormat(LOCALE[chosen.value]);
  const passedS = Math.round((at.getTime() - now.getTime()) / 1000);
  for (const [unit, lengthS] of UNITS) {
    if (Math.abs(passedS) >= lengthS) return format.format(Math.trunc(passedS / (unit === "second" ? 1 : lengthS)), unit);
  }
  return format.format(0, "second");
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 10],
];

async function show(wish: Language): Promise<void> {
  const file = files[`./words/${wish}.json`];
  if (file) catalogue.value = (await file()).default;
  chosen.value = wish;
  document.documentElement.lang = wish;
  document.documentElement.dir = direction.value;
}

function translate(key: string, values: Values = {}): string {
  const entry = catalogue.value[key];
  if (entry === undefined) return key;
  const sentence = typeof entry === "string" ? entry : plural(entry, Number(values.count ?? 0));
  return sentence.replace(/\{(\w+)\}/g, (gap, name: string) => {
    const value = values[name];
    if (value === undefined) return gap;
    return typeof value === "number" ? number(value) : direction.value === "rtl" || RIGHT_TO_LEFT.test(value) ? isolate(value) : value;
  });
}

function plural(forms: { readonly [form: string]: string }, count: number): string {
  return forms[pluralRules(LOCALE[chosen.value]).select(count)] ?? forms.other ?? "";
}

function daysBetween(at: Date, now: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(now) - midnight(at)) / 86_400_000);
}

const capital = (text: string): string => text.charAt(0).toLocaleUpperCase(chosen.value) + text.slice(1);
const dated = (at: Date, options: Intl.DateTimeFormatOptions): string => dateFormat(LOCALE[chosen.value], options).format(at);

// Making a formatter costs a hundred times more than using it, and a list uses each of them per row.
const numberFormat = kept((locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options));
const dateFormat = kept((locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options));
const relativeFormat = kept((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
const pluralRules = kept((locale) => new Intl.PluralRules(locale));

function kept<Options, Format>(make: (locale: string, options: Options) => Format) {
  const made = new Map<string, Format>();
  return (locale: string, options?: Options): Format => {
    const key = locale + JSON.stringify(options ?? {});
    const format = made.get(key) ?? make(locale, options as Options);
    made.set(key, format);
    return format;
  };
}

function remembered(): Language | null {
  try {
    const stored = localStorage.getItem(STORED_AS);
    return stored && stored in LANGUAGES ? (stored as Language) : null;
  } catch {
    return null; // A browser that keeps nothing still gets a page.
  }
}

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // The choice then holds until the page is closed.
  }
}

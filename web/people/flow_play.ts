/** Playing a form without a screen: what references mean, which answers are missing, what an action answers with. */

import type { FlowDocument, FlowPart, FlowScreen } from "./wire";

export type Values = Record<string, unknown>;

/** A screen that was reached, what it was given, and what was filled in on it. */
export interface Visit {
  screen: FlowScreen;
  data: Values;
  form: Values;
}

export interface Option {
  id: string;
  title: string;
  description?: string;
  enabled?: boolean;
}

export interface Action {
  name: string;
  payload?: Values;
  next?: { name: string };
  url?: string;
}

/** Why an answer cannot stand yet; *count* belongs to at_least and at_most. */
export type Fault = { key: "missing" | "wrong" } | { key: "at_least" | "at_most"; count: number };

const REFERENCE = /\$\{(?:screen\.([A-Za-z_]+)\.)?(data|form)\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)\}/g;
const INPUTS = new Set(["TextInput", "TextArea", "Dropdown", "RadioButtonsGroup", "CheckboxGroup", "DatePicker", "OptIn"]);
const EPOCH = /^\d{9,}$/;

/** All components of a screen; what is in a Form stands among them. */
export const partsOf = (screen: FlowScreen): FlowPart[] => screen.layout.children.flatMap((part) => (part.type === "Form" ? (part.children ?? []) : [part]));

/** A screen as it is reached with *data*. */
export function visit(document: FlowDocument, id: string, data: Values, before: readonly Visit[] = []): Visit | null {
  const screen = document.screens.find((each) => each.id === id);
  if (!screen) return null;
  const reached: Visit = { screen, data, form: {} };
  const visits = [...before, reached];
  const given = screen.layout.children.filter((part) => part.type === "Form").map((part) => resolved(part["init-values"], visits));
  for (const part of partsOf(screen)) {
    if (!INPUTS.has(part.type) || !part.name) continue;
    const inForm = given.map((values) => (values as Values | undefined)?.[part.name ?? ""]).find((value) => value !== undefined);
    reached.form[part.name] = resolved(part["init-value"], visits) ?? inForm ?? nothingOf(part);
  }
  return reached;
}

/** *value* with every reference in it replaced; the last of *visits* is the screen that is open. */
export function resolved(value: unknown, visits: readonly Visit[]): unknown {
  if (typeof value === "string") {
    const whole = [...value.matchAll(REFERENCE)];
    if (whole.length === 1 && whole[0]?.[0] === value) return looked(whole[0], visits);
    return value.replace(REFERENCE, (...found) => String(looked(found, visits) ?? ""));
  }
  if (Array.isArray(value)) return value.map((each) => resolved(each, visits));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each, visits)]));
  return value;
}

function looked(found: readonly unknown[], visits: readonly Visit[]): unknown {
  const [, screen, kind, path] = found as [string, string | undefined, "data" | "form", string];
  const there = screen ? [...visits].reverse().find((each) => each.screen.id === screen) : visits.at(-1);
  return path.split(".").reduce<unknown>((value, name) => (value && typeof value === "object" ? (value as Values)[name] : undefined), there?.[kind]);
}

/** What an action answers with. An answer that nobody gave is null, so that every name is there. */
export function payloadOf(action: Action, visits: readonly Visit[]): Values {
  return Object.fromEntries(Object.entries(action.payload ?? {}).map(([name, value]) => [name, resolved(value, visits) ?? null]));
}

export const isShown = (part: FlowPart, visits: readonly Visit[]): boolean => resolved(part["visible"], visits) !== false;
export const isRequired = (part: FlowPart, visits: readonly Visit[]): boolean => resolved(part["required"], visits) === true;

/** The options of a choice, however they came. */
export function optionsOf(part: FlowPart, visits: readonly Visit[]): Option[] {
  const found = resolved(part["data-source"], visits);
  return Array.isArray(found) ? found.filter((each): each is Option => typeof each?.id === "string" && typeof each?.title === "string") : [];
}

/** What keeps the open screen from going on, by the name of its component. */
export function faultsOf(visits: readonly Visit[]): Map<string, Fault> {
  const faults = new Map<string, Fault>();
  const here = visits.at(-1);
  for (const part of here ? partsOf(here.screen) : []) {
    if (!part.name || !INPUTS.has(part.type) || !isShown(part, visits)) continue;
    const fault = faultOf(part, here?.form[part.name], visits);
    if (fault) faults.set(part.name, fault);
  }
  return faults;
}

function faultOf(part: FlowPart, value: unknown, visits: readonly Visit[]): Fault | null {
  const required = isRequired(part, visits);
  if (part.type === "CheckboxGroup") {
    const count = Array.isArray(value) ? value.length : 0;
    const least = Math.max(Number(resolved(part["min-selected-items"], visits) ?? 0), required ? 1 : 0);
    const most = Number(resolved(part["max-selected-items"], visits) ?? Infinity);
    if (count < least && (required || count > 0)) return { key: "at_least", count: least };
    return count > most ? { key: "at_most", count: most } : null;
  }
  if (part.type === "OptIn") return required && value !== true ? { key: "missing" } : null;
  const text = String(value ?? "").trim();
  if (!text) return required ? { key: "missing" } : null;
  return part.type === "TextInput" && !fits(part, text, visits) ? { key: "wrong" } : null;
}

function fits(part: FlowPart, text: string, visits: readonly Visit[]): boolean {
  if (text.length < Number(resolved(part["min-chars"], visits) ?? 0)) return false;
  switch (part["input-type"]) {
    case "number":
      return /^[+-]?\d+([.,]\d+)?$/.test(text);
    case "email":
      return /^[^\s@]+@[^\s@]+$/.test(text);
    case "phone":
      return /^[+\d][\d\s()./-]{3,24}$/.test(text);
    case "passcode":
      return /^\d+$/.test(text);
    default:
      return true;
  }
}

/** A day of Flow JSON as YYYY-MM-DD: before version 5 it was milliseconds since 1970. */
export function dayOf(value: unknown): string {
  const text = String(value ?? "");
  return EPOCH.test(text) ? new Date(Number(text)).toISOString().slice(0, 10) : text;
}

/** A day as the version of the form wants it. */
export const dayFor = (document: FlowDocument, day: string): string => (day && Number(document.version) < 5 ? String(Date.parse(`${day}T00:00:00Z`)) : day);

/** Arabic and Devanagari digits as everyone's programs read them. */
export const latinDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) => String((digit.charCodeAt(0) - (digit < "\u0900" ? 0 : 6)) & 15));

function nothingOf(part: FlowPart): unknown {
  if (part.type === "CheckboxGroup") return [];
  return part.type === "OptIn" ? false : "";
}

/** Things in a few words: the last line of a chat, a quoted message, why a call did not work, who a business is. */

import { HttpError } from "../parts/http";
import { isolate, language, number } from "../parts/i18n";
import { runsFromRight } from "./direction";
import { unmarked } from "./rich";
import type { IconName } from "./views/icons";
import type { Business, Content, Message, Order } from "./wire";
import { t, type Key } from "./words";

export interface Preview {
  icon: IconName | null;
  text: string;
}

/** One line that says what is in *content*; what a person wrote comes before the name of its kind. */
export function previewOf(content: Content): Preview {
  switch (content.type) {
    case "text":
      return { icon: null, text: unmarked(content.body) };
    case "image":
    case "video":
    case "audio":
      return { icon: content.type, text: unmarked(content.caption ?? "") || t(content.voice ? "kind.voice" : `kind.${content.type}`) };
    case "document":
      return { icon: "document", text: content.filename || content.caption || t("kind.document") };
    case "sticker":
      return { icon: "smile", text: t("kind.sticker") };
    case "location":
      return { icon: "pin", text: content.name || content.address || t("kind.location") };
    case "contacts":
      return { icon: "contact", text: content.contacts[0]?.name.formatted_name ?? t("kind.contacts") };
    case "reaction":
      return { icon: null, text: content.emoji ? t("kind.reaction", { emoji: content.emoji }) : t("kind.reaction_gone") };
    case "interactive":
    case "template":
      return { icon: headerIcon(content.header?.type), text: unmarked(content.body) || (content.type === "interactive" && content.shelf?.front?.name) || "" };
    case "choice":
      return { icon: null, text: content.title };
    case "flow_reply":
      return { icon: "form", text: content.title || t("flow.filled") };
    case "address_reply":
      return { icon: "home", text: t("kind.address") };
    case "order":
      return { icon: "cart", text: t("order.title", { count: itemCount(content) }) };
    case "question":
      return { icon: "cart", text: unmarked(content.body) };
    default:
      return unknownKind(content);
  }
}

/** What can be copied out of a message, or "" when there are no words in it. */
export function wordsOf(content: Content): string {
  switch (content.type) {
    case "text":
    case "interactive":
    case "template":
      return content.body;
    case "choice":
    case "flow_reply":
      return content.title;
    case "question":
      return content.body;
    case "order":
      return content.text;
    case "address_reply":
      return Object.values(content.values).join("\n");
    case "location":
      return `${content.latitude}, ${content.longitude}`;
    case "reaction":
    case "contacts":
      return "";
    default:
      return content.caption ?? "";
  }
}

/** How many things are in an order. */
export const itemCount = ({ items }: Pick<Order, "items">): number => items.reduce((sum, item) => sum + item.quantity, 0);

/** What an order comes to, in micros. */
export const totalOf = ({ items }: Pick<Order, "items">): number => items.reduce((sum, item) => sum + item.quantity * item.price_micros, 0);

/** Why it did not work, for the person; codes we have no words for keep the house's own sentence. */
export function trouble(error: unknown): string {
  if (!(error instanceof HttpError)) return t("error.unknown");
  const key = `error.${error.code === "invalid" ? String(error.details.field) : error.code}`;
  const words = t(key as Key, { count: error.retryAfterS ?? 0 });
  return words === key ? error.message : words;
}

/** +91 98765 43210, from left to right wherever it stands. */
export const phoneText = (digits: string): string => isolateLtr(spaced(digits));

/** 4.2 MB */
export function sizeText(bytes: number): string {
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  return number(Math.max(value, 0.1), { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: value < 10 ? 1 : 0 });
}

export const businessName = (business: Business): string => business.name || phoneText(business.phone ?? "") || "…";
export const isMine = (message: Message): boolean => message.from === "me";

/** A name inside a sentence of another direction. */
export const named = (name: string): string => (runsFromRight(name) !== (language.value === "ur") ? isolate(name) : name);

const headerIcon = (type: string | undefined): IconName | null =>
  type === "image" || type === "video" || type === "document" ? type : type === "location" ? "pin" : null;

// A newer house may send kinds that this app does not know yet.
const unknownKind = (_content: never): Preview => ({ icon: "info", text: t("kind.unknown") });

const isolateLtr = (text: string): string => (text ? `\u2066${text}\u2069` : "");

function spaced(digits: string): string {
  if (!/^\d{6,15}$/.test(digits)) return digits;
  if (digits.startsWith("1") && digits.length === 11) return `+1 ${digits.slice(1, 4)} ${digits.slice(4, 7)} ${digits.slice(7)}`;
  const code = COUNTRY_CODES.find((prefix) => digits.startsWith(prefix)) ?? digits.slice(0, 3);
  const rest = digits.slice(code.length);
  if (rest.length === 10) return `+${code} ${rest.slice(0, 5)} ${rest.slice(5)}`;
  if (rest.length === 9) return `+${code} ${rest.slice(0, 1)} ${rest.slice(1).replace(/(\d\d)(?=\d)/g, "$1 ")}`;
  return `+${code} ${rest.replace(/(\d{3})(?=\d{2})/g, "$1 ")}`;
}

// The two-digit country codes; one-digit codes are 1 and 7, all others have three digits.
const COUNTRY_CODES = (
  "7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 " +
  "81 82 84 86 90 91 92 93 94 95 98"
).split(" ");

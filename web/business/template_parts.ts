/** From what the form of a new template holds to the components that are filed (docs/reference/cloud-api.md, templates). */

import type { Component } from "./wire";

export const KINDS = ["text", "coupon", "offer", "carousel", "catalog", "several", "product"] as const;
export type Kind = (typeof KINDS)[number];
export const HEADERS = ["none", "text", "image", "video", "document", "location"] as const;
export const CARD_HEADERS = ["image", "video", "product"] as const;
export const BUTTON_KINDS = ["QUICK_REPLY", "URL", "PHONE_NUMBER"] as const;
export const CARDS_MAX = 10;

export interface ButtonDraft {
  type: (typeof BUTTON_KINDS)[number];
  text: string;
  /** A link or a phone number. */
  value: string;
}

export interface Draft {
  kind: Kind;
  header: (typeof HEADERS)[number];
  headerText: string;
  body: string;
  footer: string;
  buttons: readonly ButtonDraft[];
  /** The words of an offer, and whether each message says when it ends. */
  offer: string;
  ends: boolean;
  /** A code to copy, as an example. */
  code: string;
  /** What the button into the shop says. */
  shelf: string;
  cardHeader: (typeof CARD_HEADERS)[number];
  cards: readonly string[];
}

/** Templates that sell are offers, whatever the business says. */
export const sells = (kind: Kind): boolean => kind !== "text" && kind !== "coupon";

/** Which parts the form asks for. */
export const asksFor = (kind: Kind) => ({
  header: kind === "text" || kind === "coupon" || kind === "offer" || kind === "several",
  footer: kind !== "offer" && kind !== "carousel",
  buttons: kind === "text" || kind === "coupon" || kind === "offer" || kind === "carousel",
  code: kind === "coupon" || kind === "offer",
  shelf: kind === "catalog" || kind === "several" || kind === "product",
});

const SHELVES = { catalog: "CATALOG", several: "MPM", product: "SPM" } as const;

export function componentsOf(draft: Draft): Component[] {
  const asks = asksFor(draft.kind);
  if (draft.kind === "carousel") return [text("BODY", draft.body), { type: "CAROUSEL", cards: draft.cards.map((words) => card(draft, words)) }];
  const buttons = [
    ...(asks.code ? [{ type: "COPY_CODE", example: draft.code }] : []),
    ...(asks.buttons ? draft.buttons.map(button) : []),
    ...(draft.kind in SHELVES ? [{ type: SHELVES[draft.kind as keyof typeof SHELVES], text: draft.shelf }] : []),
  ];
  return [
    ...(draft.kind === "product" ? [{ type: "HEADER", format: "PRODUCT" }] : asks.header ? header(draft) : []),
    ...(draft.kind === "offer" ? [{ type: "LIMITED_TIME_OFFER", limited_time_offer: { text: draft.offer, has_expiration: draft.ends } }] : []),
    text("BODY", draft.body),
    ...(asks.footer && draft.footer.trim() ? [{ type: "FOOTER", text: draft.footer }] : []),
    ...(buttons.length ? [{ type: "BUTTONS", buttons }] : []),
  ];
}

function header(draft: Draft): Component[] {
  if (draft.header === "none") return [];
  return [draft.header === "text" ? { ...text("HEADER", draft.headerText), format: "TEXT" } : { type: "HEADER", format: draft.header.toUpperCase() }];
}

function card(draft: Draft, words: string): { components: Component[] } {
  const buttons = draft.cardHeader === "product" ? [{ type: "SPM", text: draft.shelf }] : draft.buttons.map(button);
  return {
    components: [
      { type: "HEADER", format: draft.cardHeader.toUpperCase() },
      ...(draft.cardHeader !== "product" && words.trim() ? [text("BODY", words)] : []),
      { type: "BUTTONS", buttons },
    ],
  };
}

function button({ type, text, value }: ButtonDraft): { type: string; text: string } {
  switch (type) {
    case "QUICK_REPLY":
      return { type, text };
    case "PHONE_NUMBER":
      return { type, text, phone_number: value } as { type: string; text: string };
    case "URL":
      return { type, text, url: value, ...(/\{\{/.test(value) ? { example: [value.replace(/\{\{.*\}\}/, "example")] } : {}) } as { type: string; text: string };
  }
}

/** Words with an example for each variable, which review wants to see. */
function text(type: "HEADER" | "BODY", words: string): Component {
  const names = [...new Set([...words.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((found) => found[1]!))];
  if (names.length === 0) return { type, text: words };
  const place = type.toLowerCase();
  const samples = names.map((name) => `example ${name}`);
  const example = names.every((name) => /^\d+$/.test(name))
    ? { [`${place}_text`]: type === "BODY" ? [samples] : samples }
    : { [`${place}_text_named_params`]: names.map((name) => ({ param_name: name, example: `example ${name}` })) };
  return { type, text: words, example } as Component;
}

/** What a template leaves open, and the send's components that fill it: from a column of the list, or with fixed words. */

import type { Component, Template } from "./wire";

/** One variable: where it stands, its name, and the button it belongs to. */
export interface Gap {
  place: "header" | "body" | "button";
  name: string;
  index: number;
  kind: "text" | "url" | "copy_code";
}

/** Where a gap's words come from. */
export type Source = { column: string } | { words: string };

const VARIABLE = /\{\{\s*(\w+)\s*\}\}/g;
const names = (text: string | undefined): string[] => [...new Set([...(text ?? "").matchAll(VARIABLE)].map((found) => found[1]!))];

/** Whether the page can fill it in: one whose header is a picture, whose offer ends or whose button names products is for programs. */
export const fillable = (template: Template): boolean => template.status === "approved" && template.category !== "authentication" && template.components.every(plain);

function plain(part: Component): boolean {
  switch (part.type.toUpperCase()) {
    case "HEADER":
      return (part.format ?? "TEXT").toUpperCase() === "TEXT";
    case "LIMITED_TIME_OFFER":
      return !part.limited_time_offer?.has_expiration;
    case "BUTTONS":
      return (part.buttons ?? []).every((button) => button.type !== "MPM");
    default:
      return part.type.toUpperCase() !== "CAROUSEL";
  }
}

export function gapsOf(template: Template): Gap[] {
  const part = (type: string): Component | undefined => template.components.find((each) => each.type.toUpperCase() === type);
  const texts = (["header", "body"] as const).flatMap((place) =>
    names(part(place.toUpperCase())?.text).map((name) => ({ place, name, index: 0, kind: "text" }) as const),
  );
  const buttons = (part("BUTTONS")?.buttons ?? []).flatMap((button, index): Gap[] => {
    if (button.type === "COPY_CODE") return [{ place: "button", name: button.text ?? "", index, kind: "copy_code" }];
    return names(button.url).map(() => ({ place: "button", name: button.text ?? "", index, kind: "url" }));
  });
  return [...texts, ...buttons];
}

export function componentsOf(gaps: readonly Gap[], sources: readonly Source[]): object[] {
  const filled = gaps.map((gap, place) => ({ gap, text: wordsOf(sources[place]!) }));
  const texts = (["header", "body"] as const).flatMap((place) => {
    const parameters = filled.filter(({ gap }) => gap.place === place).map(({ gap, text }) => ({ type: "text", text, ...(/^\d+$/.test(gap.name) ? {} : { parameter_name: gap.name }) }));
    return parameters.length ? [{ type: place, parameters }] : [];
  });
  const buttons = filled
    .filter(({ gap }) => gap.place === "button")
    .map(({ gap, text }) => ({
      type: "button",
      sub_type: gap.kind,
      index: String(gap.index),
      parameters: [gap.kind === "url" ? { type: "text", text } : { type: "coupon_code", coupon_code: text }],
    }));
  return [...texts, ...buttons];
}

const wordsOf = (source: Source): string => ("column" in source ? `{{${source.column}}}` : source.words);

/** Links to media: asked for in one call per screenful, kept until shortly before they stop working. */

import { signal, type Signal } from "@preact/signals";
import { getLinks } from "./api";
import type { MediaLink } from "./wire";

/** undefined: under way; null: it could not be had. */
export type Link = MediaLink | null | undefined;

const GATHER_MS = 20;
const SPARE_MS = 60_000;
const MANY = 50;

const links = new Map<string, Signal<Link>>();
const own = new Set<string>();
const local = new Map<Blob, string>();
let asked: { media_id: string; seq?: number }[] = [];

/** The link of a medium as a signal; asks for it the first time and when it has run out. */
export function linkOf(media_id: string, seq: number): Signal<Link> {
  const known = links.get(media_id);
  if (known && !stale(known.peek())) return known;
  const link = known ?? signal<Link>(undefined);
  links.set(media_id, link);
  ask(media_id, seq);
  return link;
}

/** A link that works now, for a press: links live for minutes, threads stay open for hours. */
export async function freshLink(media_id: string, seq: number): Promise<MediaLink | null> {
  const link = links.get(media_id);
  const now = link?.peek();
  if (now && !stale(now)) return now;
  const answer = await getLinks([seq > 0 ? { media_id, seq } : { media_id }]).catch(() => null);
  const found = answer?.links.find((other) => other.media_id === media_id) ?? null;
  if (link) link.value = found;
  return found;
}

/** A link stopped working before its time, or could not be had: ask again. */
export function askAgain(media_id: string, seq: number): void {
  const link = links.get(media_id);
  if (!link || own.has(media_id)) return;
  link.value = undefined;
  ask(media_id, seq);
}

/** A file that this device just sent needs no way round by the house. */
export function seedLink(media_id: string, file: Blob): void {
  const url = localUrl(file);
  own.add(media_id);
  links.set(media_id, signal<Link>({ media_id, url, expires_at: "9999-12-31T00:00:00Z" }));
}

/** Where the page finds a file that is still on this device. */
export function localUrl(file: Blob): string {
  const url = local.get(file) ?? URL.createObjectURL(file);
  local.set(file, url);
  return url;
}

export function forgetLinks(): void {
  for (const url of local.values()) URL.revokeObjectURL(url);
  local.clear();
  own.clear();
  links.clear();
}

function stale(link: Link): boolean {
  return link != null && Date.parse(link.expires_at) - Date.now() < SPARE_MS;
}

function ask(media_id: string, seq: number): void {
  if (asked.some((other) => other.media_id === media_id)) return;
  if (asked.length === 0) setTimeout(() => void fetchAsked(), GATHER_MS);
  asked.push(seq > 0 ? { media_id, seq } : { media_id });
}

async function fetchAsked(): Promise<void> {
  const all = asked;
  asked = [];
  for (let from = 0; from < all.length; from += MANY) {
    const some = all.slice(from, from + MANY);
    const found = await getLinks(some).then(
      (answer) => answer.links,
      () => [],
    );
    for (const { media_id } of some) {
      const link = links.get(media_id);
      if (link) link.value = found.find((other) => other.media_id === media_id) ?? null;
    }
  }
}

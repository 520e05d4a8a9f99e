/** What the person wrote and the house has not confirmed: kept on disk, sent in order, again and again under one key, shown meanwhile. */

import { signal } from "@preact/signals";
import { HttpError } from "../parts/http";
import * as api from "./api";
import { dropWaiting, keepWaiting, keptWaiting, type Waiting } from "./kept";
import { isMedia, type Content, type FrameOut, type MediaType, type WireError } from "./wire";

export const waiting = signal<readonly Waiting[]>([]);

/** Refusals that mean "later", not "never". */
const LATER = new Set(["too_many", "overloaded"]);
const AGAIN_MS = 5_000;

type Send = (frame: FrameOut) => boolean;

let send: Send = () => false;
let uploaded: (media_id: string, file: Blob) => void = () => {};
let wa_id = "";
let online = false;
const underWay = new Set<string>();
/** One chain per chat: what was written first arrives first, and a slow picture holds up only its own chat. */
const chains = new Map<string, Promise<void>>();

export function startOutbox(sendFrame: Send, whenUploaded: (media_id: string, file: Blob) => void): void {
  send = sendFrame;
  uploaded = whenUploaded;
}

/** What an earlier visit of the same person left behind. */
export async function loadOutbox(mine: string): Promise<void> {
  wa_id = mine;
  waiting.value = (await keptWaiting()).filter((item) => item.wa_id === mine);
}

export interface Letter {
  business_id: string;
  content: Content;
  reply_to?: number | null;
  link?: string | null;
  file?: Blob;
}

/** Take a message: it is on disk before anything is sent, so that closing the page loses nothing. */
export async function post(letter: Letter): Promise<void> {
  const item: Waiting = {
    client_key: crypto.randomUUID?.() ?? randomKey(),
    wa_id,
    business_id: letter.business_id,
    content: letter.content,
    reply_to: letter.reply_to ?? null,
    link: letter.link ?? null,
    at: new Date().toISOString(),
    file: letter.file ?? null,
    fileType: letter.file && isMedia(letter.content) ? letter.content.type : null,
    refused: null,
  };
  waiting.value = [...waiting.value, item];
  await keepWaiting(item);
  queue(item);
}

/** Try a refused message once more. */
export function postAgain(client_key: string): void {
  const item = waiting.value.find((other) => other.client_key === client_key);
  if (item) queue(replace({ ...item, refused: null }));
}

/** Throw a message away that was not sent. */
export function discard(client_key: string): void {
  waiting.value = waiting.value.filter((item) => item.client_key !== client_key);
  void dropWaiting(client_key);
}

/** The line stands: everything that waits goes out, also what went out before and was not answered. */
export function connectedOutbox(): void {
  online = true;
  underWay.clear();
  for (const item of waiting.value) queue(item);
}

export function outboxLost(): void {
  online = false;
  underWay.clear();
}

/** The house has it: answered here, or heard of in the stream (another tab may have sent it). */
export function outboxAnswered(client_key: string): void {
  underWay.delete(client_key);
  if (waiting.value.some((item) => item.client_key === client_key)) discard(client_key);
}
export const outboxHeard = outboxAnswered;

export function outboxRefused(client_key: string, error: WireError): void {
  underWay.delete(client_key);
  const item = waiting.value.find((other) => other.client_key === client_key);
  if (!item) return;
  if (LATER.has(error.code)) setTimeout(() => queue(item), AGAIN_MS);
  else replace({ ...item, refused: error });
}

function queue(item: Waiting): void {
  if (!online || item.refused || underWay.has(item.client_key)) return;
  underWay.add(item.client_key);
  const before = chains.get(item.business_id) ?? Promise.resolve();
  chains.set(item.business_id, before.then(() => deliver(item.client_key)));
}

async function deliver(client_key: string): Promise<void> {
  const item = waiting.value.find((other) => other.client_key === client_key);
  if (!item || !online || item.refused) return;
  const ready = item.file ? await withMedia(item) : item;
  if (!ready) return;
  const { business_id, content, reply_to, link } = ready;
  send({ type: "send", client_key, business_id, content, ...(reply_to ? { reply_to } : {}), ...(link ? { link } : {}) });
}

/** Upload the file and put its id into the content; null when that did not work. */
async function withMedia(item: Waiting): Promise<Waiting | null> {
  if (!item.file || !item.fileType || !isMedia(item.content)) return item;
  try {
    const name = item.content.filename ?? item.fileType;
    const media = await api.upload(item.file, item.fileType, name);
    uploaded(media.media_id, item.file);
    const { type, caption, filename } = item.content;
    const content: Content = { type, media_id: media.media_id, ...(caption ? { caption } : {}), ...(filename ? { filename } : {}) };
    return replace({ ...item, content, file: null });
  } catch (error) {
    underWay.delete(item.client_key);
    if (!(error instanceof HttpError)) throw error;
    if (error.mayRetry) setTimeout(() => queue(item), (error.retryAfterS ?? 0) * 1000 || AGAIN_MS);
    else replace({ ...item, refused: { code: error.code, message: error.message } });
    return null;
  }
}

function replace(item: Waiting): Waiting {
  if (!waiting.value.some((other) => other.client_key === item.client_key)) return item;
  waiting.value = waiting.value.map((other) => (other.client_key === item.client_key ? item : other));
  void keepWaiting(item);
  return item;
}

/** Which kind of message a file becomes. */
export function mediaTypeOf(file: File, asDocument = false): MediaType {
  const family = file.type.split("/")[0];
  if (asDocument) return "document";
  return family === "image" || family === "video" || family === "audio" ? family : "document";
}

// Browsers give randomUUID on secure pages only; a house in a barn may be reached by plain http.
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

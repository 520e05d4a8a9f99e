/** Every call of the people's API that the app makes, by name; a 401 ends the session wherever it comes from. */

import { HttpError, request, type Method } from "../parts/http";
import type {
  Business,
  Card,
  Chat,
  Content,
  Device,
  FlowAnswer,
  Me,
  MediaLink,
  MediaType,
  Message,
  OpenedFlow,
  Relation,
  ReportReason,
  Shop,
} from "./wire";

const ROOT = "/people/v1";
const UPLOAD_TIMEOUT_MS = 10 * 60_000;

let token = "";
let signedOut = () => {};

/** Set whose calls these are and what to do when the house says that the session is over. */
export function callAs(sessionToken: string, whenSignedOut: () => void): void {
  token = sessionToken;
  signedOut = whenSignedOut;
}

export const askCode = (phone: string) => call<{ phone: string; resend_after_s: number }>("POST", "/codes", { phone });
export const signIn = (phone: string, code: string, device: string, language: string) =>
  call<{ token: string; device_id: string; me: Me; new: boolean }>("POST", "/sessions", { phone, code, device, language });
export const getMe = () => call<Me>("GET", "/me");
export const patchMe = (change: { name?: string; language?: string }) => call<Me>("PATCH", "/me", change);
export const getDevices = () => call<{ sessions: Device[] }>("GET", "/sessions");
export const endDevice = (device_id: string) => call<{ ended: true }>("DELETE", `/sessions/${device_id}`);

export const getChats = () => call<{ seq: number; chats: Chat[] }>("GET", "/chats");
export const getCard = (business_id: string) => call<Card>("GET", `/chats/${business_id}/card`);
export const findBusinesses = (q: string) => call<{ businesses: Business[] }>("GET", `/businesses?q=${encodeURIComponent(q)}`);

export const getMessages = (business_id: string, limit: number, before?: number) =>
  call<{ messages: Message[] }>("GET", `/chats/${business_id}/messages?limit=${limit}${before ? `&before=${before}` : ""}`);
export const postMessage = (business_id: string, client_key: string, content: Content, reply_to: number | null) =>
  call<{ message: Message }>("POST", `/chats/${business_id}/messages`, { client_key, content, ...(reply_to ? { reply_to } : {}) });
export const setRelation = (business_id: string, change: Partial<Relation>) =>
  call<{ relation: Relation }>("POST", `/chats/${business_id}/relation`, change);
export const report = (business_id: string, reason: ReportReason, seq: number | null, block: boolean) =>
  call<{ reported: true }>("POST", `/chats/${business_id}/reports`, { reason, block, ...(seq ? { seq } : {}) });

export const getFlow = (business_id: string, seq: number) => call<OpenedFlow>("GET", `/chats/${business_id}/flows/${seq}`);
export const stepFlow = (business_id: string, seq: number, step: { action: string; client_key: string; screen?: string; data?: unknown }) =>
  call<FlowAnswer>("POST", `/chats/${business_id}/flows/${seq}/steps`, step);

/** What a message offers, or without one the catalogue that is open to everyone. */
export const getShop = (business_id: string, seq: number | null, after?: string) =>
  call<Shop>("GET", `/chats/${business_id}/${seq ? `shelves/${seq}` : "shop"}${after ? `?after=${after}` : ""}`);

export const getLinks = (media: { media_id: string; seq?: number }[]) =>
  call<{ links: MediaLink[] }>("POST", "/media/links", { media });

export function upload(file: Blob, type: MediaType, name: string) {
  const form = new FormData();
  form.set("type", type);
  form.set("file", file, name);
  return call<{ media_id: string; mime: string; size: number; width?: number; height?: number }>("POST", "/media", form, UPLOAD_TIMEOUT_MS);
}

async function call<Answer>(method: Method, path: string, body?: unknown, timeoutMs?: number): Promise<Answer> {
  const used = token;
  try {
    return await request<Answer>(method, ROOT + path, {
      body,
      headers: used ? { Authorization: `Bearer ${used}` } : {},
      ...(timeoutMs ? { timeoutMs } : {}),
    });
  } catch (error) {
    if (error instanceof HttpError && error.status === 401 && used && used === token) signedOut();
    throw error;
  }
}

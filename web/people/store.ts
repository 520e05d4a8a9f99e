/** The app's life: who is signed in, what the account holds, the line to the house. Rules are in state.ts; here they meet the browser. */

import { batch, computed, effect, signal } from "@preact/signals";
import { HttpError } from "../parts/http";
import { chooseLanguage, language, LANGUAGES, type Language } from "../parts/i18n";
import * as api from "./api";
import { keepSession, keptSession, watchSession, type Session } from "./kept";
import { seedLink, forgetLinks } from "./media";
import { connectedOutbox, loadOutbox, outboxAnswered, outboxHeard, outboxLost, outboxRefused, startOutbox } from "./outbox";
import { dialHouse, holdLine, type Line } from "./socket";
import * as pure from "./state";
import type { Business, FrameIn, FrameOut, Me, Message, Relation } from "./wire";

export const session = signal<Session | null>(keptSession());
export const state = signal<pure.State>(pure.NOTHING);
export const chats = computed(() => pure.listed(state.value));
export const unreadTotal = computed(() => chats.value.reduce((sum, chat) => sum + (chat.relation.blocked ? 0 : chat.unread), 0));
/** loading: nothing to show yet; failed: it could not be fetched and is tried again; ready: the state is whole. */
export const phase = signal<"loading" | "failed" | "ready">("loading");
export const online = signal(false);
/** The business that is typing, and rings: how often something arrived (the bell swings). */
export const typing = signal<string | null>(null);
export const rings = signal(0);

export const PAGE = 50;
const FIRST_TRY_MS = 1_000;
const TYPING_MS = 6_000;
const PREFETCH_CHATS = 10;
const RECEIPTS_KEPT = 100;

let line: Line | null = null;
let generation = 0;
let helloAgain = 0;
const reads = new Map<string, number>();
/** The newest receipts: nobody answers them, so they are told again when the line comes back. */
let receipts: number[] = [];
const fetching = new Set<string>();

/** Begin with the session of the last visit, if there is one. */
export function begin(): void {
  watchSession(forget);
  addEventListener("online", () => line?.hurry());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && line?.hurry());
  startOutbox(sendFrame, (media_id, blob) => seedLink(media_id, blob));
  if (session.value) void enter(session.value);
}

/** Signed in: fetch the account once, then live on events. */
export async function enter(fresh: Session): Promise<void> {
  const mine = ++generation;
  session.value = fresh;
  keepSession(fresh);
  phase.value = "loading";
  state.value = { ...pure.NOTHING, me: fresh.me };
  receipts = [];
  api.callAs(fresh.token, forget);
  await loadOutbox(fresh.me.wa_id);
  for (let wait = FIRST_TRY_MS; mine === generation; wait = Math.min(wait * 2, 30_000)) {
    if (await fetchAccount()) break;
    await pause(wait);
  }
  if (mine === generation) openLine(fresh.token, mine);
}

/** End this device's session here and at the house. */
export async function signOut(): Promise<void> {
  const device = session.value?.device_id;
  if (device) await api.endDevice(device).catch(() => undefined);
  forget();
}

/** The account after a change of name or language, also on disk. */
export function setMe(me: Me): void {
  state.value = { ...state.value, me };
  if (!session.value) return;
  session.value = { ...session.value, me };
  keepSession(session.value);
}

/** Make sure that the newest page of a thread is here, or with *older* the page above what is here. */
export async function loadThread(business_id: string, older = false): Promise<void> {
  const thread = state.value.chats.get(business_id);
  if (fetching.has(business_id) || (older && !thread?.more) || (!older && thread?.asked)) return;
  fetching.add(business_id);
  try {
    const before = older ? thread?.messages[0]?.seq : undefined;
    if (!older) state.value = pure.withAsked(state.value, business_id, true);
    const { messages } = await api.getMessages(business_id, PAGE, before);
    state.value = pure.withPage(state.value, business_id, messages, messages.length === PAGE);
    acknowledge(messages);
  } catch (error) {
    if (!older) state.value = pure.withAsked(state.value, business_id, false);
    throw error;
  } finally {
    fetching.delete(business_id);
  }
}

/** Start a chat with a business found by searching. */
export function openWith(business: Business): void {
  state.value = pure.withBusiness(state.value, business);
}

/** Start a chat with a business that a link names; throws HttpError, 404 when there is none. */
export async function meet(business_id: string): Promise<void> {
  const { business, relation } = await api.getCard(business_id);
  state.value = pure.completed(state.value, business, relation, null);
}

/** The thread is on the screen and looked at: everything up to *seq* is read. */
export function markRead(business_id: string, seq: number): void {
  const chat = state.value.chats.get(business_id);
  if (!chat || (seq <= chat.read_seq && chat.unread === 0)) return;
  state.value = pure.withRead(state.value, business_id, seq);
  reads.set(business_id, seq);
  sendFrame({ type: "read", business_id, seq });
}

/** Block, stop or withdraw consent, or the opposite; throws HttpError. */
export async function changeRelation(business_id: string, change: Partial<Relation>): Promise<void> {
  const { relation } = await api.setRelation(business_id, change);
  const chat = state.value.chats.get(business_id);
  if (chat) state.value = { ...state.value, chats: new Map(state.value.chats).set(business_id, { ...chat, relation }) };
}

async function fetchAccount(): Promise<boolean> {
  try {
    const [{ seq, chats: found }, me] = await Promise.all([api.getChats(), api.getMe()]);
    batch(() => {
      state.value = pure.fetched(state.value, seq, found);
      setMe(me);
      phase.value = "ready";
    });
    if (me.language !== language.value && me.language in LANGUAGES) void chooseLanguage(me.language as Language);
    return true;
  } catch (error) {
    if (error instanceof HttpError && error.status === 401) return true;
    if (phase.value !== "ready") phase.value = "failed";
    return false;
  }
}

function openLine(token: string, mine: number): void {
  line?.close();
  line = holdLine({
    dial: () => dialHouse(token),
    after: () => state.value.seq,
    onFrame: (frame) => mine === generation && hear(frame),
    onOpen: (open) => mine === generation && opened(open),
    onSignedOut: forget,
  });
  void prefetch();
}

function opened(open: boolean): void {
  online.value = open;
  if (!open) return outboxLost();
  if (receipts.length) sendFrame({ type: "received", seqs: receipts });
  for (const [business_id, seq] of reads) sendFrame({ type: "read", business_id, seq });
  connectedOutbox();
}

function hear(frame: FrameIn): void {
  switch (frame.type) {
    case "events":
      return hearEvents(frame);
    case "sent":
      state.value = pure.withSent(state.value, frame.message);
      return outboxAnswered(frame.client_key);
    case "refused":
      return outboxRefused(frame.client_key, frame.error);
    case "typing":
      return showTyping(frame.business_id);
  }
}

function hearEvents({ events }: Extract<FrameIn, { type: "events" }>): void {
  const { state: next, arrived, gap } = pure.applyAll(state.value, events);
  batch(() => {
    state.value = next;
    for (const event of events) {
      if (event.type === "message" && event.message.client_key) outboxHeard(event.message.client_key);
      if (event.type === "read" && event.read_seq >= (reads.get(event.business_id) ?? 0)) reads.delete(event.business_id);
      if (event.type === "me") setMe(event.me);
    }
    if (arrived.length) rings.value += 1;
    if (arrived.some((message) => message.business_id === typing.value)) typing.value = null;
  });
  acknowledge(arrived);
  void completeChats();
  if (!gap) helloAgain = 0;
  else void mend();
}

/** A seq is missing: ask the stream again; if that does not help, fetch everything anew. */
async function mend(): Promise<void> {
  helloAgain += 1;
  if (helloAgain > 1) {
    state.value = pure.withoutMessages(state.value);
    if (!(await fetchAccount())) return;
  }
  sendFrame({ type: "hello", after: state.value.seq });
}

function acknowledge(messages: readonly Message[]): void {
  const seqs = messages.filter((message) => message.from === "business" && message.status === "sent").map((message) => message.seq);
  if (!seqs.length) return;
  receipts = [...receipts, ...seqs].slice(-RECEIPTS_KEPT);
  sendFrame({ type: "received", seqs });
}

/** Unread threads are fetched before they are opened: they open at once, and their messages have truly arrived. */
async function prefetch(): Promise<void> {
  const waiting = chats.value.filter((chat) => chat.unread > 0).slice(0, PREFETCH_CHATS);
  for (const chat of waiting) await loadThread(chat.business_id).catch(() => undefined);
}

async function completeChats(): Promise<void> {
  for (const [business_id, chat] of state.value.chats) {
    if (chat.complete || fetching.has(`card ${business_id}`)) continue;
    fetching.add(`card ${business_id}`);
    try {
      const [card, page] = await Promise.all([api.getCard(business_id), api.getMessages(business_id, 1)]);
      state.value = pure.completed(state.value, card.business, card.relation, page.messages[0] ?? null);
    } catch {
      // Asked again with the next event.
    } finally {
      fetching.delete(`card ${business_id}`);
    }
  }
}

let typingEnds: ReturnType<typeof setTimeout> | undefined;

function showTyping(business_id: string): void {
  typing.value = business_id;
  clearTimeout(typingEnds);
  typingEnds = setTimeout(() => (typing.value = null), TYPING_MS);
}

const sendFrame = (frame: FrameOut): boolean => line?.send(frame) ?? false;
const pause = (waitMs: number): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    addEventListener("online", done);
  });

/** Nothing of the account stays on the screen or on the disk; what was not sent stays for when the same person comes back. */
function forget(): void {
  generation += 1;
  line?.close();
  line = null;
  api.callAs("", () => {});
  keepSession(null);
  forgetLinks();
  reads.clear();
  batch(() => {
    session.value = null;
    state.value = pure.NOTHING;
    online.value = false;
  });
}

// The tab says how much is unread.
effect(() => {
  document.title = unreadTotal.value ? `(${unreadTotal.value}) Clarine` : "Clarine";
});

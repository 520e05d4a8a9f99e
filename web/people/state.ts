/**
 * The person's account as this device knows it, and the only function that changes it by what the house says. Pure: no clock,
 * no network, no browser. The promise: state at seq n + events n+1 … m = a fresh fetch at m (tests/state.test.ts).
 */

import type { Business, Chat, Event, Me, Message, Relation, Status } from "./wire";

export interface Thread extends Chat {
  /** The newest part of the thread without holes, oldest first; at first only what events brought. */
  messages: readonly Message[];
  /** Whether the newest page was asked for. */
  asked: boolean;
  /** Whether there is more above the first of *messages*. */
  more: boolean;
  /** Taken away by the house; an answer that was already on its way must not bring them back. */
  gone: readonly number[];
  /** False when the chat was learnt from an event and its business card or last message must be fetched. */
  complete: boolean;
}

export interface State {
  seq: number;
  me: Me | null;
  chats: ReadonlyMap<string, Thread>;
}

export interface Applied {
  state: State;
  /** Messages of businesses that arrived just now: each must be acknowledged as received. */
  arrived: Message[];
  /** True when a seq was missing: nothing after it was applied, and the device must say hello again. */
  gap: boolean;
}

export const NOTHING: State = { seq: 0, me: null, chats: new Map() };

const ORDER: Record<Status, number> = { sent: 1, delivered: 2, read: 3, failed: 9 };

/** The state of a fresh fetch of the chat list at *seq*; what is known of the threads themselves is kept. */
export function fetched(state: State, seq: number, chats: readonly Chat[]): State {
  const known = state.chats;
  const next = new Map<string, Thread>();
  for (const chat of chats) {
    const old = known.get(chat.business_id);
    next.set(chat.business_id, {
      ...chat,
      messages: old?.messages ?? [],
      asked: old?.asked ?? false,
      more: old?.more ?? true,
      gone: old?.gone ?? [],
      complete: true,
    });
  }
  return { ...state, seq, chats: next };
}

/** Apply events in order. Those already known are passed over; at a gap it stops. */
export function applyAll(state: State, events: readonly Event[]): Applied {
  const arrived: Message[] = [];
  for (const event of events) {
    if (event.seq <= state.seq) continue;
    if (event.seq > state.seq + 1) return { state, arrived, gap: true };
    state = apply(state, event);
    if (event.type === "message" && event.message.from === "business") arrived.push(event.message);
  }
  return { state, arrived, gap: false };
}

/** The state after one event that follows it directly. */
export function apply(state: State, event: Event): State {
  const next = { ...state, seq: event.seq };
  switch (event.type) {
    case "me":
      return { ...next, me: event.me };
    case "message":
      return changed(next, event.message.business_id, (chat) => appended(chat, event.message));
    case "status":
      return changed(next, event.business_id, (chat) => withStatus(chat, event.message_seq, event.status));
    case "read":
      return changed(next, event.business_id, (chat) => ({ ...chat, read_seq: event.read_seq, unread: event.unread }));
    case "relation":
      return changed(next, event.business_id, (chat) => ({ ...chat, relation: event.relation }));
    case "withdrawn":
      return changed(next, event.business_id, (chat) => without(chat, event.message_seq));
    default:
      return unknownEvent(event, next);
  }
}

/** Add a page of the thread, as fetched: *more* says whether older ones exist. */
export function withPage(state: State, business_id: string, page: readonly Message[], more: boolean): State {
  return changed(state, business_id, (chat) => {
    const first = chat.messages[0];
    const oldest = page.at(-1);
    const reachesBack = first === undefined || oldest === undefined || oldest.seq < first.seq;
    return { ...chat, messages: merged(chat, page), asked: true, more: reachesBack ? more : chat.more };
  });
}

/** The newest page is on its way, or (false) did not come. */
export function withAsked(state: State, business_id: string, asked: boolean): State {
  return changed(state, business_id, (chat) => ({ ...chat, asked }));
}

/** Forget the threads but not the chats: after a gap that could not be closed. */
export function withoutMessages(state: State): State {
  const bare = [...state.chats].map(([id, chat]) => [id, { ...chat, messages: [], asked: false, more: true }] as const);
  return { ...state, chats: new Map(bare) };
}

/** The house's answer to a send: the message stands in the thread at once; list and counts wait for its event. */
export function withSent(state: State, message: Message): State {
  return changed(state, message.business_id, (chat) => ({ ...chat, messages: merged(chat, [message]) }));
}

/** What an incomplete chat was missing. */
export function completed(state: State, business: Business, relation: Relation, last: Message | null): State {
  return changed(state, business.business_id, (chat) => {
    const newest = newer(chat.last, last && !chat.gone.includes(last.seq) ? last : null);
    return { ...chat, business, relation, last: newest, complete: true };
  });
}

/** A chat with a business that was found by searching; nothing was said in it yet. */
export function withBusiness(state: State, business: Business): State {
  if (state.chats.has(business.business_id)) return state;
  return changed(state, business.business_id, (chat) => ({ ...chat, business, asked: true, more: false, complete: true }));
}

/** This device read up to *seq*: the count falls before the house confirms it. */
export function withRead(state: State, business_id: string, seq: number): State {
  return changed(state, business_id, (chat) => (seq > chat.read_seq ? { ...chat, read_seq: seq, unread: 0 } : chat));
}

/** The chats that have something in them, the one with the newest message first. */
export function listed(state: State): Thread[] {
  return [...state.chats.values()].filter((chat) => chat.last !== null).sort((a, b) => (b.last?.seq ?? 0) - (a.last?.seq ?? 0));
}

/** The newest status of a message: forward only, and nothing fails once it was delivered (domain.message.mayMove). */
export function laterStatus(old: Status, to: Status): Status {
  if (old === "failed" || (to === "failed" && ORDER[old] >= ORDER.delivered)) return old;
  return ORDER[to] > ORDER[old] ? to : old;
}

function changed(state: State, business_id: string, change: (chat: Thread) => Thread): State {
  const chats = new Map(state.chats);
  chats.set(business_id, change(state.chats.get(business_id) ?? stranger(business_id)));
  return { ...state, chats };
}

function stranger(business_id: string): Thread {
  return {
    business_id,
    last: null,
    unread: 0,
    read_seq: 0,
    business: { business_id, name: "" },
    relation: { blocked: false, stopped: false, marketing_consent: false, utility_consent: null },
    messages: [],
    asked: false,
    more: true,
    gone: [],
    complete: false,
  };
}

function appended(chat: Thread, message: Message): Thread {
  const counts = message.from === "business" && message.content.type !== "reaction";
  return {
    ...chat,
    last: newer(chat.last, message),
    unread: chat.unread + (counts && message.seq > chat.read_seq ? 1 : 0),
    messages: merged(chat, [message]),
  };
}

function withStatus(chat: Thread, seq: number, status: Status): Thread {
  const moved = (message: Message): Message =>
    message.seq === seq ? { ...message, status: laterStatus(message.status, status) } : message;
  return { ...chat, last: chat.last && moved(chat.last), messages: chat.messages.map(moved) };
}

function without(chat: Thread, seq: number): Thread {
  const taken = chat.messages.find((message) => message.seq === seq) ?? (chat.last?.seq === seq ? chat.last : undefined);
  const counted = seq > chat.read_seq && taken?.content.type !== "reaction";
  const messages = chat.messages.filter((message) => message.seq !== seq);
  const left = chat.last?.seq === seq ? (messages.at(-1) ?? null) : chat.last;
  return {
    ...chat,
    messages,
    last: left,
    unread: Math.max(0, chat.unread - (counted ? 1 : 0)),
    gone: [...chat.gone, seq],
    // The message before it may not be on this device; then it must be asked for.
    complete: chat.complete && (left !== null || !chat.more),
  };
}

function merged(chat: Thread, more: readonly Message[]): Message[] {
  const bySeq = new Map<number, Message>(chat.messages.map((message) => [message.seq, message]));
  for (const message of more) {
    if (chat.gone.includes(message.seq)) continue;
    const old = bySeq.get(message.seq);
    bySeq.set(message.seq, old ? { ...message, status: laterStatus(old.status, message.status) } : message);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

function newer(a: Message | null, b: Message | null): Message | null {
  if (!a || !b) return a ?? b;
  return b.seq > a.seq ? b : a;
}

// A newer house may send kinds of events that this app does not know: they count, and change nothing.
function unknownEvent(_event: never, state: State): State {
  return state;
}

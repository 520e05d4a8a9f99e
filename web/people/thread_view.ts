/** From messages to what a thread shows: days, groups, the unread line, reactions on their bubbles, what still waits. Pure. */

import type { Waiting } from "./kept";
import type { Message, Reaction } from "./wire";

export interface Reacted {
  me?: string;
  business?: string;
}

export interface Bubble {
  kind: "bubble";
  key: string;
  message: Message;
  /** Set when the house has not confirmed it. */
  waiting: Waiting | null;
  /** First and last of a run by the same side within a few minutes: they carry the larger gap and the round corner. */
  first: boolean;
  last: boolean;
  reacted: Reacted;
}

export type Line = { kind: "day"; key: string; at: string } | { kind: "unread"; key: string; count: number } | Bubble;

const RUN_MS = 5 * 60_000;

/** Lines from the oldest to the newest; *read_seq* is where the unread line stands, null for none. */
export function linesOf(messages: readonly Message[], waiting: readonly Waiting[], read_seq: number | null): Line[] {
  const shown = messages.filter(isShown);
  const reacted = reactionsOf(messages, waiting);
  const known = new Set(messages.map((message) => message.client_key).filter(Boolean));
  const pending = waiting.filter((item) => item.content.type !== "reaction" && !known.has(item.client_key));
  const bubbles: Bubble[] = [
    ...shown.map((message) => bubble(message, null, reacted.get(message.seq) ?? {})),
    ...pending.map((item) => bubble(asMessage(item), item, {})),
  ];
  return divided(bubbles, read_seq);
}

/** The choices a person already made, by the message they answer: "seq/id". */
export function chosenOf(messages: readonly Message[], waiting: readonly Waiting[]): Set<string> {
  const chosen = new Set<string>();
  for (const { content, reply_to } of [...messages, ...waiting]) {
    if (content.type === "choice" && reply_to) chosen.add(`${reply_to}/${content.id}`);
    if (content.type === "flow_reply" && reply_to) chosen.add(`${reply_to}/flow`);
    // A place, a contact card or an address that answers a message may be what it asked for.
    if (["location", "contacts", "address_reply"].includes(content.type) && reply_to) chosen.add(`${reply_to}/${content.type}`);
  }
  return chosen;
}

/** A waiting message in the shape of a sent one; its seq is 0, because the house gives the number. */
export function asMessage(item: Waiting): Message {
  return {
    seq: 0,
    business_id: item.business_id,
    from: "me",
    at: item.at,
    status: "sent",
    content: item.content,
    reply_to: item.reply_to,
    client_key: item.client_key,
  };
}

function isShown(message: Message): boolean {
  return message.content.type !== "reaction" && !(message.from === "business" && message.status === "failed");
}

function bubble(message: Message, waiting: Waiting | null, reacted: Reacted): Bubble {
  const key = message.client_key ?? String(message.seq);
  return { kind: "bubble", key, message, waiting, first: true, last: true, reacted };
}

function reactionsOf(messages: readonly Message[], waiting: readonly Waiting[]): Map<number, Reacted> {
  const reacted = new Map<number, Reacted>();
  const put = (from: "me" | "business", content: Reaction) => {
    reacted.set(content.target_seq, { ...reacted.get(content.target_seq), [from]: content.emoji });
  };
  for (const { from, content } of messages) if (content.type === "reaction") put(from, content);
  for (const { content } of waiting) if (content.type === "reaction") put("me", content);
  return reacted;
}

function divided(bubbles: Bubble[], read_seq: number | null): Line[] {
  const lines: Line[] = [];
  const isNew = ({ message }: Bubble) => read_seq !== null && message.from === "business" && message.seq > read_seq;
  const firstNew = bubbles.findIndex(isNew);
  bubbles.forEach((current, index) => {
    const before = bubbles[index - 1];
    const newDay = !before || dayOf(before.message.at) !== dayOf(current.message.at);
    if (newDay) lines.push({ kind: "day", key: `day-${dayOf(current.message.at)}-${current.key}`, at: current.message.at });
    if (index === firstNew) lines.push({ kind: "unread", key: "unread", count: bubbles.filter(isNew).length });
    current.first = newDay || index === firstNew || !sameRun(before, current);
    if (before && current.first) before.last = true;
    else if (before) before.last = false;
    lines.push(current);
  });
  return lines;
}

function sameRun(before: Bubble | undefined, current: Bubble): boolean {
  if (!before || before.message.from !== current.message.from) return false;
  return Date.parse(current.message.at) - Date.parse(before.message.at) < RUN_MS;
}

const dayOf = (at: string): string => new Date(at).toDateString();

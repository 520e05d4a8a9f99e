import assert from "node:assert/strict";
import { test } from "node:test";
import { rich, unmarked } from "../rich";
import type { Waiting } from "../kept";
import { chosenOf, linesOf, type Bubble, type Line } from "../thread_view";
import type { Content, Message } from "../wire";

const said = (seq: number, from: "business" | "me", at: string, content: Content = { type: "text", body: String(seq) }, more: Partial<Message> = {}): Message => ({
  seq,
  business_id: "1",
  from,
  at: `2026-03-0${at}:00Z`,
  status: "sent",
  content,
  ...more,
});
const waits = (client_key: string, content: Content, reply_to: number | null = null): Waiting => ({
  client_key,
  wa_id: "9",
  business_id: "1",
  content,
  reply_to,
  at: "2026-03-02T12:00:00Z",
  file: null,
  fileType: null,
  refused: null,
});
const bubbles = (lines: Line[]): Bubble[] => lines.filter((line): line is Bubble => line.kind === "bubble");

test("a new day and the first unread message each get a divider", () => {
  const lines = linesOf([said(1, "business", "1T12:00"), said(2, "business", "2T12:00"), said(3, "business", "2T12:01")], [], 2);
  assert.deepEqual(lines.map((line) => line.kind), ["day", "bubble", "day", "bubble", "unread", "bubble"]);
});

test("messages of one side within five minutes stand together", () => {
  const lines = bubbles(linesOf([said(1, "business", "1T12:00"), said(2, "business", "1T12:04"), said(3, "me", "1T12:05"), said(4, "me", "1T12:30")], [], null));
  assert.deepEqual(lines.map(({ first, last }) => [first, last]), [[true, false], [false, true], [true, true], [true, true]]);
});

test("a reaction stands on its message, the newest one counts, and an empty one takes it back", () => {
  const react = (emoji: string): Content => ({ type: "reaction", target_seq: 1, emoji });
  const lines = (extra: Message[], waiting: Waiting[] = []) => bubbles(linesOf([said(1, "business", "1T12:00"), ...extra], waiting, null));
  assert.equal(lines([said(2, "me", "1T12:01", react("👍")), said(3, "me", "1T12:02", react("🙏"))])[0]?.reacted.me, "🙏");
  assert.equal(lines([said(2, "me", "1T12:01", react("👍"))], [waits("k", react(""))])[0]?.reacted.me, "");
  assert.equal(lines([said(2, "me", "1T12:01", react("👍"))]).length, 1);
});

test("what waits is shown once, also when the house already has it", () => {
  const mine = waits("k", { type: "text", body: "hello" });
  assert.equal(bubbles(linesOf([], [mine], null)).length, 1);
  const kept = said(5, "me", "2T12:00", mine.content, { client_key: "k" });
  const both = bubbles(linesOf([kept], [mine], null));
  assert.equal(both.length, 1);
  assert.equal(both[0]?.waiting, null);
  assert.equal(both[0]?.key, "k");
});

test("a withdrawn message of a business is not shown, an own failed one is", () => {
  const lines = linesOf([said(1, "business", "1T12:00", undefined, { status: "failed" }), said(2, "me", "1T12:00", undefined, { status: "failed" })], [], null);
  assert.deepEqual(bubbles(lines).map(({ message }) => message.seq), [2]);
});

test("a tapped answer is known while it still waits", () => {
  const choice: Content = { type: "choice", kind: "button_reply", id: "why", title: "Why?" };
  assert.ok(chosenOf([], [waits("k", choice, 7)]).has("7/why"));
});

test("marks make words strong only where they stand around whole words", () => {
  assert.equal(unmarked("*गाय 1017* गर्मी में है"), "गाय 1017 गर्मी में है");
  assert.equal(unmarked("2*3*4 and snake_case_name"), "2*3*4 and snake_case_name");
  assert.deepEqual(rich("*a _b_*")[0]?.kind, "strong");
});

test("a link ends before the full stop of its sentence", () => {
  const link = rich("See https://example.org/a?b=c.").find((part) => part.kind === "link");
  assert.equal(link && "href" in link && link.href, "https://example.org/a?b=c");
});

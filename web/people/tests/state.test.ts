import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, applyAll, fetched, laterStatus, listed, NOTHING, withPage, withRead, withSent, type State } from "../state";
import type { Chat } from "../wire";
import { AHouse, chanceOf } from "./a_house";

const BUSINESSES = ["1", "2", "3"];

/** One thing happens in the house, by chance. */
function step(house: AHouse, chance: () => number): void {
  const pick = <One>(all: readonly One[]): One => all[Math.floor(chance() * all.length)] as One;
  const business = pick(BUSINESSES);
  const what = chance();
  const known = house.all();
  if (known.length === 0 || what < 0.35) house.message(business, "business");
  else if (what < 0.5) house.message(business, "me");
  else if (what < 0.6) house.message(business, pick(["business", "me"]), { type: "reaction", target_seq: pick(known).seq, emoji: "👍" });
  else if (what < 0.75) house.status(pick(known.filter(({ from }) => from === "me").concat(known)).seq, pick(["delivered", "read", "failed"]));
  else if (what < 0.85) house.read(business, Math.floor(chance() * (house.seq + 1)));
  else if (what < 0.92) house.relate(business, { stopped: chance() < 0.5, blocked: chance() < 0.5 });
  else withdrawUnread(house, chance);
}

/** Only what no device had yet is ever withdrawn. */
function withdrawUnread(house: AHouse, chance: () => number): void {
  const read = new Map(house.chats().map((chat) => [chat.business_id, chat.read_seq]));
  const fresh = house.all().filter(({ from, seq, business_id }) => from === "business" && seq > (read.get(business_id) ?? 0));
  const one = fresh[Math.floor(chance() * fresh.length)];
  if (one) house.withdraw(one.seq);
}

const whole = (house: AHouse): State =>
  BUSINESSES.reduce((state, id) => (state.chats.has(id) ? withPage(state, id, house.page(id), false) : state), fetched(NOTHING, house.seq, house.chats()));

const shown = (state: State): Chat[] =>
  listed(state).map(({ business_id, last, unread, read_seq, business, relation }) => ({ business_id, last, unread, read_seq, business, relation }));

test("old state and the events after it equal a fresh fetch", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const chance = chanceOf(seed);
    const house = new AHouse();
    for (let count = 0; count < 15; count += 1) step(house, chance);
    let state = whole(house);
    for (let count = 0; count < 25; count += 1) {
      const before = house.seq;
      step(house, chance);
      state = applyAll(state, house.events.slice(before)).state;
      const fresh = whole(house);
      assert.deepEqual(shown(state), shown(fresh), `seed ${seed}, seq ${house.seq}`);
      assert.equal(state.seq, fresh.seq);
      for (const { business_id } of shown(fresh)) {
        if (state.chats.get(business_id)?.complete === false) continue;
        assert.deepEqual(state.chats.get(business_id)?.messages, fresh.chats.get(business_id)?.messages, `seed ${seed}, seq ${house.seq}`);
      }
    }
  }
});

test("events that are known already change nothing, and bring no second receipt", () => {
  const house = new AHouse();
  house.message("1", "business");
  const state = applyAll(NOTHING, house.events).state;
  const again = applyAll(state, house.events);
  assert.equal(again.state, state);
  assert.deepEqual(again.arrived, []);
});

test("at a gap nothing after it is applied", () => {
  const house = new AHouse();
  for (let count = 0; count < 3; count += 1) house.message("1", "business");
  const [first, , third] = house.events;
  const { state, gap, arrived } = applyAll(NOTHING, [first!, third!]);
  assert.ok(gap);
  assert.equal(state.seq, 1);
  assert.equal(arrived.length, 1);
});

test("a page that was asked for before an event arrived brings nothing back and hides nothing", () => {
  const house = new AHouse();
  house.message("1", "business");
  const doomed = house.message("1", "business");
  let state = withPage(fetched(NOTHING, house.seq, house.chats()), "1", [], true);
  const page = house.page("1");
  house.withdraw(doomed.seq);
  const late = house.message("1", "business");
  state = applyAll(state, house.events).state;
  state = withPage(state, "1", page, false);
  assert.deepEqual(state.chats.get("1")?.messages?.map(({ seq }) => seq), [1, late.seq]);
});

test("the answer to a send and its event are one message", () => {
  const house = new AHouse();
  house.message("1", "business");
  let state = whole(house);
  const sent = house.message("1", "me");
  state = withSent(state, sent);
  state = applyAll(state, house.events).state;
  assert.equal(state.chats.get("1")?.messages?.length, 2);
  assert.equal(state.chats.get("1")?.last?.seq, sent.seq);
});

test("a business that was never seen before is known to be incomplete", () => {
  const house = new AHouse();
  house.message("9", "business");
  const state = apply(NOTHING, house.events[0]!);
  assert.equal(state.chats.get("9")?.complete, false);
  assert.equal(state.chats.get("9")?.unread, 1);
});

test("reading is seen at once and never goes backwards", () => {
  const house = new AHouse();
  for (let count = 0; count < 4; count += 1) house.message("1", "business");
  const read = withRead(whole(house), "1", 4);
  assert.equal(read.chats.get("1")?.unread, 0);
  assert.equal(withRead(read, "1", 2).chats.get("1")?.read_seq, 4);
});

test("a status moves forward only, and nothing fails once it was delivered", () => {
  assert.equal(laterStatus("sent", "read"), "read");
  assert.equal(laterStatus("read", "delivered"), "read");
  assert.equal(laterStatus("delivered", "failed"), "delivered");
  assert.equal(laterStatus("sent", "failed"), "failed");
  assert.equal(laterStatus("failed", "delivered"), "failed");
});

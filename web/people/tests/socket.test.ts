import assert from "node:assert/strict";
import { test } from "node:test";
import { holdLine, waitMs, type Wire } from "../socket";
import type { FrameIn } from "../wire";

interface Timer {
  then: () => void;
  afterMs: number;
}

/** A house that can be called, and a clock that the test turns. */
function play() {
  const wires: (Wire & { sent: unknown[] })[] = [];
  const timers = new Set<Timer>();
  const heard: FrameIn[] = [];
  const open: boolean[] = [];
  const seen = { signedOut: false, after: 7 };
  const line = holdLine({
    dial: () => {
      const sent: unknown[] = [];
      const wire = { sent, readyState: 1, onopen: null, onmessage: null, onclose: null, send: (text: string) => sent.push(JSON.parse(text)), close: () => {} };
      wires.push(wire);
      return wire;
    },
    after: () => seen.after,
    onFrame: (frame) => heard.push(frame),
    onOpen: (is) => open.push(is),
    onSignedOut: () => (seen.signedOut = true),
    later: (then, afterMs) => {
      const timer = { then, afterMs };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    chance: () => 1,
  });
  const fire = (least: number, most: number) => {
    const timer = [...timers].find(({ afterMs }) => afterMs >= least && afterMs <= most);
    if (!timer) return false;
    timers.delete(timer);
    timer.then();
    return true;
  };
  const last = () => wires[wires.length - 1]!;
  return { line, wires, last, heard, open, seen, fire };
}

test("the first frame says hello with the cursor, also after coming back", () => {
  const { last, seen, fire, wires } = play();
  last().onopen?.();
  assert.deepEqual(last().sent, [{ type: "hello", after: 7 }]);
  seen.after = 9;
  last().onclose?.({ code: 1012 });
  assert.ok(fire(0, 30_000));
  last().onopen?.();
  assert.equal(wires.length, 2);
  assert.deepEqual(last().sent, [{ type: "hello", after: 9 }]);
});

test("a ping is answered and goes no further", () => {
  const { last, heard } = play();
  last().onopen?.();
  last().onmessage?.({ data: '{"type":"ping"}' });
  assert.deepEqual(last().sent[1], { type: "pong" });
  assert.equal(heard.length, 0);
});

test("a line that is silent for a minute is given up and called again", () => {
  const { last, open, fire, wires } = play();
  last().onopen?.();
  assert.ok(fire(60_000, 60_000));
  assert.deepEqual(open, [true, false]);
  assert.ok(fire(0, 30_000));
  assert.equal(wires.length, 2);
});

test("the wait doubles up to half a minute and is spread by chance", () => {
  assert.deepEqual([0, 1, 2].map((tries) => waitMs(tries, 1)), [500, 1000, 2000]);
  assert.equal(waitMs(20, 1), 30_000);
  assert.equal(waitMs(20, 0), 15_000);
});

test("after being signed out it does not call again", () => {
  const { last, seen, fire, line, wires } = play();
  last().onopen?.();
  last().onclose?.({ code: 4001 });
  assert.ok(seen.signedOut);
  line.hurry();
  assert.equal(fire(0, 30_000), false);
  assert.equal(wires.length, 1);
});

test("nothing is sent while the line is down, and the caller is told", () => {
  const { last, line } = play();
  last().onclose?.({ code: 1006 });
  assert.equal(line.send({ type: "pong" }), false);
});

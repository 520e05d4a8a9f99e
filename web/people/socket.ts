/** The line to the house: one WebSocket that comes back by itself, says hello with the cursor, and notices when it is dead. */

import type { FrameIn, FrameOut } from "./wire";

/** The part of a WebSocket that the line needs, so that tests can play the house. */
export interface Wire {
  readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface LineOptions {
  dial: () => Wire;
  /** The cursor: the last seq that this device has. */
  after: () => number;
  onFrame: (frame: FrameIn) => void;
  /** True from the hello on, false as soon as the line is lost. */
  onOpen: (open: boolean) => void;
  onSignedOut: () => void;
  /** Calls back after so many ms and gives a way to call it off; setTimeout outside of tests. */
  later?: (then: () => void, waitMs: number) => () => void;
  chance?: () => number;
}

export interface Line {
  /** False when the line is down; nothing was sent then. */
  send(frame: FrameOut): boolean;
  /** The network seems back, or the person looks again: do not sit out the rest of the wait. */
  hurry(): void;
  close(): void;
}

const OPEN = 1;
const SIGNED_OUT = 4001;
const WAIT_FIRST_MS = 500;
const WAIT_LONGEST_MS = 30_000;
/** The house pings every 25 s; two missed ones and a bit mean that the line is dead. */
const SILENCE_MS = 60_000;

/** Wait before try number *tries* (from 0): doubling, at most 30 s, the last half by chance so that a herd does not stampede. */
export function waitMs(tries: number, chance: number): number {
  const whole = Math.min(WAIT_LONGEST_MS, WAIT_FIRST_MS * 2 ** tries);
  return whole / 2 + (whole / 2) * chance;
}

export function holdLine(options: LineOptions): Line {
  const later = options.later ?? laterByClock;
  const chance = options.chance ?? Math.random;
  let wire: Wire | null = null;
  let tries = 0;
  let ended = false;
  let stopWait = () => {};
  let stopSilence = () => {};

  function dial(): void {
    stopWait();
    const mine = options.dial();
    wire = mine;
    listenForSilence();
    mine.onopen = () => {
      if (wire !== mine) return;
      mine.send(JSON.stringify({ type: "hello", after: options.after() } satisfies FrameOut));
      options.onOpen(true);
    };
    mine.onmessage = (event) => {
      if (wire !== mine) return;
      tries = 0;
      listenForSilence();
      const frame = JSON.parse(event.data) as FrameIn;
      if (frame.type === "ping") mine.send(JSON.stringify({ type: "pong" } satisfies FrameOut));
      else options.onFrame(frame);
    };
    mine.onclose = (event) => {
      if (wire === mine) lost(event.code);
    };
  }

  function lost(code: number): void {
    wire = null;
    stopSilence();
    options.onOpen(false);
    if (ended) return;
    if (code === SIGNED_OUT) {
      ended = true;
      options.onSignedOut();
      return;
    }
    stopWait = later(dial, waitMs(tries, chance()));
    tries += 1;
  }

  function listenForSilence(): void {
    stopSilence();
    stopSilence = later(() => {
      const dead = wire;
      if (!dead) return;
      lost(1006);
      dead.close();
    }, SILENCE_MS);
  }

  dial();
  return {
    send(frame) {
      if (wire?.readyState !== OPEN) return false;
      wire.send(JSON.stringify(frame));
      return true;
    },
    hurry() {
      if (ended || wire) return;
      tries = 0;
      dial();
    },
    close() {
      ended = true;
      stopWait();
      const open = wire;
      wire = null;
      stopSilence();
      open?.close(1000);
    },
  };
}

/** A WebSocket to the house; the token travels as a subprotocol, so that it is in no URL. */
export function dialHouse(token: string): Wire {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${location.host}/people/v1/socket`, ["clarine.v1", `token.${token}`]) as unknown as Wire;
}

function laterByClock(then: () => void, afterMs: number): () => void {
  const timer = setTimeout(then, afterMs);
  return () => clearTimeout(timer);
}

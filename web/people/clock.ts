/** The time of day for what counts down. It ticks once a minute, and only while something on the screen reads it. */

import { signal } from "@preact/signals";

const TICK_MS = 60_000;
let timer = 0;

export const now = signal(Date.now(), {
  watched() {
    this.value = Date.now();
    timer = window.setInterval(() => (this.value = Date.now()), TICK_MS);
  },
  unwatched() {
    clearInterval(timer);
  },
});

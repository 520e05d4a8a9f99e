/** Where in the console the reader is, in the address after "#": a door of the rail, and perhaps one thing of its list. */

import { computed, signal } from "@preact/signals";

const hash = signal(location.hash);

addEventListener("hashchange", () => (hash.value = location.hash));

const parts = computed(() => hash.value.replace(/^#\/?/, "").split("/").map(decodeURIComponent));

/** The name of the door, "" at the start. */
export const page = computed(() => parts.value[0] ?? "");
/** The id of the thing that is open, or null. */
export const opened = computed(() => parts.value[1] || null);

export const pathTo = (door: string, thing?: string): string => `#/${door}${thing ? `/${encodeURIComponent(thing)}` : ""}`;

export function go(door: string, thing?: string): void {
  location.hash = pathTo(door, thing);
}

/** Where in the app the reader is, in the address after "#", so that the phone's back button does what it should. */

import { computed, signal } from "@preact/signals";

export type Route =
  | { name: "chats" }
  | { name: "find" }
  | { name: "you" }
  | { name: "chat"; business_id: string; card: boolean };

const hash = signal(location.hash);

export const route = computed<Route>(() => parse(hash.value));

export const chatPath = (business_id: string): string => `#/chat/${business_id}`;
export const cardPath = (business_id: string): string => `#/chat/${business_id}/card`;

export function go(path: string): void {
  if (path === location.hash) return;
  history.pushState({ depth: depth() + 1 }, "", path);
  hash.value = path;
}

/** To where the reader came from, or to *path* when the app was opened right here. */
export function back(path = "#/"): void {
  if (depth() > 0) return history.back();
  history.replaceState(null, "", path);
  hash.value = path;
}

/** Listen to the browser's own ways of moving, and count the steps that links make. */
export function followLinks(): void {
  addEventListener("popstate", () => (hash.value = location.hash));
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.<HTMLAnchorElement>('a[href^="#/"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.getAttribute("href") ?? "#/");
  });
}

const depth = (): number => (history.state as { depth?: number } | null)?.depth ?? 0;

function parse(text: string): Route {
  const [, name, business_id, card] = text.split("/");
  if (name === "chat" && business_id) return { name: "chat", business_id, card: card === "card" };
  return name === "find" || name === "you" ? { name } : { name: "chats" };
}

/** Where in the app the reader is, in the address after "#", so that the phone's back button does what it should. */

import { computed, signal } from "@preact/signals";

export type Route =
  | { name: "chats" }
  | { name: "find" }
  | { name: "you" }
  | { name: "chat"; business_id: string; card: boolean; said: Said | null };

/** What a short link leads to: words to begin with, and the link's own code. */
export interface Said {
  link: string;
  words: string;
}

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
  settle(path);
}

/** Be at *path* without a step that the back button would undo. */
export function settle(path: string): void {
  history.replaceState(history.state, "", path);
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
  const [, name, business_id, part, link, words] = text.split("/");
  if (name === "chat" && business_id) return { name, business_id, card: part === "card", said: part === "say" && link && words ? { link, words: plain(words) } : null };
  return name === "find" || name === "you" ? { name } : { name: "chats" };
}

/** A link that was cut or mistyped on its way still opens the chat. */
function plain(words: string): string {
  try {
    return decodeURIComponent(words);
  } catch {
    return "";
  }
}

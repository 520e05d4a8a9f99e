/** What this browser keeps between visits: the session in localStorage, messages not yet sent in IndexedDB (which holds files). */

import type { Content, Me, MediaType, WireError } from "./wire";

export interface Session {
  token: string;
  device_id: string;
  me: Me;
}

/** A message the person wrote that the house has not confirmed; sent again under the same *client_key* until it is. */
export interface Waiting {
  client_key: string;
  /** Whose it is: another person signing in on this device must not send it. */
  wa_id: string;
  business_id: string;
  content: Content;
  reply_to: number | null;
  /** The short link by which the person came to write it; what an older page left on disk has none. */
  link?: string | null;
  at: string;
  /** A file that must go up first; then *content* gets its media_id. */
  file: Blob | null;
  fileType: MediaType | null;
  /** Set when the house will never take it as it is. */
  refused: WireError | null;
}

const SESSION_AS = "clarine.session";
const DATABASE = "clarine-people";
const STORE = "waiting";

export function keptSession(): Session | null {
  try {
    return JSON.parse(localStorage.getItem(SESSION_AS) ?? "null") as Session | null;
  } catch {
    return null;
  }
}

export function keepSession(session: Session | null): void {
  try {
    if (session) localStorage.setItem(SESSION_AS, JSON.stringify(session));
    else localStorage.removeItem(SESSION_AS);
  } catch {
    // A browser that keeps nothing asks for the code again next time.
  }
}

/** Call *ended* when another tab signs out. */
export function watchSession(ended: () => void): void {
  addEventListener("storage", (event) => {
    if (event.key === SESSION_AS && event.newValue === null) ended();
  });
}

/** Everything that waits, in the order in which it was written. */
export async function keptWaiting(): Promise<Waiting[]> {
  const all = (await inStore("readonly", (store) => store.getAll() as IDBRequest<Waiting[]>)) ?? [];
  return all.sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** Resolves when it stands on disk, or at once where the browser keeps nothing. */
export const keepWaiting = (waiting: Waiting): Promise<unknown> => inStore("readwrite", (store) => store.put(waiting));
export const dropWaiting = (client_key: string): Promise<unknown> => inStore("readwrite", (store) => store.delete(client_key));

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "client_key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function inStore<Answer>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<Answer>): Promise<Answer | undefined> {
  try {
    const transaction = (await database()).transaction(STORE, mode);
    const request = ask(transaction.objectStore(STORE));
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    return undefined; // Private windows may refuse; the message then lives as long as the page.
  }
}

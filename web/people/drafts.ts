/** What is written in each chat and not sent yet; it stays while the reader looks into other chats. */

import { signal, type Signal } from "@preact/signals";

interface Draft {
  words: Signal<string>;
  /** The code of the short link by which the person came to write it. */
  link: string | null;
}

const drafts = new Map<string, Draft>();

export function draftOf(business_id: string): Draft {
  const draft = drafts.get(business_id) ?? { words: signal(""), link: null };
  drafts.set(business_id, draft);
  return draft;
}

/** A short link was opened: its words wait to be sent, in place of what stood there. */
export function prefill(business_id: string, words: string, link: string): void {
  const draft = draftOf(business_id);
  draft.words.value = words;
  draft.link = link;
}

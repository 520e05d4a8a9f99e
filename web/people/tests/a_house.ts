/** A house in a few lines: it keeps one account, gives out events, and answers a fresh fetch. The app's state is held against it. */

import { laterStatus } from "../state";
import type { Chat, Content, Event, Message, Relation, Status } from "../wire";

type Told = Event extends infer One ? (One extends Event ? Omit<One, "seq" | "at"> : never) : never;

export class AHouse {
  readonly events: Event[] = [];
  private messages = new Map<number, Message>();
  private reads = new Map<string, number>();
  private relations = new Map<string, Relation>();

  get seq(): number {
    return this.events.length;
  }

  message(business_id: string, from: "business" | "me", content: Content = { type: "text", body: "…" }): Message {
    const message: Message = { seq: this.seq + 1, business_id, from, at: this.at(), status: "sent", content };
    this.messages.set(message.seq, message);
    this.tell({ type: "message", message });
    return message;
  }

  status(seq: number, status: Status): void {
    const message = this.messages.get(seq);
    if (!message) return;
    this.messages.set(seq, { ...message, status: laterStatus(message.status, status) });
    this.tell({ type: "status", business_id: message.business_id, message_seq: seq, status });
  }

  read(business_id: string, read_seq: number): void {
    this.reads.set(business_id, Math.max(read_seq, this.reads.get(business_id) ?? 0));
    const { unread, read_seq: now } = this.chat(business_id);
    this.tell({ type: "read", business_id, read_seq: now, unread });
  }

  relate(business_id: string, change: Partial<Relation>): void {
    this.relations.set(business_id, { ...this.relation(business_id), ...change });
    this.tell({ type: "relation", business_id, relation: this.relation(business_id) });
  }

  withdraw(seq: number): void {
    const message = this.messages.get(seq);
    if (!message) return;
    this.messages.delete(seq);
    this.tell({ type: "withdrawn", business_id: message.business_id, message_seq: seq });
  }

  chats(): Chat[] {
    return [...new Set(this.all().map((message) => message.business_id))].map((id) => this.chat(id));
  }

  /** Newest first, as the API answers. */
  page(business_id: string, limit = 200): Message[] {
    return this.all()
      .filter((message) => message.business_id === business_id)
      .sort((a, b) => b.seq - a.seq)
      .slice(0, limit);
  }

  all(): Message[] {
    return [...this.messages.values()];
  }

  private chat(business_id: string): Chat {
    const read_seq = this.reads.get(business_id) ?? 0;
    const page = this.page(business_id);
    const unread = page.filter(({ from, content, seq }) => from === "business" && content.type !== "reaction" && seq > read_seq).length;
    return { business_id, last: page[0] ?? null, unread, read_seq, business: { business_id, name: "" }, relation: this.relation(business_id) };
  }

  private relation(business_id: string): Relation {
    return this.relations.get(business_id) ?? { blocked: false, stopped: false, marketing_consent: false, utility_consent: null };
  }

  private tell(told: Told): void {
    this.events.push({ ...told, seq: this.seq + 1, at: this.at() } as Event);
  }

  private at(): string {
    return new Date(Date.UTC(2026, 0, 1) + this.seq * 60_000).toISOString();
  }
}

/** Chance that can be repeated: numbers from 0 to 1 that follow from *seed*. */
export function chanceOf(seed: number): () => number {
  let now = seed;
  return () => {
    now = (Math.imul(now, 1_664_525) + 1_013_904_223) >>> 0;
    return now / 2 ** 32;
  };
}

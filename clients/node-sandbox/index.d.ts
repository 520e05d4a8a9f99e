/** A message as it stands: its last status, and the API's code when it failed. */
export interface Message {
  id: string;
  direction: "to_person" | "to_business";
  from: string;
  to: string;
  at: string;
  type: string;
  text: string | null;
  content: Record<string, unknown> | null;
  category: string | null;
  price_micros: number;
  status: "sent" | "delivered" | "read" | "failed";
  error: number | null;
  statuses: { status: string; at: string; error: number | null }[];
}

export interface Business {
  base_url: string;
  business_id: string;
  waba_id: string;
  app_id: string;
  app_secret: string;
  phone_number_id: string;
  phone: string;
  access_token: string;
  webhook(to: { url: string; verify_token?: string; fields?: string[]; challenge?: boolean }): Promise<unknown>;
  faults(faults: { drop?: number; duplicate?: number; delay_s?: number; reorder?: number; seed?: number }): Promise<unknown>;
  review(review: { mode: "instant" | "scripted" | "manual"; script?: Record<string, unknown>[] }): Promise<unknown>;
}

export interface Acts {
  delivered_after_s?: number | null;
  read_after_s?: number | null;
  fails?: number;
  fails_after_s?: number;
  says?: string;
}

export interface Person {
  wa_id: string;
  token: string;
  says(text: string, more?: { to?: string; reply_to?: string }): Promise<{ id: string }>;
  taps(title: string, more?: { to?: string }): Promise<{ id: string }>;
  reads(): Promise<unknown>;
  decides(decision: {
    business?: string;
    blocked?: boolean;
    stopped?: boolean;
    marketing_consent?: boolean;
    utility_consent?: boolean;
  }): Promise<unknown>;
  acts(acts: Acts | null): Promise<unknown>;
}

export class Clarine {
  constructor(url: string, stop?: () => Promise<void>);
  readonly url: string;
  readonly clock: {
    now(): Promise<Date>;
    advance(by: { days?: number; hours?: number; minutes?: number; seconds?: number }): Promise<Date>;
  };
  business(fields?: Record<string, unknown>): Promise<Business>;
  person(phone: string, fields?: Record<string, unknown>): Promise<Person>;
  sentTo(phone: string): Promise<Message[]>;
  saidBy(phone: string): Promise<Message[]>;
  requests(): Promise<Record<string, unknown>[]>;
  webhooks(): Promise<Record<string, unknown>[]>;
  codeFor(phone: string): Promise<string>;
  settle(): Promise<void>;
  reset(): Promise<void>;
  stop(): Promise<void>;
  call(method: string, path: string, body?: unknown): Promise<any>;
}

/** Start `clarine serve --sandbox` on a free port with an empty data folder; stop() ends both. */
export function startClarine(options?: { command?: string; seed?: number }): Promise<Clarine>;

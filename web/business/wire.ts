/** What the server answers (docs/reference/console-api.md). Times are RFC 3339, money is in micros. */

export type Status = "sent" | "delivered" | "read" | "failed";
export type Category = "marketing" | "utility" | "authentication" | "service";

export interface Message {
  message_id: string;
  at: string;
  phone: string;
  name: string;
  type: string;
  preview: string;
  template: string | null;
  category: Category | null;
  billable: boolean;
  pricing_type: string | null;
  price_micros: number;
  rate_version: string | null;
  status: Status;
  reason: string | null;
}

export interface Webhook {
  number: number;
  field: string;
  event: string;
  message_id: string | null;
  phone: string | null;
  at: string;
  state: "queued" | "waiting" | "acknowledged" | "given_up" | "unsubscribed";
  due_at: string | null;
  attempts: readonly Attempt[];
}

/** One POST and its answer; *said* is how the body of a refusal begins. */
export interface Attempt {
  url: string;
  http_status: number | null;
  error: string | null;
  said?: string | null;
  took_ms: number;
  at: string;
}

export interface WebhookDetail extends Webhook {
  /** What a POST of this event alone carries. */
  body: string;
}

export interface MessageDetail extends Message {
  currency: string;
  statuses: readonly { status: Status; at: string; reason: string | null }[];
  journal: readonly { kind: EntryKind; amount_micros: number; at: string }[];
  webhooks: readonly Webhook[];
}

export type EntryKind = "top_up" | "hold" | "post" | "void" | "reversal";

export interface Wallet {
  currency: string;
  available_micros: number;
  held_micros: number;
  spent_micros: number;
}

export interface Line {
  at: string;
  kind: EntryKind;
  amount_micros: number;
  available_change_micros: number;
  available_after_micros: number;
  held_after_micros: number;
  spent_after_micros: number;
  message_id: string | null;
  phone: string | null;
  rate_version: string | null;
  note: string | null;
}

export interface Component {
  type: string;
  format?: string;
  text?: string;
  buttons?: readonly { type: string; text?: string; url?: string; example?: unknown }[];
  limited_time_offer?: { text: string; has_expiration?: boolean };
  cards?: readonly { components: readonly Component[] }[];
}

export interface Template {
  template_id: string;
  name: string;
  language: string;
  category: Category;
  status: string;
  components: readonly Component[];
  rejected_reason: string;
  quality: string;
  created_at: string;
  updated_at: string;
}

export interface Token {
  token_id: string;
  name: string;
  created_at: string;
  ended_at: string | null;
}

export interface Connection {
  base_url: string;
  business_id: string;
  waba_id: string;
  app_id: string;
  app_secret: string;
  phone_numbers: readonly { phone_number_id: string; phone: string; name: string; quality: string }[];
  tokens: readonly Token[];
  subscriptions: readonly { scope: "app" | "account" | "phone_number"; object_id: string; url: string | null; fields: readonly string[] }[];
}

export interface Evidence {
  act: "granted" | "withdrawn" | "stopped" | "resumed";
  category: "marketing" | "utility" | "all";
  wording: string;
  wording_version: string;
  source: string;
  actor: "person" | "business" | "operator";
  given_at: string;
  recorded_at: string;
}

export interface Shop {
  catalogues: readonly Catalogue[];
  /** Whether orders are taken. */
  orders: boolean;
  /** Whether everyone may look through the catalogue. */
  open: boolean;
}

export interface Catalogue {
  catalogue_id: string;
  name: string;
  connected: boolean;
  created_at: string;
}

export const AVAILABILITIES = ["in stock", "out of stock", "preorder", "available for order", "discontinued"] as const;
export type Availability = (typeof AVAILABILITIES)[number];

export interface Product {
  product_id: string;
  retailer_id: string;
  name: string;
  description: string;
  price_micros: number;
  currency: string;
  availability: Availability;
  hidden: boolean;
  picture: { url: string; thumbnail_url: string | null } | null;
  /** The address that a program gave for the picture. */
  picture_from: string | null;
  updated_at: string;
}

export type CampaignState = "draft" | "running" | "paused" | "cancelled" | "done";

export interface Campaign {
  campaign_id: string;
  name: string;
  phone_number_id: string;
  template: string;
  language: string;
  columns: readonly string[];
  state: CampaignState;
  reason: string | null;
  recipients: number;
  sent: number;
  refused: Readonly<Record<string, number>>;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

export interface CampaignPreview {
  messages: readonly { body: string; header?: { body?: string } | null; footer?: string | null }[];
  estimate: { micros: number; currency: string; countries: readonly { country: string; recipients: number; micros: number }[] };
}

export type CampaignResults = Readonly<Record<Status, number>>;

export interface Added {
  added: number;
  repeated: number;
  recipients: number;
  wrong: readonly { row: number; problem: string }[];
}

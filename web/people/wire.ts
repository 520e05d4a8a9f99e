/** What stands on the wire between this app and the house (docs/reference/people-api.md), parsed at the door and trusted inside. */

export interface Me {
  wa_id: string;
  name: string;
  language: string;
  country: string;
}

export interface Business {
  business_id: string;
  name: string;
  about?: string;
  verified?: boolean;
  phone?: string;
  picture?: string | null;
}

export interface Relation {
  blocked: boolean;
  stopped: boolean;
  marketing_consent: boolean;
  /** null or absent: never asked; false: withdrawn. */
  utility_consent?: boolean | null;
}

export type MediaType = "image" | "video" | "audio" | "document" | "sticker";

export interface Text {
  type: "text";
  body: string;
  preview_url?: boolean;
}

export interface Media {
  type: MediaType;
  media_id: string;
  mime?: string;
  size?: number;
  caption?: string | null;
  filename?: string | null;
  voice?: boolean;
  animated?: boolean;
  width?: number | null;
  height?: number | null;
}

export interface Location {
  type: "location";
  latitude: number;
  longitude: number;
  name?: string | null;
  address?: string | null;
}

export interface Contact {
  name: { formatted_name: string };
  phones?: { phone?: string; type?: string }[];
  emails?: { email?: string }[];
  org?: { company?: string };
}

export interface Contacts {
  type: "contacts";
  contacts: Contact[];
}

export interface Reaction {
  type: "reaction";
  target_seq: number;
  emoji: string;
}

export interface Button {
  id: string;
  title: string;
  kind?: "reply" | "url" | "phone" | "copy_code" | "flow" | "shelf" | "contact";
  url?: string | null;
  phone?: string | null;
  code?: string | null;
  flow?: FlowLaunch | null;
  shelf?: Shelf | null;
}

/** A product as it stood when the message was sent. */
export interface ProductShown {
  catalog_id: string;
  retailer_id: string;
  name: string;
  price_micros: number;
  currency: string;
  picture?: Media | null;
}

/** The products behind a message; without sections the whole catalogue. */
export interface Shelf {
  catalog_id: string;
  front?: ProductShown | null;
  sections?: { title?: string | null; retailer_ids: string[] }[];
}

export interface CarouselCard {
  header?: Media | null;
  body?: string | null;
  buttons?: Button[];
  product?: ProductShown | null;
}

export interface AddressRequest {
  country: "IN" | "SG";
  values: Record<string, string>;
  saved?: { id: string; values: Record<string, string> }[];
  problems?: Record<string, string> | null;
}

export interface ListRow {
  id: string;
  title: string;
  description?: string | null;
}

export interface ListSection {
  title?: string | null;
  rows: ListRow[];
}

export interface Interactive {
  type: "interactive";
  kind:
    | "button"
    | "list"
    | "cta_url"
    | "flow"
    | "carousel"
    | "product"
    | "product_list"
    | "catalog_message"
    | "location_request_message"
    | "address_message"
    | "request_contact_info";
  body: string;
  header?: Text | Media | null;
  footer?: string | null;
  buttons?: Button[];
  list_label?: string | null;
  sections?: ListSection[];
  flow?: FlowLaunch | null;
  cards?: CarouselCard[];
  shelf?: Shelf | null;
  address?: AddressRequest | null;
}

/** The form behind a message; the app plays it. */
export interface FlowLaunch {
  flow_id: string;
  label: string;
  action: "navigate" | "data_exchange";
}

export interface Template {
  type: "template";
  name: string;
  language: string;
  body: string;
  header?: Text | Media | Location | null;
  footer?: string | null;
  buttons?: Button[];
  cards?: CarouselCard[];
  offer?: { text: string; ends_at?: string | null } | null;
}

export interface Choice {
  type: "choice";
  kind: "button_reply" | "list_reply" | "template_button";
  id: string;
  title: string;
  description?: string | null;
}

/** The answers to a form; *response* on the way out, *title* the words of the button that opened it. */
export interface FlowReply {
  type: "flow_reply";
  title: string;
  response?: Record<string, unknown>;
}

/** The answer to an address message: fields, or the id of an address that the business offered. */
export interface AddressReply {
  type: "address_reply";
  values: Record<string, string>;
  saved_id?: string | null;
}

export interface OrderedItem {
  retailer_id: string;
  name: string;
  quantity: number;
  price_micros: number;
}

export interface Order {
  type: "order";
  catalog_id: string;
  currency: string;
  items: OrderedItem[];
  text: string;
}

/** Words about a product. */
export interface Question {
  type: "question";
  body: string;
  about: ProductShown;
}

export type Content =
  | Text
  | Media
  | Location
  | Contacts
  | Reaction
  | Interactive
  | Template
  | Choice
  | FlowReply
  | AddressReply
  | Order
  | Question;

export type Status = "sent" | "delivered" | "read" | "failed";

export interface Price {
  micros: number;
  currency: string;
  category: string;
}

export interface Message {
  seq: number;
  business_id: string;
  from: "business" | "me";
  at: string;
  status: Status;
  content: Content;
  reply_to?: number | null;
  client_key?: string | null;
  price?: Price | null;
}

export interface Chat {
  business_id: string;
  last: Message | null;
  unread: number;
  read_seq: number;
  business: Business;
  relation: Relation;
}

export interface Consent {
  act: "granted" | "withdrawn" | "stopped" | "resumed";
  category: string;
  wording: string;
  wording_version?: string;
  source: string;
  given_at: string;
}

export interface Card {
  business: Business;
  relation: Relation;
  why: Consent[];
  /** Whether they show a catalogue to everyone. */
  shop?: boolean;
}

/** A product as it is now. */
export interface Product {
  product_id: string;
  catalog_id: string;
  retailer_id: string;
  name: string;
  description: string;
  price_micros: number;
  currency: string;
  for_sale: boolean;
  picture: { url: string; thumbnail_url?: string | null } | null;
}

export interface Shop {
  catalog_id: string;
  /** Whether orders are taken here. */
  cart: boolean;
  sections: { title: string | null; products: Product[] }[];
  more: boolean;
}

export interface Device {
  device_id: string;
  name: string;
  created_at: string;
  seen_at: string;
  current?: boolean;
}

export type ReportReason = "never_signed_up" | "political" | "scam" | "offensive" | "too_often" | "not_interested";
export const REPORT_REASONS: readonly ReportReason[] = [
  "never_signed_up",
  "too_often",
  "not_interested",
  "scam",
  "offensive",
  "political",
];

/** What the house gives of a form: its Flow JSON, and where it begins. */
export interface OpenedFlow {
  flow: FlowDocument;
  action: "navigate" | "data_exchange";
  screen: string | null;
  data: Record<string, unknown>;
}

export interface FlowDocument {
  version: string;
  screens: FlowScreen[];
}

export interface FlowScreen {
  id: string;
  title?: string;
  refresh_on_back?: boolean;
  layout: { children: FlowPart[] };
}

/** A component of a screen; which properties it has, its type says. */
export type FlowPart = { type: string; name?: string; children?: FlowPart[] } & Record<string, unknown>;

export type FlowAnswer = { screen: string; data: Record<string, unknown> } | { message: Message };

export interface MediaLink {
  media_id: string;
  url: string;
  thumbnail_url?: string | null;
  expires_at: string;
}

interface EventHead {
  seq: number;
  at: string;
}

export type Event = EventHead &
  (
    | { type: "message"; message: Message }
    | { type: "status"; business_id: string; message_seq: number; status: Status }
    | { type: "read"; business_id: string; read_seq: number; unread: number }
    | { type: "relation"; business_id: string; relation: Relation }
    | { type: "withdrawn"; business_id: string; message_seq: number }
    | { type: "me"; me: Me }
  );

export interface WireError {
  code: string;
  message: string;
  field?: string;
}

export type FrameIn =
  | { type: "events"; events: Event[]; last_seq: number }
  | { type: "sent"; client_key: string; message: Message }
  | { type: "refused"; client_key: string; error: WireError }
  | { type: "typing"; business_id: string }
  | { type: "ping" };

export type FrameOut =
  | { type: "hello"; after: number }
  | { type: "received"; seqs: number[] }
  | { type: "read"; business_id: string; seq: number }
  | { type: "send"; client_key: string; business_id: string; content: Content; reply_to?: number; link?: string }
  | { type: "typing"; business_id: string }
  | { type: "pong" };

/** Whether *content* is one of the five kinds that carry a file. */
export function isMedia(content: { type: string }): content is Media {
  return ["image", "video", "audio", "document", "sticker"].includes(content.type);
}

/** What the server answers to operators (docs/reference/console-api.md). */

export interface Business {
  business_id: string;
  waba_id: string;
  name: string;
  about: string;
  verified: boolean;
  created_at: string;
  phone: string | null;
  quality: string;
  wallet: { currency: string; available_micros: number; held_micros: number; spent_micros: number };
  sent: number;
  delivered: number;
  failed: number;
  refused: number;
  reports_open: number;
}

export interface Review {
  template_id: string;
  business_id: string;
  business_name: string;
  business_verified: boolean;
  name: string;
  language: string;
  category: "marketing" | "utility" | "authentication";
  status: string;
  components: readonly { type: string; format?: string; text?: string; buttons?: readonly { type: string; text?: string }[] }[];
  rejected_reason: string;
  updated_at: string;
}

export type Reason = "never_signed_up" | "political" | "scam" | "offensive" | "too_often" | "not_interested";

export interface Report {
  report_id: string;
  business_id: string;
  business_name: string;
  reason: Reason;
  preview: string;
  at: string;
  handled_at: string | null;
}

export interface Audit {
  at: string;
  clean: boolean;
  businesses: number;
  entries: number;
  messages: number;
  posted_micros: number;
  checks: readonly { check: string; sentence: string; found: number }[];
  findings: readonly {
    check: string;
    business_id: string;
    business_name: string;
    message_id: string | null;
    expected_micros: number;
    found_micros: number;
    what: string;
  }[];
}

export interface Health {
  people: number;
  devices: number;
  businesses: number;
  messages_last_hour: number;
  messages_last_day: number;
  undelivered: number;
  oldest_undelivered_at: string | null;
  notices_fresh: number;
  notices_waiting: number;
  oldest_waiting_at: string | null;
  templates_pending: number;
  reports_open: number;
  database_size: number;
}

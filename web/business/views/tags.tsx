/** One word each for how a message, a webhook or a template stands. */

import { Tag } from "../../parts/ui";
import type { Key } from "../words";
import { t } from "../words";
import type { Category, EntryKind, Status, Webhook } from "../wire";

const STATUS_TONES = { sent: "plain", delivered: "good", read: "info", failed: "bad" } as const;
const WEBHOOK_TONES = { queued: "plain", waiting: "warn", acknowledged: "good", given_up: "bad", unsubscribed: "plain" } as const;
const REASONS = [
  "not_a_person",
  "stopped",
  "no_consent",
  "window_closed",
  "no_money",
  "messaging_limit",
  "marketing_cap",
  "marketing_frozen",
  "expired",
  "template_stopped",
  "shut_out",
  "locked",
  "media_link",
  "media_file",
] as const;

export const StatusTag = ({ status }: { status: Status }) => <Tag tone={STATUS_TONES[status]}>{t(`status_${status}`)}</Tag>;

export const WebhookTag = ({ state }: { state: Webhook["state"] }) => <Tag tone={WEBHOOK_TONES[state]}>{t(`webhook_${state}`)}</Tag>;

export const categoryName = (category: Category | null): string => (category ? t(`category_${category}`) : "–");
export const kindName = (kind: EntryKind): string => t(`entry_${kind}`);

/** Why a message failed, for people. */
export function reasonText(reason: string | null): string {
  const known = REASONS.find((each) => each === reason);
  return known ? t(`reason_${known}` as Key) : "";
}

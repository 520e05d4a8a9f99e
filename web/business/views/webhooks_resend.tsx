/** What the webhook log is searched by, and sending everything of a stretch of time again: after the own system was down. */

import { useState } from "preact/hooks";
import { useAct } from "../../console/act";
import { api, asked } from "../../console/session";
import { Select } from "../../console/shown";
import { post, type HttpError } from "../../parts/http";
import { Button, Dialog, Field as TextField, toast } from "../../parts/ui";
import { t } from "../words";

/** docs/reference/webhooks.md, fields. */
export const FIELDS = [
  "messages",
  "user_preferences",
  "flows",
  "message_template_status_update",
  "message_template_quality_update",
  "message_template_components_update",
  "template_category_update",
  "phone_number_quality_update",
  "phone_number_name_update",
  "business_capability_update",
  "account_update",
  "security",
] as const;
export type Field = (typeof FIELDS)[number];

export const STATES = ["queued", "waiting", "acknowledged", "given_up", "unsubscribed"] as const;
export type State = (typeof STATES)[number];

/** A stretch of time that was chosen; it stays as it was at that moment. */
export interface Period {
  name: "" | "hour" | "today" | "week";
  since: string;
  until: string;
}

const HOUR_MS = 3_600_000;

export function periodOf(name: Period["name"], now = new Date()): Period {
  const day = (back: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - back).toISOString();
  const since = { "": "", hour: new Date(now.getTime() - HOUR_MS).toISOString(), today: day(0), week: day(6) }[name];
  return { name, since, until: "" };
}

interface ResendProps {
  field: Field | "";
  /** The beginning that is looked at, or "". */
  since: string;
  onClose: () => void;
  onSent: () => void;
}

export function Resend({ field: before, since, onClose, onSent }: ResendProps) {
  const [from, setFrom] = useState(local(since ? new Date(since) : new Date(Date.now() - 24 * HOUR_MS)));
  const [until, setUntil] = useState(local(new Date(Date.now() + 60_000)));
  const [which, setWhich] = useState<"given_up" | "">("given_up");
  const [field, setField] = useState<Field | "">(before);
  const { busy, error, run } = useAct(refusal);
  const send = (event: Event) => {
    event.preventDefault();
    const range = { since: new Date(from).toISOString(), until: new Date(until).toISOString() };
    void run(async () => {
      const { resent } = await asked(post<{ resent: number }>(api("webhooks/resend"), { ...range, ...(which && { state: which }), ...(field && { field }) }));
      toast(t("resent_count", { count: resent }), "good");
      onSent();
      onClose();
    });
  };
  return (
    <Dialog open title={t("resend_range")} onClose={onClose}>
      <form class="form" onSubmit={send}>
        <p>{t("resend_about")}</p>
        <div class="form form-two">
          <TextField label={t("resend_from")} type="datetime-local" required value={from} max={until} onInput={(event) => setFrom(event.currentTarget.value)} />
          <TextField label={t("resend_until")} type="datetime-local" required value={until} min={from} onInput={(event) => setUntil(event.currentTarget.value)} />
        </div>
        <Select label={t("resend_which")} value={which} onChange={setWhich} options={[["given_up", t("resend_lost")], ["", t("resend_all")]]} />
        <Select label={t("webhook_field")} value={field} onChange={setField} options={[["", t("all_fields")], ...FIELDS.map((each) => [each, each] as const)]} />
        <p class="quiet small">{t("resend_twice")}</p>
        {error && <p class="field-error" role="alert" dir="auto">{error}</p>}
        <div class="dialog-actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="primary" type="submit" busy={busy}>{t("resend_go")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function refusal(error: HttpError): string | null {
  if (error.status === 404) return t("resend_none");
  return error.code === "too_large" ? t("resend_too_many") : null;
}

/** As a datetime-local field has it: the reader's own time, to the minute. */
function local(at: Date): string {
  const own = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return own.toISOString().slice(0, 16);
}

/** What this business's own system was told, how it answered, and telling it again. */

import { useState } from "preact/hooks";
import { useAct } from "../../console/act";
import { Failed, List, type Column } from "../../console/list";
import { useAnswer, usePaged, useSettled } from "../../console/paged";
import { go, opened } from "../../console/route";
import { api, asked } from "../../console/session";
import { Export, PageHead } from "../../console/shell";
import { Choice, Exactly, Facts, Id, Latin, Panel, Search, When, download } from "../../console/shown";
import { post } from "../../parts/http";
import { number } from "../../parts/i18n";
import { Button, EmptyState, Skeleton, toast } from "../../parts/ui";
import { t } from "../words";
import type { Webhook, WebhookDetail } from "../wire";
import { WebhookTag } from "./tags";
import { FIELDS, Resend, STATES, periodOf, type Field, type Period, type State } from "./webhooks_resend";

export function Webhooks() {
  const [search, setSearch] = useState("");
  const [state, setState] = useState<State | "">("");
  const [field, setField] = useState<Field | "">("");
  const [period, setPeriod] = useState<Period>(periodOf(""));
  const [resending, setResending] = useState(false);
  const query = { search: useSettled(search), state, field, since: period.since, until: period.until };
  const found = usePaged<Webhook>("webhooks", query, (answer: { webhooks: Webhook[] }) => answer.webhooks);
  return (
    <>
      <PageHead title={t("webhooks")}>
        <Export onClick={() => save(found.rows ?? [])} />
        <Button kind="primary" onClick={() => setResending(true)}>{t("resend_range")}</Button>
      </PageHead>
      <p class="page-lead">{t("webhooks_about")}</p>
      <div class="filters">
        <Search label={t("search_messages")} value={search} onInput={setSearch} />
        <Choice label={t("webhook_field")} value={field} onChange={setField} options={[["", t("all_fields")], ...FIELDS.map((each) => [each, each] as const)]} />
        <Choice label={t("state")} value={state} onChange={setState} options={[["", t("all_states")], ...STATES.map((each) => [each, t(`webhook_${each}`)] as const)]} />
        <Choice
          label={t("period")}
          value={period.name}
          onChange={(name) => setPeriod(periodOf(name))}
          options={[["", t("period_all")], ["hour", t("period_hour")], ["today", t("period_today")], ["week", t("period_week")]]}
        />
      </div>
      <List
        caption={t("webhooks")}
        columns={columns()}
        found={found}
        rowKey={(row) => String(row.number)}
        openKey={opened.value}
        onOpen={(row) => go("webhooks", String(row.number))}
        narrowed={Boolean(search || state || field || period.name)}
        onWiden={() => {
          setSearch("");
          setState("");
          setField("");
          setPeriod(periodOf(""));
        }}
        empty={<EmptyState title={t("webhooks_none")} action={<a href="#/connect">{t("connect_client")}</a>}>{t("webhooks_none_about")}</EmptyState>}
      />
      {opened.value && <Detail key={opened.value} id={opened.value} onSent={found.again} />}
      {resending && <Resend field={field} since={period.since} onClose={() => setResending(false)} onSent={found.again} />}
    </>
  );
}

const columns = (): readonly Column<Webhook>[] => [
  { key: "event", title: t("event"), phone: "title", cell: (row) => <span class="ident clip">{row.field === "messages" ? row.event : `${row.field} ${row.event}`}</span> },
  { key: "state", title: t("state"), phone: "end", cell: (row) => <WebhookTag state={row.state} /> },
  { key: "about", title: t("about"), phone: "line", cell: (row) => (row.phone ? <Latin>{row.phone}</Latin> : <span class="quiet">–</span>) },
  { key: "answer", title: t("answer"), phone: "line", cell: (row) => <Answer webhook={row} /> },
  { key: "at", title: t("time"), phone: "foot", cell: (row) => <When at={row.at} /> },
  { key: "tries", title: t("tries"), figures: true, phone: "hide", cell: (row) => number(row.attempts.length) },
];

function Answer({ webhook }: { webhook: Webhook }) {
  const last = webhook.attempts.at(-1);
  if (!last) return null;
  return (
    <span class="clip">
      <Latin>{last.http_status === null ? (last.error ?? t("no_answer")) : `HTTP ${last.http_status}`}</Latin>
    </span>
  );
}

function Detail({ id, onSent }: { id: string; onSent: () => void }) {
  const { answer: found, error, again } = useAnswer<WebhookDetail>(`webhooks/${encodeURIComponent(id)}`, true);
  const sent = () => {
    again();
    onSent();
  };
  return (
    <Panel title={t("webhook")} onClose={() => go("webhooks")}>
      {error && !found ? <Failed error={error} again={again} /> : !found ? <Skeleton rows={6} name={t("fetching")} /> : <Inside webhook={found} onSent={sent} />}
    </Panel>
  );
}

function Inside({ webhook, onSent }: { webhook: WebhookDetail; onSent: () => void }) {
  const { busy, error, run } = useAct();
  const resend = () =>
    run(async () => {
      await asked(post(api(`webhooks/${webhook.number}/resend`), {}));
      toast(t("resent"), "good");
      onSent();
    });
  return (
    <>
      <Facts
        facts={[
          [t("state"), <WebhookTag state={webhook.state} />],
          [t("next_try"), webhook.due_at && <Exactly at={webhook.due_at} />],
          [t("event"), <span class="ident">{`${webhook.field} · ${webhook.event}`}</span>],
          [t("about"), webhook.phone && <Latin>{webhook.phone}</Latin>],
          [t("message_id"), webhook.message_id && <Id value={webhook.message_id} />],
          [t("time"), <Exactly at={webhook.at} />],
        ]}
      />
      <section>
        <h3>{t("tries")}</h3>
        {webhook.attempts.length === 0 ? <p class="quiet">{t("tries_none")}</p> : <Attempts webhooks={[webhook]} />}
      </section>
      {error && <p class="field-error" role="alert">{error}</p>}
      {webhook.state !== "queued" && (
        <Button kind="primary" busy={busy} onClick={() => void resend()}>
          {t("resend")}
        </Button>
      )}
      <details>
        <summary>{t("webhook_body")}</summary>
        <pre class="snippet" tabIndex={0}>{laidOut(webhook.body)}</pre>
      </details>
    </>
  );
}

function laidOut(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** Each POST with its answer; used by the detail of a message as well. */
export function Attempts({ webhooks }: { webhooks: readonly Webhook[] }) {
  return (
    <ol class="steps">
      {webhooks.flatMap((webhook) =>
        webhook.attempts.length === 0
          ? [
              <li key={webhook.number} class="step">
                <span>
                  <span class="ident">{webhook.event}</span> · {t(`webhook_${webhook.state}`)}
                </span>
                <span class="quiet small"><Exactly at={webhook.at} /></span>
              </li>,
            ]
          : webhook.attempts.map((attempt, index) => (
              <li key={`${webhook.number}-${index}`} class={`step ${attempt.http_status !== null && attempt.http_status < 300 ? "step-good" : "step-bad"}`}>
                <span>
                  <span class="ident">{webhook.event}</span> · <Latin>{attempt.http_status === null ? (attempt.error ?? t("no_answer")) : `HTTP ${attempt.http_status}`} · {attempt.took_ms} ms</Latin>
                </span>
                <span class="quiet small"><Exactly at={attempt.at} /></span>
                <span class="quiet ident">{attempt.url}</span>
                {attempt.said && <span class="quiet ident">{attempt.said}</span>}
              </li>
            )),
      )}
    </ol>
  );
}

function save(rows: readonly Webhook[]): void {
  const header = ["number", "time", "field", "event", "message_id", "phone", "state", "tries", "last_http_status", "last_error"];
  const lines = rows.map((row) => {
    const last = row.attempts.at(-1);
    return [row.number, row.at, row.field, row.event, row.message_id, row.phone, row.state, row.attempts.length, last?.http_status ?? null, last?.error ?? null];
  });
  download("webhooks.csv", [header, ...lines]);
}

/** What this business sent, how it went and what it cost. */

import { useState } from "preact/hooks";
import { Failed, List, type Column } from "../../console/list";
import { useAnswer, usePaged, useSettled } from "../../console/paged";
import { go, opened } from "../../console/route";
import { api, me } from "../../console/session";
import { Export, PageHead } from "../../console/shell";
import { Amount, Choice, Exactly, Facts, Id, Latin, Panel, Search, When } from "../../console/shown";
import { EmptyState, Skeleton } from "../../parts/ui";
import { t } from "../words";
import type { Category, Message, MessageDetail, Status } from "../wire";
import { StatusTag, categoryName, kindName, reasonText } from "./tags";
import { Attempts } from "./webhooks";

const STATUSES: readonly Status[] = ["sent", "delivered", "read", "failed"];
const CATEGORIES: readonly Category[] = ["marketing", "utility", "authentication", "service"];

export function Messages() {
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState<Status | "">("");
  const [category, setCategory] = useState<Category | "">("");
  const query = { search: useSettled(search), status, category };
  const found = usePaged<Message>("messages", query, (answer: { messages: Message[] }) => answer.messages);
  const currency = me.value?.business?.currency ?? "USD";
  const widen = () => {
    setSearch("");
    setStatus("");
    setCategory("");
  };
  return (
    <>
      <PageHead title={t("messages")}>
        <Export href={`${api("messages.csv")}?${new URLSearchParams(query)}`} />
      </PageHead>
      <div class="filters">
        <Search label={t("search_messages")} value={search} onInput={setSearch} />
        <Choice label={t("status")} value={status} onChange={setStatus} options={[["", t("all_statuses")], ...STATUSES.map((each) => [each, t(`status_${each}`)] as const)]} />
        <Choice label={t("category")} value={category} onChange={setCategory} options={[["", t("all_categories")], ...CATEGORIES.map((each) => [each, t(`category_${each}`)] as const)]} />
      </div>
      <List
        caption={t("messages")}
        columns={columns(currency)}
        found={found}
        rowKey={(row) => row.message_id}
        openKey={opened.value}
        onOpen={(row) => go("messages", row.message_id)}
        narrowed={Boolean(search || status || category)}
        onWiden={widen}
        empty={
          <EmptyState title={t("messages_none")} action={<a href="#/connect">{t("connect_client")}</a>}>
            {t("messages_none_about")}
          </EmptyState>
        }
      />
      {opened.value && <Detail key={opened.value} id={opened.value} />}
    </>
  );
}

const columns = (currency: string): readonly Column<Message>[] => [
  { key: "phone", title: t("to"), phone: "title", cell: (row) => <Recipient row={row} /> },
  { key: "status", title: t("status"), phone: "end", cell: (row) => <StatusTag status={row.status} /> },
  {
    key: "text",
    title: t("message"),
    phone: "line",
    cell: (row) => (
      <span class="clip" dir="auto">
        {row.preview || row.template || t("content_unkept")}
      </span>
    ),
  },
  { key: "category", title: t("category"), phone: "hide", cell: (row) => categoryName(row.category) },
  { key: "at", title: t("time"), phone: "foot", cell: (row) => <When at={row.at} /> },
  { key: "price", title: t("price"), figures: true, phone: "foot-end", cell: (row) => <Price row={row} currency={currency} /> },
];

const Recipient = ({ row }: { row: Message }) =>
  row.name ? (
    <span class="clip" dir="auto" title={row.phone}>
      {row.name}
    </span>
  ) : (
    <Latin>{row.phone}</Latin>
  );

/** A failed message costs nothing, whatever its price would have been. */
function Price({ row, currency }: { row: Message; currency: string }) {
  if (row.status === "failed") return <span class="quiet">–</span>;
  if (!row.billable) return <span class="quiet">{t("free")}</span>;
  return <Amount micros={-row.price_micros} currency={currency} signed column />;
}

function Detail({ id }: { id: string }) {
  const { answer: found, error, again } = useAnswer<MessageDetail>(`messages/${encodeURIComponent(id)}`, true);
  return (
    <Panel title={t("message")} onClose={() => go("messages")}>
      {error && !found ? <Failed error={error} again={again} /> : !found ? <Skeleton rows={6} name={t("fetching")} /> : <Inside found={found} />}
    </Panel>
  );
}

function Inside({ found }: { found: MessageDetail }) {
  return (
    <>
      {found.preview && (
        <p class="said" dir="auto">
          {found.preview}
        </p>
      )}
      <Facts
        facts={[
          [t("to"), <>{found.name && <><bdi dir="auto">{found.name}</bdi> · </>}<Latin>{found.phone}</Latin></>],
          [t("template"), found.template && <Id value={found.template} />],
          [t("category"), categoryName(found.category)],
          [t("price"), <Cost found={found} />],
          [t("price_list"), found.rate_version && <Id value={found.rate_version} />],
          [t("message_id"), <Id value={found.message_id} />],
        ]}
      />
      <section>
        <h3>{t("way")}</h3>
        <ol class="steps">
          {found.statuses.map((step) => (
            <li key={step.status} class={`step ${step.status === "failed" ? "step-bad" : step.status === "sent" ? "" : "step-good"}`}>
              <span>{t(`status_${step.status}`)}</span>
              <span class="quiet small"><Exactly at={step.at} /></span>
              {step.reason && <span class="quiet">{reasonText(step.reason)}</span>}
            </li>
          ))}
        </ol>
      </section>
      {found.journal.length > 0 && (
        <section>
          <h3>{t("money")}</h3>
          <ol class="steps">
            {found.journal.map((entry) => (
              <li key={entry.kind} class={`step ${entry.kind === "hold" ? "" : "step-good"}`}>
                <span>
                  {kindName(entry.kind)} · <Amount micros={entry.amount_micros} currency={found.currency} />
                </span>
                <span class="quiet small"><Exactly at={entry.at} /></span>
              </li>
            ))}
          </ol>
        </section>
      )}
      <section>
        <h3>{t("webhooks")}</h3>
        {found.webhooks.length === 0 ? <p class="quiet">{t("webhooks_none_here")}</p> : <Attempts webhooks={found.webhooks} />}
      </section>
    </>
  );
}

function Cost({ found }: { found: MessageDetail }) {
  if (found.status === "failed") return <>{t("price_failed")}</>;
  if (!found.billable) return <>{t("free")}</>;
  return (
    <>
      <Amount micros={found.price_micros} currency={found.currency} /> · {found.status === "sent" ? t("price_held") : t("price_charged")}
    </>
  );
}

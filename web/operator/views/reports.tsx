/** What people reported. Nobody here learns who did; the business never learns that anyone did. */

import { useState } from "preact/hooks";
import { explained, List, type Column } from "../../console/list";
import { usePaged } from "../../console/paged";
import { go, opened } from "../../console/route";
import { api, asked } from "../../console/session";
import { Export, PageHead } from "../../console/shell";
import { Choice, Exactly, Facts, Panel, Search, When, download } from "../../console/shown";
import { HttpError, post } from "../../parts/http";
import { Button, EmptyState, Tag, toast } from "../../parts/ui";
import { t } from "../words";
import type { Reason, Report } from "../wire";

const REASONS: readonly Reason[] = ["never_signed_up", "political", "scam", "offensive", "too_often", "not_interested"];
const GRAVE: readonly Reason[] = ["scam", "political", "offensive", "never_signed_up"];

export function Reports() {
  const [reason, setReason] = useState<Reason | "">("");
  const [handled, setHandled] = useState<"true" | "">("");
  const [search, setSearch] = useState("");
  const all = usePaged<Report>("reports", { reason, handled }, (answer: { reports: Report[] }) => answer.reports);
  const wanted = (row: Report) => `${row.business_name} ${row.preview}`.toLowerCase().includes(search.toLowerCase());
  const found = { ...all, rows: all.rows?.filter(wanted) ?? null };
  const open = all.rows?.find((row) => row.report_id === opened.value);
  return (
    <>
      <PageHead title={t("reports")}>
        <Export onClick={() => save(found.rows ?? [])} />
      </PageHead>
      <div class="filters">
        <Search label={t("search_reports")} value={search} onInput={setSearch} />
        <Choice label={t("reason")} value={reason} onChange={setReason} options={[["", t("all_reasons")], ...REASONS.map((each) => [each, t(`reason_${each}`)] as const)]} />
        <Choice label={t("state")} value={handled} onChange={setHandled} options={[["", t("reports_open")], ["true", t("handled")]]} />
      </div>
      <List
        caption={t("reports")}
        columns={columns()}
        found={found}
        rowKey={(row) => row.report_id}
        openKey={opened.value}
        onOpen={(row) => go("reports", row.report_id)}
        narrowed={Boolean(reason || search)}
        onWiden={() => {
          setReason("");
          setSearch("");
        }}
        empty={<EmptyState title={handled ? t("nothing_here") : t("reports_none")}>{!handled && t("reports_none_about")}</EmptyState>}
      />
      {open && <Detail key={open.report_id} report={open} onHandled={all.again} />}
    </>
  );
}

const ReasonTag = ({ reason }: { reason: Reason }) => <Tag tone={GRAVE.includes(reason) ? "bad" : "warn"}>{t(`reason_${reason}`)}</Tag>;

const columns = (): readonly Column<Report>[] => [
  { key: "business", title: t("business"), phone: "title", cell: (row) => <span class="clip" dir="auto">{row.business_name}</span> },
  { key: "reason", title: t("reason"), phone: "end", cell: (row) => <ReasonTag reason={row.reason} /> },
  { key: "message", title: t("message"), phone: "line", cell: (row) => <span class="clip" dir="auto">{row.preview || "–"}</span> },
  { key: "at", title: t("time"), phone: "foot", cell: (row) => <When at={row.at} /> },
];

function Detail({ report, onHandled }: { report: Report; onHandled: () => void }) {
  const [busy, setBusy] = useState(false);
  async function handle(): Promise<void> {
    setBusy(true);
    try {
      await asked(post(api(`reports/${report.report_id}/handled`), {}));
      toast(t("handled_now"), "good");
      go("reports");
      onHandled();
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      toast(explained(problem), "bad");
      setBusy(false);
    }
  }
  return (
    <Panel title={t("report")} onClose={() => go("reports")}>
      {report.preview && (
        <p class="said" dir="auto">
          {report.preview}
        </p>
      )}
      <Facts
        facts={[
          [t("reason"), <ReasonTag reason={report.reason} />],
          [t("business"), <a href={`#/businesses/${report.business_id}`}><bdi>{report.business_name}</bdi></a>],
          [t("time"), <Exactly at={report.at} />],
          [t("handled"), report.handled_at && <Exactly at={report.handled_at} />],
        ]}
      />
      <p class="quiet">{t("report_secret")}</p>
      {!report.handled_at && (
        <Button kind="primary" busy={busy} onClick={() => void handle()}>
          {t("handle")}
        </Button>
      )}
    </Panel>
  );
}

function save(rows: readonly Report[]): void {
  download("reports.csv", [["business_id", "business_name", "reason", "message", "time", "handled"], ...rows.map((row) => [row.business_id, row.business_name, row.reason, row.preview, row.at, row.handled_at])]);
}

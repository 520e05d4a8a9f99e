/** Whether the books are right: each check in one sentence, and everything that does not add up. */

import { useEffect, useState } from "preact/hooks";
import { Failed, Rows, type Column } from "../../console/list";
import { api, asked } from "../../console/session";
import { Export, PageHead } from "../../console/shell";
import { Exactly, Id, download } from "../../console/shown";
import { HttpError, post } from "../../parts/http";
import { number } from "../../parts/i18n";
import { Button, Skeleton, Tag } from "../../parts/ui";
import { t, type Key } from "../words";
import type { Audit as AuditAnswer } from "../wire";

type Check = AuditAnswer["checks"][number];
type Finding = AuditAnswer["findings"][number];

const AUDIT_TIMEOUT_MS = 120_000;

export function Audit() {
  const [found, setFound] = useState<AuditAnswer | null>(null);
  const [error, setError] = useState<HttpError | null>(null);
  const [busy, setBusy] = useState(false);
  async function run(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      setFound(await asked(post<AuditAnswer>(api("audit"), {}, { timeoutMs: AUDIT_TIMEOUT_MS })));
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  useEffect(() => void run(), []);
  return (
    <>
      <PageHead title={t("audit")}>
        {found && <Export onClick={() => save(found)} />}
        <Button kind="primary" busy={busy} onClick={() => void run()}>
          {t("audit_run")}
        </Button>
      </PageHead>
      <p class="page-lead">{t("audit_about")}</p>
      {error ? <Failed error={error} again={() => void run()} /> : found ? <Result found={found} /> : <Skeleton rows={8} name={t("fetching")} />}
    </>
  );
}

function Result({ found }: { found: AuditAnswer }) {
  return (
    <>
      <div class={found.clean ? "verdict" : "verdict verdict-bad"} role="status">
        <div>
          <h2>{found.clean ? t("audit_clean") : t("audit_faults", { count: found.findings.length })}</h2>
          <p class="small">
            {t("audit_businesses", { count: found.businesses })} · {t("audit_entries", { count: found.entries })} · {t("audit_messages", { count: found.messages })} · <Exactly at={found.at} />
          </p>
        </div>
      </div>
      <Rows caption={t("checks")} columns={checkColumns()} rows={found.checks} rowKey={(row) => row.check} />
      {found.findings.length > 0 && (
        <>
          <h2>{t("findings")}</h2>
          <Rows caption={t("findings")} columns={findingColumns()} rows={found.findings} rowKey={(row) => `${row.check} ${row.business_id} ${row.message_id} ${row.what}`} />
        </>
      )}
    </>
  );
}

const sentence = (check: string): string => t(`check_${check}` as Key);

const checkColumns = (): readonly Column<Check>[] => [
  { key: "sentence", title: t("check"), phone: "title", cell: (row) => sentence(row.check) },
  { key: "result", title: t("result"), phone: "end", cell: (row) => (row.found ? <Tag tone="bad">{t("faults", { count: row.found })}</Tag> : <Tag tone="good">{t("right")}</Tag>) },
];

/** Micros as they stand in the tables: an audit compares exact integers, of whatever currency. */
const findingColumns = (): readonly Column<Finding>[] => [
  { key: "business", title: t("business"), phone: "title", cell: (row) => <a href={`#/businesses/${row.business_id}`}><bdi>{row.business_name}</bdi></a> },
  { key: "check", title: t("check"), phone: "line", cell: (row) => <span class="ident">{row.check}{row.what && ` · ${row.what}`}</span> },
  { key: "message", title: t("message"), phone: "line", cell: (row) => (row.message_id ? <Id value={row.message_id} /> : <span class="quiet">{t("whole_business")}</span>) },
  { key: "expected", title: t("expected_micros"), figures: true, phone: "line", cell: (row) => number(row.expected_micros) },
  { key: "found", title: t("found_micros"), figures: true, phone: "end", cell: (row) => number(row.found_micros) },
];

function save(found: AuditAnswer): void {
  const header = ["check", "business_id", "business_name", "message_id", "expected_micros", "found_micros", "what"];
  download("audit.csv", [header, ...found.findings.map((row) => [row.check, row.business_id, row.business_name, row.message_id, row.expected_micros, row.found_micros, row.what])]);
}

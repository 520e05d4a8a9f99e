/** Templates that wait for a person's judgement, the longest waiting first. */

import { useState } from "preact/hooks";
import { explained, List, type Column } from "../../console/list";
import { usePaged } from "../../console/paged";
import { go, opened } from "../../console/route";
import { api, asked } from "../../console/session";
import { Export, PageHead } from "../../console/shell";
import { Choice, Exactly, Facts, Id, Panel, Search, When, download } from "../../console/shown";
import { TemplateTag, TemplateText, templateBody } from "../../console/template";
import { HttpError, post } from "../../parts/http";
import { Button, Dialog, EmptyState, Tag, toast } from "../../parts/ui";
import { t } from "../words";
import type { Review } from "../wire";

type Status = "pending" | "approved" | "rejected";
const REASONS = ["ABUSIVE_CONTENT", "INCORRECT_CATEGORY", "INVALID_FORMAT", "PROMOTIONAL", "SCAM", "TAG_CONTENT_MISMATCH"] as const;

export function Templates() {
  const [status, setStatus] = useState<Status | "">("pending");
  const [search, setSearch] = useState("");
  const all = usePaged<Review>("templates", { status }, (answer: { templates: Review[] }) => answer.templates);
  const wanted = (row: Review) => `${row.name} ${row.business_name} ${templateBody(row.components)}`.toLowerCase().includes(search.toLowerCase());
  const found = { ...all, rows: all.rows?.filter(wanted) ?? null };
  const open = all.rows?.find((row) => row.template_id === opened.value);
  return (
    <>
      <PageHead title={t("templates")}>
        <Export onClick={() => save(found.rows ?? [])} />
      </PageHead>
      <div class="filters">
        <Search label={t("search_templates")} value={search} onInput={setSearch} />
        <Choice label={t("state")} value={status} onChange={setStatus} options={[["pending", t("template_pending")], ["approved", t("template_approved")], ["rejected", t("template_rejected")]]} />
      </div>
      <List
        caption={t("templates")}
        columns={columns()}
        found={found}
        rowKey={(row) => row.template_id}
        openKey={opened.value}
        onOpen={(row) => go("templates", row.template_id)}
        narrowed={search !== ""}
        onWiden={() => setSearch("")}
        empty={<EmptyState title={status === "pending" ? t("reviews_none") : t("nothing_here")}>{status === "pending" && t("reviews_none_about")}</EmptyState>}
      />
      {open && <Detail key={open.template_id} review={open} onJudged={all.again} />}
    </>
  );
}

const columns = (): readonly Column<Review>[] => [
  { key: "business", title: t("business"), phone: "title", cell: (row) => <span class="clip" dir="auto">{row.business_name}</span> },
  { key: "status", title: t("state"), phone: "end", cell: (row) => <TemplateTag status={row.status} /> },
  { key: "text", title: t("text"), phone: "line", cell: (row) => <span class="clip" dir="auto">{templateBody(row.components)}</span> },
  { key: "name", title: t("name"), phone: "hide", cell: (row) => <span class="ident">{row.name}</span> },
  { key: "category", title: t("category"), phone: "hide", cell: (row) => t(`category_${row.category}`) },
  { key: "at", title: t("waiting_since"), phone: "foot", cell: (row) => <When at={row.updated_at} /> },
];

function Detail({ review, onJudged }: { review: Review; onJudged: () => void }) {
  const [refusing, setRefusing] = useState(false);
  const [reason, setReason] = useState<(typeof REASONS)[number]>("INCORRECT_CATEGORY");
  const [busy, setBusy] = useState(false);
  const path = `templates/${review.business_id}/${review.template_id}`;

  async function judge(verdict: "approve" | "reject"): Promise<void> {
    setBusy(true);
    try {
      await asked(post(api(`${path}/${verdict}`), verdict === "reject" ? { reason } : {}));
      toast(verdict === "approve" ? t("approved_now") : t("refused_now"), "good");
      go("templates");
      onJudged();
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      toast(explained(problem), "bad");
      setBusy(false);
    }
  }

  return (
    <Panel title={t("template")} onClose={() => go("templates")}>
      <TemplateText components={review.components} language={review.language} />
      {review.status === "pending" && (
        <div class="row">
          <Button kind="primary" busy={busy} onClick={() => void judge("approve")}>
            {t("approve")}
          </Button>
          <Button disabled={busy} onClick={() => setRefusing(true)}>
            {t("refuse")}
          </Button>
        </div>
      )}
      <Facts
        facts={[
          [t("business"), <span class="row"><bdi>{review.business_name}</bdi>{review.business_verified ? <Tag tone="good">{t("verified")}</Tag> : <Tag>{t("unverified")}</Tag>}</span>],
          [t("state"), <TemplateTag status={review.status} />],
          [t("refused_because"), review.rejected_reason !== "NONE" && <span class="ident">{review.rejected_reason}</span>],
          [t("name"), <Id value={review.name} />],
          [t("language"), <span class="ident">{review.language}</span>],
          [t("category"), t(`category_${review.category}`)],
          [t("waiting_since"), <Exactly at={review.updated_at} />],
        ]}
      />
      <Dialog
        open={refusing}
        title={t("refuse_ask")}
        onClose={() => setRefusing(false)}
        actions={
          <>
            <Button onClick={() => setRefusing(false)}>{t("cancel")}</Button>
            <Button kind="danger" busy={busy} onClick={() => void judge("reject")}>
              {t("refuse")}
            </Button>
          </>
        }
      >
        <p>{t("refuse_loss")}</p>
        <label class="setting">
          <span>{t("reason")}</span>
          <select class="input" value={reason} onChange={(event) => setReason(event.currentTarget.value as (typeof REASONS)[number])}>
            {REASONS.map((each) => (
              <option key={each} value={each}>
                {t(`refusal_${each}`)}
              </option>
            ))}
          </select>
        </label>
      </Dialog>
    </Panel>
  );
}

function save(rows: readonly Review[]): void {
  const header = ["template_id", "business_id", "business_name", "name", "language", "category", "status", "rejected_reason", "updated_at", "text"];
  download("reviews.csv", [header, ...rows.map((row) => [row.template_id, row.business_id, row.business_name, row.name, row.language, row.category, row.status, row.rejected_reason, row.updated_at, templateBody(row.components)])]);
}

/** Who sends here: what they have, how people take it, and whether we know who they are. */

import { useState } from "preact/hooks";
import { explained, List, type Column } from "../../console/list";
import { LOOK_AGAIN_SELDOM_MS, usePaged, useSettled } from "../../console/paged";
import { go, opened } from "../../console/route";
import { api, asked } from "../../console/session";
import { Export, PageHead } from "../../console/shell";
import { Amount, Exactly, Facts, Id, Latin, Panel, Search, download } from "../../console/shown";
import { HttpError, post } from "../../parts/http";
import { number } from "../../parts/i18n";
import { Button, Dialog, EmptyState, Tag, toast } from "../../parts/ui";
import { t } from "../words";
import type { Business } from "../wire";

export function Businesses() {
  const [search, setSearch] = useState("");
  const found = usePaged<Business>("businesses", { search: useSettled(search) }, (answer: { businesses: Business[] }) => answer.businesses, LOOK_AGAIN_SELDOM_MS);
  const open = found.rows?.find((row) => row.business_id === opened.value);
  return (
    <>
      <PageHead title={t("businesses")}>
        <Export onClick={() => save(found.rows ?? [])} />
      </PageHead>
      <div class="filters">
        <Search label={t("search_businesses")} value={search} onInput={setSearch} />
      </div>
      <List
        caption={t("businesses")}
        columns={columns()}
        found={found}
        rowKey={(row) => row.business_id}
        openKey={opened.value}
        onOpen={(row) => go("businesses", row.business_id)}
        narrowed={search !== ""}
        onWiden={() => setSearch("")}
        empty={
          <EmptyState title={t("businesses_none")}>
            <p>{t("businesses_none_about")}</p>
            <pre class="snippet">clarine business create --name NAME --phone +15550783881</pre>
          </EmptyState>
        }
      />
      {open && <Detail key={open.business_id} business={open} onChanged={found.again} />}
    </>
  );
}

const columns = (): readonly Column<Business>[] => [
  { key: "name", title: t("name"), phone: "title", cell: (row) => <span class="clip" dir="auto">{row.name}</span> },
  { key: "verified", title: t("verification"), phone: "end", cell: (row) => <Verified verified={row.verified} /> },
  { key: "phone", title: t("phone"), phone: "hide", cell: (row) => (row.phone ? <Latin>{row.phone}</Latin> : <span class="quiet">–</span>) },
  { key: "quality", title: t("quality"), phone: "hide", cell: (row) => <Quality quality={row.quality} /> },
  { key: "available", title: t("available"), figures: true, phone: "line", cell: (row) => <Amount micros={row.wallet.available_micros} currency={row.wallet.currency} column /> },
  { key: "spent", title: t("spent"), figures: true, phone: "hide", cell: (row) => <Amount micros={row.wallet.spent_micros} currency={row.wallet.currency} column /> },
  { key: "sent", title: t("sent_30"), figures: true, phone: "hide", cell: (row) => number(row.sent) },
  { key: "delivered", title: t("delivered_30"), figures: true, phone: "hide", cell: (row) => (row.sent ? number(row.delivered / row.sent, { style: "percent", maximumFractionDigits: 1 }) : "–") },
  { key: "reports", title: t("reports_open"), figures: true, phone: "hide", cell: (row) => (row.reports_open ? <Tag tone="bad">{number(row.reports_open)}</Tag> : <span class="quiet">{number(0)}</span>) },
];

const Verified = ({ verified }: { verified: boolean }) => (verified ? <Tag tone="good">{t("verified")}</Tag> : <Tag>{t("unverified")}</Tag>);

const QUALITIES = { GREEN: ["good", "quality_green"], YELLOW: ["warn", "quality_yellow"], RED: ["bad", "quality_red"] } as const;

function Quality({ quality }: { quality: string }) {
  const known = QUALITIES[quality as keyof typeof QUALITIES];
  return known ? <Tag tone={known[0]}>{t(known[1])}</Tag> : <Tag>{t("quality_unknown")}</Tag>;
}

function Detail({ business, onChanged }: { business: Business; onChanged: () => void }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  async function verify(verified: boolean): Promise<void> {
    setBusy(true);
    try {
      await asked(post(api(`businesses/${business.business_id}/verified`), { verified }));
      toast(verified ? t("verified_now") : t("unverified_now"), "good");
      setAsking(false);
      onChanged();
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      toast(explained(problem), "bad");
    } finally {
      setBusy(false);
    }
  }
  const { currency, available_micros, held_micros, spent_micros } = business.wallet;
  return (
    <Panel title={business.name} onClose={() => go("businesses")}>
      {business.about && <p dir="auto">{business.about}</p>}
      <Facts
        facts={[
          [t("verification"), <Verified verified={business.verified} />],
          [t("quality"), <Quality quality={business.quality} />],
          [t("phone"), business.phone && <Latin>{business.phone}</Latin>],
          [t("available"), <Amount micros={available_micros} currency={currency} />],
          [t("held"), <Amount micros={held_micros} currency={currency} />],
          [t("spent"), <Amount micros={spent_micros} currency={currency} />],
          [t("last_30"), t("last_30_counts", { sent: business.sent, delivered: business.delivered, failed: business.failed, refused: business.refused })],
          [t("reports_open"), number(business.reports_open)],
          [t("since"), <Exactly at={business.created_at} />],
          [t("business_id"), <Id value={business.business_id} />],
          [t("waba_id"), <Id value={business.waba_id} />],
        ]}
      />
      {business.verified ? (
        <Button onClick={() => setAsking(true)}>{t("unverify")}</Button>
      ) : (
        <Button kind="primary" busy={busy} onClick={() => void verify(true)}>
          {t("verify")}
        </Button>
      )}
      <Dialog
        open={asking}
        title={t("unverify_ask", { name: business.name })}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t("cancel")}</Button>
            <Button kind="danger" busy={busy} onClick={() => void verify(false)}>
              {t("unverify")}
            </Button>
          </>
        }
      >
        <p>{t("unverify_loss")}</p>
      </Dialog>
    </Panel>
  );
}

function save(rows: readonly Business[]): void {
  const header = ["business_id", "name", "verified", "phone", "quality", "currency", "available", "held", "spent", "sent_30", "delivered_30", "failed_30", "refused_30", "reports_open"];
  const units = (micros: number) => micros / 1_000_000;
  const lines = rows.map((row) => {
    const { currency, available_micros, held_micros, spent_micros } = row.wallet;
    return [row.business_id, row.name, row.verified ? "yes" : "no", row.phone, row.quality, currency, units(available_micros), units(held_micros), units(spent_micros), row.sent, row.delivered, row.failed, row.refused, row.reports_open];
  });
  download("businesses.csv", [header, ...lines]);
}

/** What this business has, what is promised to messages under way, what was spent, and every entry behind it. */

import { useState } from "preact/hooks";
import { Failed, List, type Column } from "../../console/list";
import { useAnswer, usePaged } from "../../console/paged";
import { go } from "../../console/route";
import { api, me } from "../../console/session";
import { Export, PageHead } from "../../console/shell";
import { Amount, Choice, Latin, When } from "../../console/shown";
import { EmptyState, Skeleton } from "../../parts/ui";
import { t } from "../words";
import type { Line, Wallet as WalletAnswer } from "../wire";
import { kindName } from "./tags";

type Period = "today" | "week" | "month" | "last_month";
const PERIODS: readonly Period[] = ["today", "week", "month", "last_month"];

export function Wallet() {
  const [period, setPeriod] = useState<Period | "">("");
  const { answer: wallet, error, again } = useAnswer<WalletAnswer>("wallet", true);
  const query = bounds(period, new Date());
  const found = usePaged<Line>("statement", query, (answer: { lines: Line[] }) => answer.lines);
  const currency = me.value?.business?.currency ?? "USD";
  if (error && !wallet) {
    return (
      <>
        <PageHead title={t("wallet")} />
        <Failed error={error} again={again} />
      </>
    );
  }
  return (
    <>
      <PageHead title={t("wallet")}>
        <Export href={`${api("statement.csv")}?${new URLSearchParams(query)}`} />
      </PageHead>
      {wallet ? <Tiles wallet={wallet} /> : <Skeleton rows={2} name={t("fetching")} />}
      <div class="row row-apart">
        <h2>{t("statement")}</h2>
        <Choice label={t("period")} value={period} onChange={setPeriod} options={[["", t("period_all")], ...PERIODS.map((each) => [each, t(`period_${each}`)] as const)]} />
      </div>
      <List
        caption={t("statement")}
        columns={columns(currency)}
        found={found}
        rowKey={(row) => `${row.at} ${row.kind} ${row.message_id ?? row.available_after_micros}`}
        onOpen={(row) => row.message_id && go("messages", row.message_id)}
        narrowed={period !== ""}
        onWiden={() => setPeriod("")}
        empty={<EmptyState title={t("statement_none")}>{t("statement_none_about")}</EmptyState>}
      />
    </>
  );
}

function Tiles({ wallet }: { wallet: WalletAnswer }) {
  const tiles = [
    [t("available"), wallet.available_micros, t("available_about")],
    [t("held"), wallet.held_micros, t("held_about")],
    [t("spent"), wallet.spent_micros, t("spent_about")],
  ] as const;
  return (
    <div class="tiles" aria-live="polite">
      {tiles.map(([name, micros, about], index) => (
        <div key={index} class={index === 0 ? "tile tile-wide" : "tile"}>
          <span class="quiet small">{name}</span>
          <span class="tile-value">
            <Amount micros={micros} currency={wallet.currency} />
          </span>
          <span class="quiet small">{about}</span>
        </div>
      ))}
    </div>
  );
}

const columns = (currency: string): readonly Column<Line>[] => [
  { key: "kind", title: t("entry"), phone: "title", cell: (row) => kindName(row.kind) },
  { key: "about", title: t("about"), phone: "line", cell: (row) => (row.phone ? <Latin>{row.phone}</Latin> : <bdi>{row.note ?? "–"}</bdi>) },
  { key: "at", title: t("time"), phone: "line", cell: (row) => <When at={row.at} /> },
  { key: "change", title: t("amount"), figures: true, phone: "end", cell: (row) => <Change line={row} currency={currency} /> },
  { key: "available", title: t("available_after"), figures: true, phone: "hide", cell: (row) => <Amount micros={row.available_after_micros} currency={currency} column /> },
  { key: "held", title: t("held_after"), figures: true, phone: "hide", cell: (row) => <Amount micros={row.held_after_micros} currency={currency} column /> },
  { key: "spent", title: t("spent_after"), figures: true, phone: "hide", cell: (row) => <Amount micros={row.spent_after_micros} currency={currency} column /> },
];

/** A charge takes what was held, so what is available does not change: it is shown without a sign. */
function Change({ line, currency }: { line: Line; currency: string }) {
  if (line.kind === "post") return <Amount micros={line.amount_micros} currency={currency} column />;
  return <Amount micros={line.available_change_micros} currency={currency} signed column />;
}

function bounds(period: Period | "", now: Date): { since: string; until: string } {
  const day = (year: number, month: number, date: number) => new Date(year, month, date).toISOString();
  const [year, month, date] = [now.getFullYear(), now.getMonth(), now.getDate()];
  switch (period) {
    case "today":
      return { since: day(year, month, date), until: "" };
    case "week":
      return { since: day(year, month, date - 6), until: "" };
    case "month":
      return { since: day(year, month, 1), until: "" };
    case "last_month":
      return { since: day(year, month - 1, 1), until: day(year, month, 1) };
    default:
      return { since: "", until: "" };
  }
}

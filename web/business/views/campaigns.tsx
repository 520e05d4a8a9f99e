/** Campaigns: one template to a list of people, each with words of their own; what became of each list. */

import { useState } from "preact/hooks";
import { explained, Failed, List, type Column } from "../../console/list";
import { useAnswer, usePaged } from "../../console/paged";
import { go, opened } from "../../console/route";
import { api, asked } from "../../console/session";
import { Export, PageHead } from "../../console/shell";
import { Amount, Exactly, Facts, Id, Panel, When } from "../../console/shown";
import { number } from "../../parts/i18n";
import { HttpError, post } from "../../parts/http";
import { Button, Dialog, EmptyState, Skeleton, Tag, toast } from "../../parts/ui";
import { t } from "../words";
import type { Campaign, CampaignPreview, CampaignResults, CampaignState } from "../wire";
import { NewCampaign } from "./campaign_new";
import { reasonText } from "./tags";

const TONES = { draft: "plain", running: "info", paused: "warn", cancelled: "plain", done: "good" } as const;
const WATCHED_MS = 2_000;

export function Campaigns() {
  const [making, setMaking] = useState(false);
  const found = usePaged<Campaign>("campaigns", {}, (answer: { campaigns: Campaign[] }) => answer.campaigns);
  const create = (
    <Button kind="primary" onClick={() => setMaking(true)}>
      {t("campaign_new")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("campaigns")}>{create}</PageHead>
      <List
        caption={t("campaigns")}
        columns={columns()}
        found={found}
        rowKey={(row) => row.campaign_id}
        openKey={opened.value}
        onOpen={(row) => go("campaigns", row.campaign_id)}
        narrowed={false}
        empty={<EmptyState title={t("campaigns_none")} action={create}>{t("campaigns_none_about")}</EmptyState>}
      />
      {opened.value && <Detail key={opened.value} id={opened.value} onChanged={found.again} />}
      {making && (
        <NewCampaign
          onClose={() => setMaking(false)}
          onMade={(id) => {
            setMaking(false);
            found.again();
            go("campaigns", id);
          }}
        />
      )}
    </>
  );
}

const columns = (): readonly Column<Campaign>[] => [
  { key: "name", title: t("name"), phone: "title", cell: (row) => <span class="clip" dir="auto">{row.name}</span> },
  { key: "state", title: t("state"), phone: "end", cell: (row) => <StateTag state={row.state} /> },
  { key: "template", title: t("template"), phone: "line", cell: (row) => <span class="ident clip">{row.template}</span> },
  { key: "done", title: t("campaign_progress"), phone: "foot", cell: (row) => <Progress row={row} /> },
  { key: "at", title: t("created"), phone: "foot-end", cell: (row) => <When at={row.created_at} /> },
];

const StateTag = ({ state }: { state: CampaignState }) => <Tag tone={TONES[state]}>{t(`campaign_${state}`)}</Tag>;

const refusedOf = (row: Campaign): number => Object.values(row.refused).reduce((sum, count) => sum + count, 0);

function Progress({ row }: { row: Campaign }) {
  if (row.state === "draft") return <span class="quiet">{t("campaign_people", { count: row.recipients })}</span>;
  const done = row.sent + refusedOf(row);
  return (
    <span class="progress-line">
      <progress max={row.recipients} value={done} aria-label={t("campaign_progress")} />
      <bdi class="amount">{t("campaign_of", { done: number(done), all: number(row.recipients) })}</bdi>
    </span>
  );
}

function Detail({ id, onChanged }: { id: string; onChanged: () => void }) {
  const { answer: row, error, again } = useAnswer<Campaign>(`campaigns/${encodeURIComponent(id)}`, true, WATCHED_MS);
  const changed = () => {
    again();
    onChanged();
  };
  return (
    <Panel title={t("campaign")} onClose={() => go("campaigns")}>
      {error && !row ? <Failed error={error} again={again} /> : !row ? <Skeleton rows={6} name={t("fetching")} /> : <Inside row={row} onChanged={changed} />}
    </Panel>
  );
}

function Inside({ row, onChanged }: { row: Campaign; onChanged: () => void }) {
  return (
    <>
      <h3 dir="auto">{row.name}</h3>
      {row.state === "paused" && row.reason && <p class="once" role="status">{pauseText(row.reason)}</p>}
      {row.state === "draft" ? <Draft row={row} /> : <Running row={row} />}
      <Acts row={row} onChanged={onChanged} />
      <Facts
        facts={[
          [t("state"), <StateTag state={row.state} />],
          [t("template"), <Id value={row.template} />],
          [t("language"), <span class="ident">{row.language}</span>],
          [t("created"), <Exactly at={row.created_at} />],
          [t("campaign_started"), row.started_at && <Exactly at={row.started_at} />],
          [t("ended"), row.ended_at && <Exactly at={row.ended_at} />],
          ["ID", <Id value={row.campaign_id} />],
        ]}
      />
    </>
  );
}

/** Why it paused by itself; a template's own code stands for anything that is wrong with the template. */
const pauseText = (reason: string): string => reasonText(reason) || t("campaign_paused_template");

function Draft({ row }: { row: Campaign }) {
  const { answer, error, again } = useAnswer<CampaignPreview>(`campaigns/${row.campaign_id}/preview`);
  if (error) return <Failed error={error} again={again} />;
  if (!answer) return <Skeleton rows={3} name={t("fetching")} />;
  return (
    <>
      <p>
        {t("campaign_people", { count: row.recipients })} · {t("campaign_costs")} <Amount micros={answer.estimate.micros} currency={answer.estimate.currency} />
      </p>
      <p class="quiet small">{t("campaign_costs_about")}</p>
      <section>
        <h3>{t("campaign_first")}</h3>
        <div class="cards">
          {answer.messages.slice(0, 3).map((message, place) => (
            <div key={place} class="said" dir="auto">
              {message.header?.body && <strong>{message.header.body}</strong>}
              <p>{message.body}</p>
              {message.footer && <p class="quiet small">{message.footer}</p>}
            </div>
          ))}
        </div>
      </section>
    </>
  );
}

function Running({ row }: { row: Campaign }) {
  const { answer: results, again } = useAnswer<CampaignResults>(`campaigns/${row.campaign_id}/results`);
  const refused = Object.entries(row.refused).sort(([, one], [, other]) => other - one);
  return (
    <>
      <Progress row={row} />
      <Facts
        facts={[
          [t("status_sent"), number(row.sent)],
          [t("status_delivered"), results && number(results.delivered + results.read)],
          [t("status_read"), results && number(results.read)],
          [t("campaign_failed_later"), results && results.failed > 0 && number(results.failed)],
          [t("campaign_left_out"), refused.length > 0 && number(refusedOf(row))],
        ]}
      />
      {refused.length > 0 && (
        <ul class="plain-list">
          {refused.map(([reason, count]) => (
            <li key={reason}>
              <span class="row row-apart">
                <span>{reasonText(reason) || reason}</span>
                <bdi class="amount">{number(count)}</bdi>
              </span>
            </li>
          ))}
        </ul>
      )}
      <div class="row">
        <Button onClick={again}>{t("campaign_count_again")}</Button>
        <Export href={api(`campaigns/${row.campaign_id}/results.csv`)} />
      </div>
    </>
  );
}

function Acts({ row, onChanged }: { row: Campaign; onChanged: () => void }) {
  const [cancelling, setCancelling] = useState(false);
  const [busy, setBusy] = useState(false);
  const act = async (what: "start" | "pause" | "resume" | "cancel"): Promise<void> => {
    setBusy(true);
    try {
      await asked(post<Campaign>(api(`campaigns/${row.campaign_id}/${what}`), {}));
      onChanged();
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      toast(problem.status === 400 || problem.status === 409 ? problem.message : explained(problem), "bad");
    } finally {
      setBusy(false);
      setCancelling(false);
    }
  };
  if (row.state === "done" || row.state === "cancelled") return null;
  return (
    <div class="row">
      {row.state === "draft" && <Button kind="primary" busy={busy} onClick={() => void act("start")}>{t("campaign_start")}</Button>}
      {row.state === "running" && <Button busy={busy} onClick={() => void act("pause")}>{t("campaign_pause")}</Button>}
      {row.state === "paused" && <Button kind="primary" busy={busy} onClick={() => void act("resume")}>{t("campaign_resume")}</Button>}
      <Button kind="danger" onClick={() => setCancelling(true)}>{t("campaign_cancel")}</Button>
      <Dialog
        open={cancelling}
        title={t("campaign_cancel_ask")}
        onClose={() => setCancelling(false)}
        actions={
          <>
            <Button onClick={() => setCancelling(false)}>{t("campaign_keep")}</Button>
            <Button kind="danger" busy={busy} onClick={() => void act("cancel")}>{t("campaign_cancel")}</Button>
          </>
        }
      >
        <p>{t("campaign_cancel_loss", { count: row.recipients - row.sent - refusedOf(row) })}</p>
      </Dialog>
    </div>
  );
}

/** The business card: who they are, why they may write, and everything the person may decide about it. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { HttpError } from "../../parts/http";
import { Skeleton, Tag, toast } from "../../parts/ui";
import { getCard, report } from "../api";
import { businessName, phoneText, trouble } from "../describe";
import { scriptOf } from "../direction";
import { back, chatPath } from "../route";
import { changeRelation, state } from "../store";
import { REPORT_REASONS, type Card, type Relation, type ReportReason } from "../wire";
import { t } from "../words";
import { Avatar } from "./avatar";
import { Icon, Verified } from "./icons";
import { ShopButton } from "./product";
import { Reasons } from "./reasons";
import { Row, Sheet, Sure } from "./sheet";

export function BusinessCard({ business_id, closes }: { business_id: string; closes: boolean }) {
  const chat = state.value.chats.get(business_id);
  const card = useSignal<Card | null>(null);
  const error = useSignal<string | null>(null);
  const relation = chat?.relation;
  const load = () =>
    getCard(business_id).then(
      (found) => ((card.value = found), (error.value = null)),
      (problem: unknown) => (error.value = trouble(problem)),
    );
  // What the person decides here becomes a record; the list must show it.
  useEffect(() => void load(), [business_id, relation?.stopped, relation?.marketing_consent, relation?.blocked]);
  if (!chat || !relation) return null;
  const business = card.value?.business ?? chat.business;
  const name = businessName(business);
  return (
    <>
      <header class="bar">
        {closes && (
          <button type="button" class="round" aria-label={t("back")} onClick={() => back(chatPath(business_id))}>
            <Icon name="back" />
          </button>
        )}
        <h2 class="bar-title bar-title-small">{t("card.title")}</h2>
      </header>
      <div class="scroll card">
        <section class="card-who">
          <Avatar business={business} size={96} />
          <h3 class="card-name">
            <bdi lang={scriptOf(business.name)}>{name}</bdi>
          </h3>
          {business.verified ? (
            <p class="card-verified small">
              <Verified name="" />
              {t("card.verified")}
            </p>
          ) : (
            <Tag tone="warn">{t("card.unverified")}</Tag>
          )}
          {business.phone && (
            <a class="figures" lang="en" href={`tel:+${business.phone}`}>
              {phoneText(business.phone)}
            </a>
          )}
          {business.about && (
            <p dir="auto" lang={scriptOf(business.about)}>
              {business.about}
            </p>
          )}
        </section>
        {card.value?.shop && <ShopButton business_id={business_id} message={null} label={t("shop.catalogue")} />}
        <Switches business_id={business_id} relation={relation} name={name} />
        <section class="card-part">
          <h3>{t("card.why")}</h3>
          {error.value ? (
            <p role="alert">
              {error.value}{" "}
              <button type="button" class="text-button" onClick={() => void load()}>
                {t("again")}
              </button>
            </p>
          ) : card.value ? (
            <Reasons why={card.value.why} name={name} />
          ) : (
            <Skeleton rows={3} name={t("loading")} />
          )}
        </section>
        <Endings business_id={business_id} relation={relation} name={name} />
      </div>
    </>
  );
}

interface PartProps {
  business_id: string;
  relation: Relation;
  name: string;
}

function Switches({ business_id, relation, name }: PartProps) {
  const change = (wish: Partial<Relation>) => void decide(business_id, wish);
  return (
    <section class="card-part card-switches">
      <Switch
        label={t("card.messages")}
        hint={t(relation.stopped ? "card.messages_off" : "card.messages_on", { name })}
        on={!relation.stopped && !relation.blocked}
        disabled={relation.blocked}
        onChange={(on) => change({ stopped: !on })}
      />
      <Switch
        label={t("card.offers")}
        hint={t(relation.marketing_consent ? "card.offers_on" : "card.offers_off", { name })}
        on={relation.marketing_consent && !relation.stopped && !relation.blocked}
        disabled={relation.blocked || relation.stopped}
        onChange={(on) => change({ marketing_consent: on })}
      />
    </section>
  );
}

function Endings({ business_id, relation, name }: PartProps) {
  const asked = useSignal<"block" | "report" | null>(null);
  const close = () => (asked.value = null);
  const block = async () => {
    close();
    if (await decide(business_id, { blocked: true })) toast(t("card.blocked_now", { name }));
  };
  return (
    <section class="card-part card-endings">
      {relation.blocked ? (
        <Row icon="block" label={t("card.unblock")} hint={t("card.unblock_hint", { name })} onClick={() => void decide(business_id, { blocked: false })} />
      ) : (
        <Row icon="block" tone="bad" label={t("card.block")} hint={t("card.block_hint")} onClick={() => (asked.value = "block")} />
      )}
      <Row icon="flag" tone="bad" label={t("card.report")} hint={t("card.report_hint")} onClick={() => (asked.value = "report")} />
      {asked.value === "block" && (
        <Sure title={t("card.block_sure", { name })} action={t("card.block")} onSure={() => void block()} onClose={close}>
          <p>{t("card.block_what", { name })}</p>
        </Sure>
      )}
      {asked.value === "report" && <Report business_id={business_id} name={name} blocked={relation.blocked} onClose={close} />}
    </section>
  );
}

/** Six reasons; a tap on one sends it. */
function Report({ business_id, name, blocked, onClose }: { business_id: string; name: string; blocked: boolean; onClose: () => void }) {
  const alsoBlock = useSignal(false);
  const busy = useSignal(false);
  const last = state.value.chats.get(business_id)?.last;
  const send = async (reason: ReportReason) => {
    busy.value = true;
    try {
      await report(business_id, reason, last?.from === "business" ? last.seq : null, alsoBlock.value);
      toast(t("report.thanks"), "good");
      onClose();
    } catch (error) {
      toast(trouble(error), "bad");
      busy.value = false;
    }
  };
  return (
    <Sheet title={t("report.title", { name })} onClose={onClose}>
      <p class="sheet-text quiet">{t("report.what")}</p>
      <div class="report" role="group" aria-label={t("report.reason")}>
        {REPORT_REASONS.map((reason) => (
          <button key={reason} type="button" class="row" disabled={busy.value} onClick={() => void send(reason)}>
            <span class="row-words">{t(`report.${reason}`)}</span>
            <Icon name="next" size={20} />
          </button>
        ))}
      </div>
      {!blocked && (
        <label class="option report-block">
          <span class="row-words">
            <span>{t("report.block")}</span>
            <span class="quiet small">{t("card.block_hint")}</span>
          </span>
          <input type="checkbox" checked={alsoBlock.value} onChange={(event) => (alsoBlock.value = event.currentTarget.checked)} />
        </label>
      )}
    </Sheet>
  );
}

interface SwitchProps {
  label: string;
  hint: string;
  on: boolean;
  disabled: boolean;
  onChange: (on: boolean) => void;
}

/** On or off, with a sentence that says what that means now. */
function Switch({ label, hint, on, disabled, onChange }: SwitchProps) {
  return (
    <label class="option">
      <span class="row-words">
        <span>{label}</span>
        <span class="quiet small">{hint}</span>
      </span>
      <input type="checkbox" role="switch" class="switch" checked={on} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} />
    </label>
  );
}

async function decide(business_id: string, wish: Partial<Relation>): Promise<boolean> {
  try {
    await changeRelation(business_id, wish);
    return true;
  } catch (error) {
    toast(error instanceof HttpError ? trouble(error) : t("error.unknown"), "bad");
    // The switch shows what is, not what was wished.
    state.value = { ...state.value, chats: new Map(state.value.chats) };
    return false;
  }
}

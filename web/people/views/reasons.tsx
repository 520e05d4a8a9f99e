/** Why a business may write: the record of what the person agreed to and took back, newest first. */

import { day, moment } from "../../parts/i18n";
import { Tag } from "../../parts/ui";
import { scriptOf } from "../direction";
import type { Consent } from "../wire";
import { t, type Key } from "../words";

export function Reasons({ why, name }: { why: readonly Consent[]; name: string }) {
  if (why.length === 0) return <p class="quiet">{t("why.nothing", { name })}</p>;
  return (
    <ol class="reasons">
      {[...why]
        .sort((a, b) => (a.given_at < b.given_at ? 1 : -1))
        .map((consent, index) => (
          <Reason key={index} consent={consent} />
        ))}
    </ol>
  );
}

function Reason({ consent }: { consent: Consent }) {
  const { act, category, wording, source, given_at } = consent;
  const at = new Date(given_at);
  const gave = act === "granted" || act === "resumed";
  return (
    <li class="reason">
      <p class="reason-top">
        <Tag tone={gave ? "good" : "plain"}>{t(`act.${act}`)}</Tag>
        <span class="small quiet">
          {t(`category.${category}` as Key)} · <time title={moment(at)}>{day(at)}</time>
        </span>
      </p>
      {wording && (
        <blockquote dir="auto" lang={scriptOf(wording)}>
          {wording}
        </blockquote>
      )}
      <p class="small quiet">{t("why.source", { source })}</p>
    </li>
  );
}

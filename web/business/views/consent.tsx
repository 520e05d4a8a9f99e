/** Who agreed to hear from this business: writing it down, and looking it up. */

import { useState } from "preact/hooks";
import { explained } from "../../console/list";
import { api, asked } from "../../console/session";
import { PageHead } from "../../console/shell";
import { Exactly, Latin } from "../../console/shown";
import { HttpError, get, post } from "../../parts/http";
import { Button, EmptyState, Field, Tag, toast } from "../../parts/ui";
import { t } from "../words";
import type { Evidence } from "../wire";

interface Found {
  phone: string;
  consents: readonly Evidence[];
}

export function Consent() {
  const [found, setFound] = useState<Found | null>(null);
  return (
    <>
      <PageHead title={t("consent")} />
      <p class="page-lead">{t("consent_about")}</p>
      <div class="cards cards-two">
        <Record onRecorded={setFound} />
        <Look found={found} onFound={setFound} />
      </div>
    </>
  );
}

function Record({ onRecorded }: { onRecorded: (found: Found) => void }) {
  const [phone, setPhone] = useState("");
  const [category, setCategory] = useState<Evidence["category"]>("marketing");
  const [wording, setWording] = useState("");
  const [version, setVersion] = useState("");
  const [source, setSource] = useState("");
  const [given, setGiven] = useState(() => localNow());
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function record(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const given_at = new Date(given).toISOString();
      const answer = await asked(post<{ consents: Evidence[] }>(api("consents"), { phone, category, wording, wording_version: version, source, given_at }));
      onRecorded({ phone, consents: answer.consents });
      setPhone("");
      toast(t("consent_recorded"), "good");
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      setError(refusal(problem));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class="card form" onSubmit={(event) => void record(event)}>
      <h2>{t("consent_add")}</h2>
      <Field label={t("phone")} type="tel" dir="ltr" required placeholder="+33 6 12 34 56 78" value={phone} onInput={(event) => setPhone(event.currentTarget.value)} />
      <label class="setting">
        <span>{t("consent_category")}</span>
        <select class="input" value={category} onChange={(event) => setCategory(event.currentTarget.value as Evidence["category"])}>
          <option value="marketing">{t("category_marketing")}</option>
          <option value="utility">{t("category_utility")}</option>
          <option value="all">{t("category_all")}</option>
        </select>
      </label>
      <label class="field">
        <span>{t("wording")}</span>
        <span class="quiet small">{t("wording_hint")}</span>
        <textarea class="input" dir="auto" required maxLength={2000} value={wording} onInput={(event) => setWording(event.currentTarget.value)} />
      </label>
      <div class="form form-two">
        <Field label={t("wording_version")} required value={version} placeholder="2026-11" onInput={(event) => setVersion(event.currentTarget.value)} />
        <Field label={t("source")} required value={source} placeholder={t("source_example")} onInput={(event) => setSource(event.currentTarget.value)} />
      </div>
      <Field label={t("given_at")} type="datetime-local" required value={given} max={localNow()} onInput={(event) => setGiven(event.currentTarget.value)} />
      {error && <p class="field-error" role="alert">{error}</p>}
      <div>
        <Button kind="primary" type="submit" busy={busy}>{t("consent_record")}</Button>
      </div>
    </form>
  );
}

function Look({ found, onFound }: { found: Found | null; onFound: (found: Found) => void }) {
  const [phone, setPhone] = useState("");
  const [error, setError] = useState<string | null>(null);

  async function look(event: Event): Promise<void> {
    event.preventDefault();
    setError(null);
    try {
      const answer = await asked(get<{ consents: Evidence[] }>(api("consents"), { query: { phone } }));
      onFound({ phone, consents: answer.consents });
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      setError(refusal(problem));
    }
  }

  return (
    <section class="card">
      <h2>{t("consent_look")}</h2>
      <form class="form" onSubmit={(event) => void look(event)}>
        <Field label={t("phone")} type="tel" dir="ltr" required error={error} value={phone} onInput={(event) => setPhone(event.currentTarget.value)} />
        <div>
          <Button type="submit">{t("look_up")}</Button>
        </div>
      </form>
      {found && (found.consents.length > 0 ? <Records found={found} /> : <EmptyState title={t("consent_none")}>{t("consent_none_about")}</EmptyState>)}
    </section>
  );
}

function Records({ found }: { found: Found }) {
  return (
    <>
      <h3>
        <Latin>{found.phone}</Latin>
      </h3>
      <ul class="plain-list">
        {found.consents.map((record, index) => (
          <li key={index}>
            <span class="row">
              <Tag tone={record.act === "granted" || record.act === "resumed" ? "good" : "bad"}>{t(`act_${record.act}`)}</Tag>
              {t(`category_${record.category}`)}
            </span>
            <q dir="auto">{record.wording}</q>
            <span class="quiet small">
              <bdi>{record.source}</bdi> · <bdi>{record.wording_version}</bdi> · {t(`actor_${record.actor}`)}
            </span>
            <span class="quiet small">
              <Exactly at={record.given_at} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function refusal(error: HttpError): string {
  if (error.code === "phone") return t("phone_wrong");
  if (error.code === "not_a_person") return t("phone_unknown");
  return error.status === 400 ? error.message : explained(error);
}

/** Now, as a datetime-local field wants it: local time without a zone. */
function localNow(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

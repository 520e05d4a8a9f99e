/** What this business's own programs need: address, ids, tokens, and two snippets that work as they stand. */

import { useState } from "preact/hooks";
import { explained, Failed } from "../../console/list";
import { useAnswer } from "../../console/paged";
import { api, asked } from "../../console/session";
import { PageHead } from "../../console/shell";
import { Facts, Id, Latin, When } from "../../console/shown";
import { HttpError, post } from "../../parts/http";
import { isolate } from "../../parts/i18n";
import { Button, Dialog, Field, Skeleton, Tag, toast } from "../../parts/ui";
import { t } from "../words";
import type { Connection, Token } from "../wire";

export function Connect() {
  const { answer: found, error, again } = useAnswer<Connection>("connection");
  const [fresh, setFresh] = useState<string | null>(null);
  const [naming, setNaming] = useState(false);
  return (
    <>
      <PageHead title={t("connect")}>
        <Button kind="primary" onClick={() => setNaming(true)}>
          {t("token_new")}
        </Button>
      </PageHead>
      <p class="page-lead">{t("connect_about")}</p>
      {fresh && (
        <div class="once">
          <h2>{t("token_once")}</h2>
          <p>{t("token_once_about")}</p>
          <Id value={fresh} />
        </div>
      )}
      {error && !found ? (
        <Failed error={error} again={again} />
      ) : !found ? (
        <Skeleton rows={8} name={t("fetching")} />
      ) : (
        <div class="cards cards-two">
          <Ids found={found} />
          <Tokens tokens={found.tokens} onEnded={again} />
          <Snippets found={found} token={fresh} />
          <Subscriptions found={found} />
        </div>
      )}
      <NewToken
        open={naming}
        onClose={() => setNaming(false)}
        onMade={(token) => {
          setFresh(token);
          setNaming(false);
          again();
        }}
      />
    </>
  );
}

function Ids({ found }: { found: Connection }) {
  const [shown, setShown] = useState(false);
  return (
    <section class="card">
      <h2>{t("ids")}</h2>
      <Facts
        facts={[
          [t("base_url"), <Id value={found.base_url} />],
          ...found.phone_numbers.map((each) => [`${t("phone_number_id")} · ${isolate(each.phone)}`, <Id key={each.phone_number_id} value={each.phone_number_id} />] as const),
          [t("waba_id"), <Id value={found.waba_id} />],
          [t("app_id"), <Id value={found.app_id} />],
          [t("app_secret"), shown ? <Id value={found.app_secret} /> : <Button onClick={() => setShown(true)}>{t("show")}</Button>],
        ]}
      />
    </section>
  );
}

function Tokens({ tokens, onEnded }: { tokens: readonly Token[]; onEnded: () => void }) {
  const [ending, setEnding] = useState<Token | null>(null);
  const [busy, setBusy] = useState(false);
  async function end(token: Token): Promise<void> {
    setBusy(true);
    try {
      await asked(post(api(`tokens/${token.token_id}/end`), {}));
      toast(t("token_ended"), "good");
      onEnded();
      setEnding(null);
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      toast(explained(problem), "bad");
    } finally {
      setBusy(false);
    }
  }
  return (
    <section class="card">
      <h2>{t("tokens")}</h2>
      {tokens.length === 0 && <p class="quiet">{t("tokens_none")}</p>}
      <ul class="plain-list">
        {tokens.map((token) => (
          <li key={token.token_id}>
            <span class="row row-apart">
              <bdi>{token.name}</bdi>
              {token.ended_at ? <Tag>{t("ended")}</Tag> : <Button onClick={() => setEnding(token)}>{t("token_end")}</Button>}
            </span>
            <span class="quiet small">
              {t("created")} <When at={token.created_at} />
            </span>
          </li>
        ))}
      </ul>
      <Dialog
        open={ending !== null}
        title={t("token_end_ask", { name: ending?.name ?? "" })}
        onClose={() => setEnding(null)}
        actions={
          <>
            <Button onClick={() => setEnding(null)}>{t("cancel")}</Button>
            <Button kind="danger" busy={busy} onClick={() => ending && void end(ending)}>
              {t("token_end")}
            </Button>
          </>
        }
      >
        <p>{t("token_end_loss")}</p>
      </Dialog>
    </section>
  );
}

function NewToken({ open, onClose, onMade }: { open: boolean; onClose: () => void; onMade: (token: string) => void }) {
  const [name, setName] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  async function make(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      onMade((await asked(post<{ token: string }>(api("tokens"), { name }))).token);
      setName("");
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      setError(explained(problem));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dialog open={open} title={t("token_new")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void make(event)}>
        <Field label={t("token_name")} hint={t("token_name_hint")} required maxLength={80} error={error} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        <div class="dialog-actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {t("create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Snippets({ found, token }: { found: Connection; token: string | null }) {
  const [kind, setKind] = useState<"curl" | "pywa">("curl");
  const number = found.phone_numbers[0]?.phone_number_id ?? "PHONE_NUMBER_ID";
  const text = kind === "curl" ? curl(found, number, token) : pywa(found, number, token);
  return (
    <section class="card">
      <div class="row row-apart">
        <h2>{t("connect_client")}</h2>
        <span class="row">
          {(["curl", "pywa"] as const).map((each) => (
            <Button key={each} kind={each === kind ? "plain" : "bare"} aria-pressed={each === kind} onClick={() => setKind(each)}>
              {each}
            </Button>
          ))}
        </span>
      </div>
      <p class="quiet">{t("connect_client_about")}</p>
      <pre class="snippet" tabIndex={0}>{text}</pre>
      <div>
        <Button onClick={() => void navigator.clipboard.writeText(text).then(() => toast(t("copied"), "good"))}>{t("copy")}</Button>
      </div>
    </section>
  );
}

const curl = (found: Connection, number: string, token: string | null): string =>
  `curl "${found.base_url}/v25.0/${number}/messages" \\
  -H "Authorization: Bearer ${token ?? "YOUR_TOKEN"}" \\
  -H "Content-Type: application/json" \\
  -d '{"messaging_product": "whatsapp", "to": "+16505551234",
       "type": "template",
       "template": {"name": "hello_world",
                    "language": {"code": "en_US"}}}'`;

const pywa = (found: Connection, number: string, token: string | null): string =>
  `# pip install pywa==4.5.0
from pywa import WhatsApp
from pywa.types.templates import TemplateLanguage

wa = WhatsApp(phone_id="${number}",
              waba_id="${found.waba_id}",
              token="${token ?? "YOUR_TOKEN"}")
wa.api._session.base_url = "${found.base_url}/v25.0"

wa.send_template(to="16505551234", name="hello_world",
                 language=TemplateLanguage.ENGLISH_US, params=[])`;

function Subscriptions({ found }: { found: Connection }) {
  return (
    <section class="card">
      <h2>{t("subscriptions")}</h2>
      <p class="quiet">{t("subscriptions_about")}</p>
      {found.subscriptions.length === 0 && <p>{t("subscriptions_none")}</p>}
      <ul class="plain-list">
        {found.subscriptions.map((each) => (
          <li key={`${each.scope} ${each.object_id}`}>
            <span class="row">
              <Tag tone="info">{t(`scope_${each.scope}`)}</Tag>
              <Latin>{each.object_id}</Latin>
            </span>
            {each.url ? <Id value={each.url} /> : <span class="quiet">{t("subscription_no_url")}</span>}
            <span class="quiet ident">{each.fields.join(", ")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

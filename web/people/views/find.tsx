/** Find a business to write to, by name or phone number. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Skeleton } from "../../parts/ui";
import { findBusinesses } from "../api";
import { businessName, phoneText, trouble } from "../describe";
import { scriptOf } from "../direction";
import { back, chatPath, go } from "../route";
import { openWith } from "../store";
import type { Business } from "../wire";
import { t } from "../words";
import { Avatar } from "./avatar";
import { Icon, Verified } from "./icons";

const TYPED_MS = 250;

export function Find() {
  const [query, setQuery] = useState("");
  const [found, setFound] = useState<Business[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    let mine = true;
    setFound(null);
    const timer = setTimeout(() => {
      findBusinesses(query.trim()).then(
        ({ businesses }) => mine && (setFound(businesses), setError(null)),
        (problem) => mine && setError(trouble(problem)),
      );
    }, query ? TYPED_MS : 0);
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, [query]);
  return (
    <>
      <header class="bar">
        <button type="button" class="round" aria-label={t("back")} onClick={() => back()}>
          <Icon name="back" />
        </button>
        <label class="search">
          <Icon name="find" size={20} />
          <span class="spoken">{t("find.title")}</span>
          <input ref={input} type="search" placeholder={t("find.hint")} value={query} onInput={(event) => setQuery(event.currentTarget.value)} />
        </label>
      </header>
      <div class="scroll">
        {error ? (
          <p class="empty" role="alert">
            {error}
          </p>
        ) : !found ? (
          <Skeleton rows={6} name={t("loading")} />
        ) : found.length === 0 ? (
          <div class="empty">
            <h2>{t("find.none")}</h2>
            <p class="quiet">{t("find.none_body")}</p>
          </div>
        ) : (
          <ul class="chats">
            {found.map((business) => (
              <Found key={business.business_id} business={business} />
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

function Found({ business }: { business: Business }) {
  const open = () => {
    openWith(business);
    go(chatPath(business.business_id));
  };
  return (
    <li>
      <button type="button" class="chat" onClick={open}>
        <Avatar business={business} />
        <span class="chat-words">
          <span class="chat-top">
            <bdi class="chat-name" lang={scriptOf(business.name)}>
              {businessName(business)}
            </bdi>
            {business.verified && <Verified name={t("verified")} />}
          </span>
          <span class="chat-bottom">
            <span class="chat-last">
              <bdi lang={scriptOf(business.about ?? "")}>{business.about || phoneText(business.phone ?? "")}</bdi>
            </span>
          </span>
        </span>
      </button>
    </li>
  );
}

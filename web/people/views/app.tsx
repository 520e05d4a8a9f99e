/** The frame: sign-in, or one pane on a phone, two from 900 px, the business card as a third from 1300 px. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { Bell } from "../../parts/mark";
import { Toasts } from "../../parts/ui";
import { prefill } from "../drafts";
import { chatPath, go, route, settle } from "../route";
import { rings, session, state } from "../store";
import { t } from "../words";
import { BusinessCard } from "./card";
import { ChatList } from "./chats";
import { Find } from "./find";
import { SignIn } from "./sign_in";
import { Thread } from "./thread";
import { Viewer } from "./viewer";
import { You } from "./you";

export function App() {
  return (
    <>
      {session.value ? <Signed /> : <SignIn />}
      <Viewer />
      <Toasts />
    </>
  );
}

function Signed() {
  const wide = useWidth(1300);
  const here = route.value;
  const chat = here.name === "chat" ? state.value.chats.get(here.business_id) : undefined;
  const card = here.name === "chat" && chat && (wide || here.card);
  useEffect(closeOnEscape, []);
  useLayoutEffect(takeLinkWords, [here]);
  return (
    <div class={`panes at-${here.name}${here.name === "chat" && here.card ? " at-card" : ""}`}>
      <div class="pane pane-list">{here.name === "find" ? <Find /> : here.name === "you" ? <You /> : <ChatList />}</div>
      <main class="pane pane-thread">
        {here.name === "chat" ? <Thread key={here.business_id} business_id={here.business_id} /> : <Nobody />}
      </main>
      {card && (
        <aside class="pane pane-card" aria-label={t("card.title")}>
          <BusinessCard key={here.business_id} business_id={here.business_id} closes={!wide} />
        </aside>
      )}
    </div>
  );
}

/** The right side of a wide screen before a chat is chosen. */
function Nobody() {
  return (
    <div class="nobody">
      <Bell size={72} rings={rings.value} />
      <p class="quiet">{t("nobody")}</p>
    </div>
  );
}

/** The words of a short link go into the composer, and out of the address: a reload must not bring them back. */
function takeLinkWords(): void {
  const here = route.value;
  if (here.name !== "chat" || !here.said) return;
  prefill(here.business_id, here.said.words, here.said.link);
  settle(chatPath(here.business_id));
}

function closeOnEscape(): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]") && route.value.name !== "chats") go("#/");
  };
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}

function useWidth(leastPx: number): boolean {
  const matches = useSignal(innerWidth >= leastPx);
  useEffect(() => {
    const query = matchMedia(`(min-width: ${leastPx}px)`);
    const changed = () => (matches.value = query.matches);
    changed();
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, [leastPx]);
  return matches.value;
}

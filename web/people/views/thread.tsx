/** A conversation with one business. */

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { HttpError } from "../../parts/http";
import { day, number } from "../../parts/i18n";
import { Bell } from "../../parts/mark";
import { businessName, phoneText, trouble } from "../describe";
import { scriptOf } from "../direction";
import { waiting } from "../outbox";
import { back, cardPath } from "../route";
import type { Thread as ThreadState } from "../state";
import { loadThread, markRead, meet, online, phase, rings, state, typing } from "../store";
import { chosenOf, linesOf, type Bubble as BubbleLine, type Line } from "../thread_view";
import type { Message } from "../wire";
import { t } from "../words";
import { Avatar } from "./avatar";
import { Bubble } from "./bubble";
import { Composer } from "./composer";
import { Icon, Verified } from "./icons";
import { MessageMenu } from "./menu";
import { NetworkLine } from "./network";
import type { Point } from "./sheet";

export function Thread({ business_id }: { business_id: string }) {
  const thread = useComputed(() => state.value.chats.get(business_id)).value;
  if (phase.value !== "ready" && !thread) return <div class="nobody">{phase.value === "failed" && <p class="quiet">{t("failed.title")}</p>}</div>;
  if (!thread) return <Unknown business_id={business_id} />;
  return <Conversation thread={thread} />;
}

/** A chat that is not in the list: a link may lead to a business that the person never wrote to. */
function Unknown({ business_id }: { business_id: string }) {
  const error = useSignal<unknown>(null);
  const look = () => {
    error.value = null;
    meet(business_id).catch((problem) => (error.value = problem));
  };
  useEffect(look, []);
  if (!error.value) return <Ghosts />;
  const gone = error.value instanceof HttpError && !error.value.mayRetry;
  return (
    <div class="nobody" role="alert">
      <h2>{gone ? t("thread.unknown") : trouble(error.value)}</h2>
      {!gone && (
        <button type="button" class="text-button" onClick={look}>
          {t("again")}
        </button>
      )}
      <a href="#/">{t("chats")}</a>
    </div>
  );
}

function Conversation({ thread }: { thread: ThreadState }) {
  const reply = useSignal<Message | null>(null);
  const menu = useSignal<{ message: Message; at: Point | null } | null>(null);
  return (
    <>
      <Head thread={thread} />
      <NetworkLine />
      <Lines thread={thread} onReply={(message) => (reply.value = message)} onMenu={(message, at) => (menu.value = { message, at })} />
      <Composer thread={thread} reply={reply} />
      {menu.value && (
        <MessageMenu
          {...menu.value}
          business={thread.business}
          onReply={() => (reply.value = menu.value?.message ?? null)}
          onClose={() => (menu.value = null)}
        />
      )}
    </>
  );
}

function Head({ thread }: { thread: ThreadState }) {
  const { business, business_id } = thread;
  return (
    <header class="bar">
      <button type="button" class="round bar-back" aria-label={t("back")} onClick={() => back()}>
        <Icon name="back" />
      </button>
      <a class="bar-who" href={cardPath(business_id)} title={t("card.title")}>
        <Avatar business={business} size={40} />
        <span class="bar-words">
          <span class="chat-top">
            <bdi class="chat-name" lang={scriptOf(business.name)}>
              {businessName(business)}
            </bdi>
            {business.verified && <Verified name={t("verified")} />}
          </span>
          <span class="small quiet bar-under">
            {typing.value === business_id ? t("typing") : business.verified ? t("verified") : phoneText(business.phone ?? "")}
          </span>
        </span>
      </a>
    </header>
  );
}

interface LinesProps {
  thread: ThreadState;
  onReply: (message: Message) => void;
  onMenu: (message: Message, at: Point | null) => void;
}

function Lines({ thread, onReply, onMenu }: LinesProps) {
  const { business_id } = thread;
  const box = useRef<HTMLDivElement>(null);
  const error = useSignal<string | null>(null);
  const up = useSignal(false);
  const unreadFrom = useRef(thread.unread > 0 ? thread.read_seq : null);
  const mine = useComputed(() => waiting.value.filter((item) => item.business_id === business_id));
  const load = (older: boolean) =>
    loadThread(business_id, older).then(
      () => (error.value = null),
      (problem) => (error.value = trouble(problem)),
    );
  useEffect(() => {
    if (!thread.asked && !error.value) void load(false);
  }, [thread.asked]);
  useEffect(() => {
    if (online.value && error.value) void load(thread.asked);
  }, [online.value]);
  useReading(business_id);
  const messages = thread.messages;
  const lines = linesOf(messages, mine.value, unreadFrom.current);
  const chosen = chosenOf(messages, mine.value);
  const waits = thread.more && !error.value && (messages.length === 0 || !thread.asked);
  useStayAtUnread(box, !waits && lines.length > 0);
  useOwnScrollsDown(box, mine.value.length);
  const scrolled = () => {
    const element = box.current;
    if (!element) return;
    up.value = element.scrollTop < -300;
    const above = element.scrollHeight - element.clientHeight + element.scrollTop;
    if (above < 600 && thread.more && messages.length) void load(true);
  };
  return (
    <div class="lines-frame">
      <div ref={box} class="lines" onScroll={scrolled} onKeyDown={(event) => moveFocus(event)} tabIndex={-1}>
        <div class="lines-inside">
          {waits ? <Ghosts /> : thread.more && !error.value && <p class="lines-note">{t("thread.older")}</p>}
          {error.value && (
            <p class="lines-note" role="alert">
              {error.value}{" "}
              <button type="button" class="text-button" onClick={() => void load(thread.asked)}>
                {t("again")}
              </button>
            </p>
          )}
          {!waits && !thread.more && <Beginning thread={thread} empty={lines.length === 0} />}
          <ol class="lines-list" aria-label={t("thread.label", { name: businessName(thread.business) })}>
            {lines.map((line) => (
              <LineView key={line.key} line={line} thread={thread} chosen={chosen} onReply={onReply} onMenu={onMenu} />
            ))}
          </ol>
          {typing.value === business_id && (
            <div class="typing" role="status" aria-label={t("typing")}>
              <i />
              <i />
              <i />
            </div>
          )}
        </div>
      </div>
      {up.value && (
        <button type="button" class="jump round" aria-label={t("thread.newest")} onClick={() => box.current?.scrollTo({ top: 0, behavior: "smooth" })}>
          <Icon name="down" />
          {thread.unread > 0 && <span class="badge figures">{number(thread.unread)}</span>}
        </button>
      )}
    </div>
  );
}

interface LineProps extends LinesProps {
  line: Line;
  chosen: ReadonlySet<string>;
}

function LineView({ line, thread, chosen, onReply, onMenu }: LineProps) {
  switch (line.kind) {
    case "day":
      return (
        <li class="day">
          <span>{day(new Date(line.at))}</span>
        </li>
      );
    case "unread":
      return (
        <li class="unread-line" id="unread-line">
          <span>{t("unread", { count: line.count })}</span>
        </li>
      );
    case "bubble":
      return <Bubble line={line} quoted={quoted(line, thread)} thread={thread} chosen={chosen} onReply={onReply} onMenu={onMenu} />;
  }
}

const quoted = (line: BubbleLine, thread: ThreadState): Message | null =>
  (line.message.reply_to && thread.messages.find((message) => message.seq === line.message.reply_to)) || null;

/** Where the thread began: who this is, and that the person decides. */
function Beginning({ thread, empty }: { thread: ThreadState; empty: boolean }) {
  const { business } = thread;
  return (
    <div class="beginning">
      <Avatar business={business} size={72} />
      <h2>
        <bdi lang={scriptOf(business.name)}>{businessName(business)}</bdi>
      </h2>
      {business.about && (
        <p class="quiet" dir="auto" lang={scriptOf(business.about)}>
          {business.about}
        </p>
      )}
      <p class="small quiet">{t(empty ? "thread.first" : "thread.beginning")}</p>
      {empty && <Bell size={28} rings={rings.value} />}
    </div>
  );
}

function Ghosts() {
  return (
    <div class="ghosts" role="status">
      <span class="spoken">{t("loading")}</span>
      {[52, 68, 40, 74, 46].map((share, index) => (
        <span key={index} class={index % 3 === 2 ? "ghost ghost-me" : "ghost"} style={{ inlineSize: `${share}%` }} />
      ))}
    </div>
  );
}

const lookedAt = (): boolean => document.visibilityState === "visible" && document.hasFocus();

/** While the thread is on the screen and looked at, what arrives is read. */
function useReading(business_id: string): void {
  const looking = useSignal(lookedAt());
  useEffect(() => {
    const changed = () => (looking.value = lookedAt());
    const kinds = ["focus", "blur"] as const;
    for (const kind of kinds) addEventListener(kind, changed);
    document.addEventListener("visibilitychange", changed);
    return () => {
      for (const kind of kinds) removeEventListener(kind, changed);
      document.removeEventListener("visibilitychange", changed);
    };
  }, []);
  useSignalEffect(() => {
    const chat = state.value.chats.get(business_id);
    if (looking.value && chat?.messages.length && chat.last && chat.unread > 0) markRead(business_id, chat.last.seq);
  });
}

/** The first sight of a thread with much unread is its unread line, not its end. */
function useStayAtUnread(box: { current: HTMLElement | null }, ready: boolean): void {
  const done = useRef(false);
  useLayoutEffect(() => {
    if (!ready || done.current) return;
    done.current = true;
    const line = box.current?.querySelector("#unread-line");
    if (!line || !box.current) return;
    const above = line.getBoundingClientRect().top - box.current.getBoundingClientRect().top;
    if (above < 0) box.current.scrollTop += above - 8;
  }, [ready]);
}

/** What the person writes is always in sight. */
function useOwnScrollsDown(box: { current: HTMLElement | null }, count: number): void {
  const before = useRef(count);
  useLayoutEffect(() => {
    if (count > before.current) box.current?.scrollTo({ top: 0 });
    before.current = count;
  }, [count]);
}

/** Up and down arrows go from message to message. */
function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(".bubble-more")];
  const now = all.findIndex((button) => button === document.activeElement || button.closest("li")?.contains(document.activeElement));
  const next = now < 0 ? all.at(-1) : all[now + (event.key === "ArrowUp" ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** The chat list: who wrote, what, when, and how much is unread. */

import { Bell } from "../../parts/mark";
import { Skeleton } from "../../parts/ui";
import { day, time } from "../../parts/i18n";
import { businessName, previewOf } from "../describe";
import { scriptOf } from "../direction";
import { chatPath, route } from "../route";
import type { Thread } from "../state";
import { chats, phase, rings, typing } from "../store";
import { t } from "../words";
import { Avatar } from "./avatar";
import { Icon, Ticks, Verified } from "./icons";
import { NetworkLine } from "./network";
import { number } from "../../parts/i18n";

export function ChatList() {
  return (
    <>
      <header class="bar">
        <Bell size={28} rings={rings.value} />
        <h1 class="bar-title" lang="en">Clarine</h1>
        <a class="round" href="#/find" aria-label={t("find.title")} title={t("find.title")}>
          <Icon name="find" />
        </a>
        <a class="round" href="#/you" aria-label={t("you.title")} title={t("you.title")}>
          <Icon name="contact" />
        </a>
      </header>
      <NetworkLine />
      <nav class="scroll" aria-label={t("chats")}>
        <Chats />
      </nav>
    </>
  );
}

function Chats() {
  if (phase.value !== "ready") return phase.value === "failed" ? <Failed /> : <Waiting />;
  if (chats.value.length === 0) return <Empty />;
  return (
    <ul class="chats">
      {chats.value.map((chat) => (
        <ChatRow key={chat.business_id} chat={chat} />
      ))}
    </ul>
  );
}

function ChatRow({ chat }: { chat: Thread }) {
  const { business, last, unread, relation } = chat;
  const here = route.value;
  const open = here.name === "chat" && here.business_id === chat.business_id;
  return (
    <li>
      <a class="chat" href={chatPath(chat.business_id)} aria-current={open ? "page" : undefined}>
        <Avatar business={business} />
        <span class="chat-words">
          <span class="chat-top">
            <bdi class="chat-name" lang={scriptOf(business.name)}>
              {businessName(business)}
            </bdi>
            {business.verified && <Verified name={t("verified")} />}
            {last && <time class={unread ? "chat-time chat-time-new" : "chat-time"}>{when(last.at)}</time>}
          </span>
          <span class="chat-bottom">
            <LastLine chat={chat} />
            {(relation.stopped || relation.blocked) && (
              <span class="chat-off" title={t(relation.blocked ? "card.blocked" : "card.stopped")}>
                <Icon name={relation.blocked ? "block" : "bell_off"} size={16} />
              </span>
            )}
            {unread > 0 && (
              <span class="badge figures" aria-label={t("unread", { count: unread })}>
                {unread > 999 ? `${number(999)}+` : number(unread)}
              </span>
            )}
          </span>
        </span>
      </a>
    </li>
  );
}

function LastLine({ chat }: { chat: Thread }) {
  if (typing.value === chat.business_id) return <span class="chat-last chat-typing">{t("typing")}</span>;
  if (!chat.last) return <span class="chat-last" />;
  const { icon, text } = previewOf(chat.last.content);
  const mine = chat.last.from === "me";
  return (
    <span class={chat.unread ? "chat-last chat-last-new" : "chat-last"}>
      {mine && <Ticks kind={chat.last.status} name={t(`status.${chat.last.status}`)} />}
      {icon && <Icon name={icon} size={16} />}
      <bdi lang={scriptOf(text)}>{text}</bdi>
    </span>
  );
}

/** 14:05 today, else the day. */
function when(at: string): string {
  const date = new Date(at);
  return new Date().toDateString() === date.toDateString() ? time(date) : day(date);
}

/** An empty list teaches what will stand in it. */
function Empty() {
  return (
    <div class="empty">
      <Bell size={64} />
      <h2>{t("empty.title")}</h2>
      <p class="quiet">{t("empty.body")}</p>
      <a class="button button-primary" href="#/find">
        {t("empty.action")}
      </a>
    </div>
  );
}

function Failed() {
  return (
    <div class="empty" role="alert">
      <h2>{t("failed.title")}</h2>
      <p class="quiet">{t("failed.body")}</p>
    </div>
  );
}

function Waiting() {
  return (
    <div class="chats-waiting">
      {Array.from({ length: 7 }, (_, row) => (
        <div key={row} class="chat" aria-hidden="true">
          <span class="avatar avatar-waiting" />
          <Skeleton rows={2} name={t("loading")} />
        </div>
      ))}
    </div>
  );
}

/** One message: what it says, what stands under it, how far it came, and the way to what can be done with it. */

import { useRef } from "preact/hooks";
import { language, moment, time } from "../../parts/i18n";
import { businessName, previewOf, trouble } from "../describe";
import { scriptOf } from "../direction";
import type { Waiting } from "../kept";
import { discard, post, postAgain } from "../outbox";
import type { Thread } from "../state";
import type { Bubble as BubbleLine, Reacted } from "../thread_view";
import { isMedia, type Message } from "../wire";
import { HttpError } from "../../parts/http";
import { t } from "../words";
import { Carousel } from "./carousel";
import { Choices } from "./choices";
import { ContentView } from "./content";
import { Icon, Ticks, type TickKind } from "./icons";
import type { Point } from "./sheet";

interface BubbleProps {
  line: BubbleLine;
  quoted: Message | null;
  thread: Thread;
  chosen: ReadonlySet<string>;
  onReply: (message: Message) => void;
  onMenu: (message: Message, at: Point | null) => void;
}

const LONG_PRESS_MS = 450;

export function Bubble({ line, quoted, thread, chosen, onMenu }: BubbleProps) {
  const { message, waiting } = line;
  const mine = message.from === "me";
  const press = useLongPress((at) => message.seq > 0 && onMenu(message, at));
  const bare = message.content.type === "sticker";
  const shape = `${line.first ? " line-first" : ""}${line.last ? " line-last" : ""}`;
  return (
    <li class={`line ${mine ? "line-me" : "line-them"}${shape}`} id={message.seq ? `m-${message.seq}` : undefined}>
      <div class={wideOf(message) ? "bubble-box bubble-wide" : "bubble-box"} {...press}>
        <article class={bare ? "bubble bubble-bare" : "bubble"} aria-label={`${mine ? t("you") : businessName(thread.business)}, ${time(new Date(message.at))}`}>
          {message.reply_to && <Quote quoted={quoted} seq={message.reply_to} thread={thread} />}
          <ContentView content={message.content} seq={message.seq} file={waiting?.file ?? null} meta={<Meta message={message} waiting={waiting} />} />
        </article>
        <Choices message={message} chosen={chosen} />
        <Carousel message={message} chosen={chosen} />
        <Reactions message={message} reacted={line.reacted} />
        {waiting?.refused && <Refused waiting={waiting} />}
        {message.seq > 0 && (
          <button
            type="button"
            class="bubble-more"
            aria-label={t("menu.title")}
            aria-haspopup="dialog"
            onClick={(event) => {
              const at = event.currentTarget.getBoundingClientRect();
              onMenu(message, { x: at.left, y: at.bottom });
            }}
          >
            <Icon name="down" size={20} />
          </button>
        )}
      </div>
    </li>
  );
}

/** Messages with a picture or buttons take the whole width, so that those of one thread stand in one column. */
function wideOf({ content }: Message): boolean {
  if (content.type === "interactive") return true;
  if (content.type === "template") return Boolean(content.buttons?.length || (content.header && content.header.type !== "text"));
  return isMedia(content) ? content.type !== "sticker" : ["location", "contacts", "address_reply", "order"].includes(content.type);
}

/** When it was said and, on own messages, how far it came. */
function Meta({ message, waiting }: { message: Message; waiting: Waiting | null }) {
  const at = new Date(message.at);
  const kind: TickKind = waiting ? (waiting.refused ? "failed" : "waiting") : message.status;
  return (
    <span class="meta figures" lang={language.value}>
      <time dateTime={message.at} title={moment(at)}>
        {time(at)}
      </time>
      {message.from === "me" && <Ticks kind={kind} name={t(`status.${kind}`)} />}
    </span>
  );
}

function Quote({ quoted, seq, thread }: { quoted: Message | null; seq: number; thread: Thread }) {
  const words = quoted ? previewOf(quoted.content) : { icon: null, text: t("quote.gone") };
  const who = quoted?.from === "me" ? t("you") : businessName(thread.business);
  return (
    <button type="button" class="quote" onClick={() => showMessage(seq)}>
      {quoted && <bdi class="quote-who" lang={scriptOf(who)}>{who}</bdi>}
      <span class="quote-words">
        {words.icon && <Icon name={words.icon} size={16} />}
        <bdi lang={scriptOf(words.text)}>{words.text}</bdi>
      </span>
    </button>
  );
}

function Reactions({ message, reacted }: { message: Message; reacted: Reacted }) {
  const shown = [...new Set([reacted.business, reacted.me].filter(Boolean))];
  if (shown.length === 0) return null;
  const takeBack = () =>
    void post({ business_id: message.business_id, content: { type: "reaction", target_seq: message.seq, emoji: "" } });
  const words = <span class="reaction-words">{shown.join(" ")}</span>;
  if (!reacted.me) return <span class="reactions">{words}</span>;
  return (
    <button type="button" class="reactions" title={t("menu.take_back")} aria-label={`${t("menu.take_back")} ${reacted.me}`} onClick={takeBack}>
      {words}
    </button>
  );
}

function Refused({ waiting }: { waiting: Waiting }) {
  const { code, message } = waiting.refused ?? { code: "", message: "" };
  return (
    <div class="refused small" role="alert">
      <span>{t("status.not_sent", { reason: trouble(new HttpError(400, code, message)) })}</span>
      <button type="button" class="text-button" onClick={() => postAgain(waiting.client_key)}>
        {t("again")}
      </button>
      <button type="button" class="text-button" onClick={() => discard(waiting.client_key)}>
        {t("delete")}
      </button>
    </div>
  );
}

/** Bring a message into sight and let it glow for a moment. */
export function showMessage(seq: number): void {
  const line = document.getElementById(`m-${seq}`);
  if (!line) return;
  line.scrollIntoView({ block: "center", behavior: "smooth" });
  line.classList.add("line-shown");
  setTimeout(() => line.classList.remove("line-shown"), 1200);
}

/** A long press, or the other mouse button. Words can still be marked with a mouse. */
function useLongPress(pressed: (at: Point) => void) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const stop = () => clearTimeout(timer.current);
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType === "mouse") return;
      const at = { x: event.clientX, y: event.clientY };
      timer.current = setTimeout(() => pressed(at), LONG_PRESS_MS);
    },
    onPointerUp: stop,
    onPointerMove: stop,
    onPointerCancel: stop,
    onContextMenu: (event: MouseEvent) => {
      if ((event.target as Element).closest("a, video, audio") || getSelection()?.toString()) return;
      event.preventDefault();
      stop();
      pressed({ x: event.clientX, y: event.clientY });
    },
  };
}

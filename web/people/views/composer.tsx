/** Where the person writes. It grows with the words and never moves under the thumb. */

import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { language } from "../../parts/i18n";
import { toast } from "../../parts/ui";
import { businessName, previewOf, sizeText, trouble } from "../describe";
import { scriptOf } from "../direction";
import { draftOf } from "../drafts";
import { postHere } from "../here";
import { localUrl } from "../media";
import { mediaTypeOf, post } from "../outbox";
import { smaller } from "../../parts/picture";
import type { Thread } from "../state";
import { changeRelation } from "../store";
import type { MediaType, Message } from "../wire";
import { t } from "../words";
import { Icon } from "./icons";
import { Row, Sheet } from "./sheet";

interface ComposerProps {
  thread: Thread;
  reply: Signal<Message | null>;
}

interface Attached {
  type: MediaType;
  file: Blob;
  name: string;
}

/** The Cloud API's limits; the house refuses more, so it is said before anything is sent. */
const LIMIT_BYTES: Record<MediaType, number> = {
  image: 5_000_000,
  video: 16_000_000,
  audio: 16_000_000,
  document: 100_000_000,
  sticker: 500_000,
};
const WORDS_MAX = 4096;

export function Composer({ thread, reply }: ComposerProps) {
  const { business_id, relation, business } = thread;
  if (relation.blocked) return <Off words={t("composer.blocked", { name: businessName(business) })} action={t("card.unblock")} change={{ blocked: false }} business_id={business_id} />;
  return (
    <>
      {relation.stopped && (
        <Off words={t("composer.stopped", { name: businessName(business) })} action={t("card.start")} change={{ stopped: false }} business_id={business_id} />
      )}
      <Writing business_id={business_id} name={businessName(business)} reply={reply} />
    </>
  );
}

function Writing({ business_id, name, reply }: { business_id: string; name: string; reply: Signal<Message | null> }) {
  const draft = draftOf(business_id);
  const { words } = draft;
  const attached = useSignal<readonly Attached[]>([]);
  const choosing = useSignal(false);
  const area = useRef<HTMLTextAreaElement>(null);
  useGrowing(area, words.value);
  useEffect(() => {
    if (reply.value || matchMedia("(hover: hover)").matches) area.current?.focus({ preventScroll: true });
  }, [reply.value]);
  const send = () => {
    const body = words.value.trim();
    const reply_to = reply.value?.seq ?? null;
    const { link } = draft;
    if (!body && attached.value.length === 0) return;
    attached.value.forEach(({ type, file, name: filename }, index) => {
      const caption = index === 0 && type !== "audio" ? body : "";
      const content = { type, media_id: "", size: file.size, ...(caption ? { caption } : {}), ...(type === "document" ? { filename } : {}) };
      void post({ business_id, content, file, reply_to: index === 0 ? reply_to : null, link });
    });
    if (body && (attached.value.length === 0 || attached.value[0]?.type === "audio")) {
      void post({ business_id, content: { type: "text", body }, reply_to: attached.value.length ? null : reply_to, link });
    }
    words.value = "";
    draft.link = null;
    attached.value = [];
    reply.value = null;
    area.current?.focus({ preventScroll: true });
  };
  const attach = async (files: readonly File[], asDocument: boolean) => {
    choosing.value = false;
    for (const file of files) {
      const type = mediaTypeOf(file, asDocument);
      const small = type === "image" ? await smaller(file) : file;
      if (small.size > LIMIT_BYTES[type]) toast(t("composer.too_large", { name: file.name, size: sizeText(LIMIT_BYTES[type]) }), "bad");
      else attached.value = [...attached.value, { type, file: small, name: file.name }];
    }
    area.current?.focus({ preventScroll: true });
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(hover: hover)").matches) {
      event.preventDefault();
      send();
    }
    if (event.key === "Escape" && (reply.value || attached.value.length)) {
      event.preventDefault();
      reply.value = null;
      attached.value = [];
    }
  };
  const ready = Boolean(words.value.trim()) || attached.value.length > 0;
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {reply.value && <Answering message={reply.value} name={name} onClose={() => (reply.value = null)} />}
      {attached.value.length > 0 && <Attachments all={attached} />}
      <div class="composer-line">
        <button type="button" class="round" aria-label={t("composer.attach")} title={t("composer.attach")} aria-haspopup="dialog" onClick={() => (choosing.value = true)}>
          <Icon name="attach" />
        </button>
        <textarea
          ref={area}
          rows={1}
          dir="auto"
          lang={words.value ? scriptOf(words.value) : language.value}
          maxLength={WORDS_MAX}
          placeholder={t(attached.value.length ? "composer.caption" : "composer.hint")}
          aria-label={t("composer.label", { name })}
          enterkeyhint="send"
          value={words.value}
          onInput={(event) => (words.value = event.currentTarget.value)}
          onKeyDown={pressed}
          onPaste={(event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (files.length === 0) return;
            event.preventDefault();
            void attach(files, false);
          }}
        />
        <button type="submit" class="round composer-send" aria-label={t("composer.send")} title={t("composer.send")} disabled={!ready}>
          <Icon name="send" />
        </button>
      </div>
      {choosing.value && <Attach business_id={business_id} onFiles={attach} onClose={() => (choosing.value = false)} />}
    </form>
  );
}

function Answering({ message, name, onClose }: { message: Message; name: string; onClose: () => void }) {
  const { icon, text } = previewOf(message.content);
  return (
    <div class="answering">
      <span class="quote">
        <bdi class="quote-who" lang={scriptOf(message.from === "me" ? t("you") : name)}>{message.from === "me" ? t("you") : name}</bdi>
        <span class="quote-words">
          {icon && <Icon name={icon} size={16} />}
          <bdi lang={scriptOf(text)}>{text}</bdi>
        </span>
      </span>
      <button type="button" class="round" aria-label={t("composer.no_reply")} onClick={onClose}>
        <Icon name="close" size={20} />
      </button>
    </div>
  );
}

function Attachments({ all }: { all: Signal<readonly Attached[]> }) {
  return (
    <ul class="attachments">
      {all.value.map((one) => (
        <li key={localUrl(one.file)} class="attachment">
          {one.type === "image" ? (
            <img src={localUrl(one.file)} alt={one.name} />
          ) : (
            <>
              <Icon name={one.type === "sticker" ? "image" : one.type} />
              <span class="attachment-name small">
                <bdi>{one.name}</bdi>
                <span class="quiet">{sizeText(one.file.size)}</span>
              </span>
            </>
          )}
          <button type="button" class="attachment-off" aria-label={t("composer.remove", { name: one.name })} onClick={() => (all.value = all.value.filter((other) => other !== one))}>
            <Icon name="close" size={16} />
          </button>
        </li>
      ))}
    </ul>
  );
}

interface AttachProps {
  business_id: string;
  onFiles: (files: readonly File[], asDocument: boolean) => Promise<void>;
  onClose: () => void;
}

/** What can be sent besides words. */
function Attach({ business_id, onFiles, onClose }: AttachProps) {
  const input = useRef<HTMLInputElement>(null);
  const asDocument = useRef(false);
  const pick = (accept: string, options: { camera?: boolean; document?: boolean } = {}) => {
    const element = input.current;
    if (!element) return;
    asDocument.current = Boolean(options.document);
    element.accept = accept;
    element.multiple = !options.camera;
    if (options.camera) element.setAttribute("capture", "environment");
    else element.removeAttribute("capture");
    element.click();
  };
  const here = () => {
    onClose();
    postHere(business_id);
  };
  return (
    <Sheet title={t("composer.attach")} onClose={onClose}>
      <input ref={input} type="file" hidden onChange={(event) => void onFiles([...(event.currentTarget.files ?? [])], asDocument.current)} />
      <Row icon="image" label={t("composer.media")} onClick={() => pick("image/*,video/*")} />
      <Row icon="camera" label={t("composer.camera")} onClick={() => pick("image/*", { camera: true })} />
      <Row icon="document" label={t("composer.document")} onClick={() => pick("", { document: true })} />
      <Row icon="audio" label={t("composer.audio")} onClick={() => pick("audio/*")} />
      {"geolocation" in navigator && <Row icon="pin" label={t("composer.location")} hint={t("composer.location_hint")} onClick={here} />}
    </Sheet>
  );
}

interface OffProps {
  words: string;
  action: string;
  change: { blocked?: boolean; stopped?: boolean };
  business_id: string;
}

/** The person ended something here; what that means, and the way back. */
function Off({ words, action, change, business_id }: OffProps) {
  const busy = useSignal(false);
  const undo = async () => {
    busy.value = true;
    await changeRelation(business_id, change).catch((error) => toast(trouble(error), "bad"));
    busy.value = false;
  };
  return (
    <div class="off" role="status">
      <p class="small">{words}</p>
      <button type="button" class="text-button" disabled={busy.value} onClick={() => void undo()}>
        {action}
      </button>
    </div>
  );
}

function useGrowing(area: { current: HTMLTextAreaElement | null }, words: string): void {
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.blockSize = "auto";
    element.style.blockSize = `${element.scrollHeight + 2}px`;
  }, [words]);
}

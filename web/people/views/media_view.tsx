/** Pictures, films, sounds and files in a bubble. The box has its size before the bytes come, so that nothing jumps. */

import { useSignal } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import { number } from "../../parts/i18n";
import { sizeText } from "../describe";
import { scriptOf } from "../direction";
import { askAgain, freshLink, linkOf, localUrl } from "../media";
import type { Media, MediaLink } from "../wire";
import { t } from "../words";
import { Icon } from "./icons";
import { viewPicture } from "./viewer";

const SHARP_BYTES = 150_000;

interface MediaProps {
  media: Media;
  seq: number;
  file: Blob | null;
}

export function MediaView({ media, seq, file }: MediaProps) {
  const link = useLink(media, seq, file);
  switch (media.type) {
    case "image":
      return <Picture media={media} link={link} seq={seq} />;
    case "video":
      return <Film media={media} link={link} seq={seq} />;
    case "audio":
      return <Sound link={link} media={media} seq={seq} />;
    case "document":
      return <File media={media} link={link} seq={seq} size={media.size ?? file?.size} />;
    case "sticker":
      return link ? <img class="sticker" src={link.url} alt={t("kind.sticker")} width={144} height={144} /> : <span class="sticker ghost" />;
  }
}

function useLink(media: Media, seq: number, file: Blob | null): MediaLink | null | undefined {
  if (file) return { media_id: "", url: localUrl(file), expires_at: "9999-12-31T00:00:00Z" };
  return linkOf(media.media_id, seq).value;
}

function Picture({ media, link, seq }: { media: Media; link: MediaLink | null | undefined; seq: number }) {
  const full = useSignal(false);
  // What was shown stays: a link that was renewed must not fetch the same picture again.
  const first = useRef<string | undefined>(undefined);
  first.current ??= link ? (link.thumbnail_url ?? link.url) : undefined;
  const src = first.current;
  // A small file such as a chart may be read in the thread itself; a photo waits until it is pressed.
  const sharp = link?.thumbnail_url && (media.size ?? SHARP_BYTES) < SHARP_BYTES;
  const sharpSrc = useRef<string | undefined>(undefined);
  const tries = useRef(0);
  const failed = () => {
    first.current = undefined;
    if (tries.current++ < 2) askAgain(media.media_id, seq);
  };
  const view = async (from: HTMLElement) => {
    const fresh = (await useable(media, link, seq)) ?? link;
    if (fresh) viewPicture({ link: fresh, caption: media.caption ?? "", from });
  };
  return (
    <button
      type="button"
      class="shot"
      style={{ aspectRatio: ratioOf(media) }}
      aria-label={`${t("kind.image")}${media.caption ? `: ${media.caption}` : ""}`}
      disabled={!link}
      onClick={(event) => void view(event.currentTarget)}
    >
      {src && (
        <img
          src={src}
          alt=""
          class={full.value ? "shot-in" : undefined}
          loading="lazy"
          decoding="async"
          onLoad={() => (full.value = true)}
          onError={failed}
        />
      )}
      {full.value && link && sharp && <img src={kept(sharpSrc, link.url)} alt="" class="shot-sharp" decoding="async" onLoad={(event) => event.currentTarget.classList.add("shot-in")} />}
      {link === null && <Lost media={media} seq={seq} />}
    </button>
  );
}

function Film({ media, link, seq }: { media: Media; link: MediaLink | null | undefined; seq: number }) {
  const [playing, play] = useState(false);
  const style = { aspectRatio: ratioOf(media, 16 / 9) };
  const start = async () => {
    await useable(media, link, seq);
    play(true);
  };
  if (playing && link) return <Playing media={media} link={link} seq={seq} ratio={style.aspectRatio} />;
  return (
    <button type="button" class="shot shot-film" style={style} aria-label={t("media.play")} disabled={!link} onClick={() => void start()}>
      {link?.thumbnail_url ? (
        <img src={link.thumbnail_url} alt="" class="shot-in" decoding="async" />
      ) : (
        // Without a thumbnail the browser fetches the first frame, which costs little with range requests.
        link && <video src={`${link.url}#t=0.1`} preload="metadata" muted playsInline tabIndex={-1} />
      )}
      {link === null ? (
        <Lost media={media} seq={seq} />
      ) : (
        <span class="shot-play">
          <Icon name="play" size={28} />
        </span>
      )}
      {media.size ? <span class="shot-size figures">{sizeText(media.size)}</span> : null}
    </button>
  );
}

/** The film itself; when its link runs out on the way, it goes on where it was with a new one. */
function Playing({ media, link, seq, ratio }: { media: Media; link: MediaLink; seq: number; ratio: string }) {
  const atS = useRef(0);
  const renewed = useRef("");
  const failed = () => {
    if (renewed.current === link.url) return;
    renewed.current = link.url;
    void freshLink(media.media_id, seq);
  };
  return (
    <video
      class="shot"
      style={{ aspectRatio: ratio }}
      src={link.url}
      poster={link.thumbnail_url ?? undefined}
      controls
      autoplay
      playsInline
      preload="metadata"
      onTimeUpdate={(event) => (atS.current = event.currentTarget.currentTime || atS.current)}
      onLoadedMetadata={(event) => (event.currentTarget.currentTime = atS.current)}
      onError={failed}
    />
  );
}

function Sound({ media, link, seq }: { media: Media; link: MediaLink | null | undefined; seq: number }) {
  const audio = useRef<HTMLAudioElement>(null);
  const playing = useSignal(false);
  const atS = useSignal(0);
  const longS = useSignal(0);
  const toggle = async () => {
    if (playing.value) return audio.current?.pause();
    await useable(media, link, seq);
    await audio.current?.play().catch(() => undefined);
  };
  return (
    <div class="tile sound">
      <button type="button" class="tile-sign tile-play" aria-label={t(playing.value ? "media.pause" : "media.play")} disabled={!link} onClick={() => void toggle()}>
        <Icon name={playing.value ? "pause" : "play"} />
      </button>
      <span class="tile-words">
        <input
          type="range"
          min={0}
          max={longS.value || 1}
          step={0.1}
          value={atS.value}
          aria-label={t("media.position")}
          onInput={(event) => audio.current && (audio.current.currentTime = Number(event.currentTarget.value))}
        />
        <span class="small tile-quiet figures">{clock(playing.value || atS.value ? atS.value : longS.value)}</span>
      </span>
      {link && (
        <audio
          ref={audio}
          src={link.url}
          preload="metadata"
          onPlay={() => (playing.value = true)}
          onPause={() => (playing.value = false)}
          onTimeUpdate={(event) => (atS.value = event.currentTarget.currentTime)}
          onLoadedMetadata={(event) => (longS.value = Number.isFinite(event.currentTarget.duration) ? event.currentTarget.duration : 0)}
        />
      )}
      {link === null && <Lost media={media} seq={seq} />}
    </div>
  );
}

function File({ media, link, seq, size }: { media: Media; link: MediaLink | null | undefined; seq: number; size: number | undefined }) {
  const name = media.filename || t("kind.document");
  const kind = /\.(\w{1,5})$/.exec(name)?.[1]?.toUpperCase() ?? "";
  const open = async (event: MouseEvent & { currentTarget: HTMLAnchorElement }) => {
    const anchor = event.currentTarget;
    if (!link || Date.parse(link.expires_at) > Date.now()) return;
    event.preventDefault();
    if (await useable(media, link, seq)) setTimeout(() => anchor.click());
  };
  return (
    <a class="tile" href={link?.url} target="_blank" rel="noopener" download={name} aria-disabled={!link} onClick={(event) => void open(event)}>
      <span class="tile-sign tile-brass">
        <Icon name="document" />
      </span>
      <span class="tile-words">
        <bdi class="tile-name" lang={scriptOf(name)}>{name}</bdi>
        <span class="small tile-quiet">{[kind, size ? sizeText(size) : ""].filter(Boolean).join(" · ")}</span>
      </span>
    </a>
  );
}

/** The first address a box showed, for as long as it is on the page. */
const kept = (first: { current: string | undefined }, url: string): string => (first.current ??= url);

/** A link that works now; a file still on this device has one for ever. */
const useable = (media: Media, link: MediaLink | null | undefined, seq: number): Promise<MediaLink | null> =>
  link && !link.media_id ? Promise.resolve(link) : freshLink(media.media_id, seq);

function Lost({ media, seq }: { media: Media; seq: number }) {
  const again = (event: Event) => {
    event.stopPropagation();
    askAgain(media.media_id, seq);
  };
  return (
    <span class="lost small" role="alert">
      {t("media.lost")}{" "}
      <span class="text-button" role="button" tabIndex={0} onClick={again} onKeyDown={(event) => event.key === "Enter" && again(event)}>
        {t("again")}
      </span>
    </span>
  );
}

/** Very long and very wide pictures are cut to a shape that fits a thread. */
function ratioOf({ width, height }: Media, otherwise = 4 / 3): string {
  const ratio = width && height ? width / height : otherwise;
  return String(Math.min(2.2, Math.max(0.7, ratio)));
}

function clock(timeS: number): string {
  const whole = Math.floor(timeS);
  return `${number(Math.floor(whole / 60))}:${number(whole % 60, { minimumIntegerDigits: 2 })}`;
}

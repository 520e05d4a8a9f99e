/** Pictures, films, sounds and files in a bubble. The box has its size before the bytes come, so that nothing jumps. */

import { useSignal } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import { number } from "../../parts/i18n";
import { sizeText } from "../describe";
import { scriptOf } from "../direction";
import { askAgain, linkOf, localUrl } from "../media";
import type { Media, MediaLink } from "../wire";
import { t } from "../words";
import { Icon } from "./icons";
import { viewPicture } from "./viewer";

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
      return <File media={media} link={link} size={media.size ?? file?.size} />;
    case "sticker":
      return link ? <img class="sticker" src={link.url} alt={t("kind.sticker")} width={144} height={144} /> : <span class="sticker ghost" />;
  }
}

function useLink(media: Media, seq: number, file: Blob | null): MediaLink | null | undefined {
  if (file) return { media_id: "", url: localUrl(file), expires_at: "" };
  return linkOf(media.media_id, seq).value;
}

function Picture({ media, link, seq }: { media: Media; link: MediaLink | null | undefined; seq: number }) {
  const full = useSignal(false);
  const src = link ? (link.thumbnail_url ?? link.url) : undefined;
  return (
    <button
      type="button"
      class="shot"
      style={{ aspectRatio: ratioOf(media) }}
      aria-label={`${t("kind.image")}${media.caption ? `: ${media.caption}` : ""}`}
      disabled={!link}
      onClick={(event) => link && viewPicture({ link, caption: media.caption ?? "", from: event.currentTarget })}
    >
      {src && (
        <img
          src={src}
          alt=""
          class={full.value ? "shot-in" : undefined}
          loading="lazy"
          decoding="async"
          onLoad={() => (full.value = true)}
          onError={() => askAgain(media.media_id, seq)}
        />
      )}
      {link === null && <Lost media={media} seq={seq} />}
    </button>
  );
}

function Film({ media, link, seq }: { media: Media; link: MediaLink | null | undefined; seq: number }) {
  const [playing, play] = useState(false);
  const style = { aspectRatio: ratioOf(media, 16 / 9) };
  if (playing && link) {
    return <video class="shot" style={style} src={link.url} poster={link.thumbnail_url ?? undefined} controls autoplay playsInline preload="metadata" />;
  }
  return (
    <button type="button" class="shot shot-film" style={style} aria-label={t("media.play")} disabled={!link} onClick={() => play(true)}>
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

function Sound({ media, link, seq }: { media: Media; link: MediaLink | null | undefined; seq: number }) {
  const audio = useRef<HTMLAudioElement>(null);
  const playing = useSignal(false);
  const atS = useSignal(0);
  const longS = useSignal(0);
  const toggle = () => (playing.value ? audio.current?.pause() : void audio.current?.play());
  return (
    <div class="tile sound">
      <button type="button" class="tile-sign tile-play" aria-label={t(playing.value ? "media.pause" : "media.play")} disabled={!link} onClick={toggle}>
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

function File({ media, link, size }: { media: Media; link: MediaLink | null | undefined; size: number | undefined }) {
  const name = media.filename || t("kind.document");
  const kind = /\.(\w{1,5})$/.exec(name)?.[1]?.toUpperCase() ?? "";
  return (
    <a class="tile" href={link?.url} target="_blank" rel="noopener" download={name} aria-disabled={!link}>
      <span class="tile-sign tile-brass">
        <Icon name="document" />
      </span>
      <span class="tile-words">
        <bdi class="tile-name" lang={scriptOf(name)}>{name}</bdi>
        <span class="small tile-quiet">{[kind, size ? sizeText(size) : ""].filter(Boolean).join(" · ")}</span>
      </span>
      <Icon name="download" size={20} />
    </a>
  );
}

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

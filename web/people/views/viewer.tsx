/** A picture over the whole screen; a press makes it as large as it is. */

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { MediaLink } from "../wire";
import { t } from "../words";
import { Icon } from "./icons";

interface Viewed {
  link: MediaLink;
  caption: string;
  from: HTMLElement;
}

const viewed = signal<Viewed | null>(null);

export function viewPicture(picture: Viewed): void {
  viewed.value = picture;
}

export function Viewer() {
  return viewed.value && <Picture picture={viewed.value} />;
}

function Picture({ picture }: { picture: Viewed }) {
  const { link, caption } = picture;
  const element = useRef<HTMLDialogElement>(null);
  const [large, setLarge] = useState(false);
  const close = () => (viewed.value = null);
  useEffect(() => {
    element.current?.showModal();
    addEventListener("popstate", close);
    return () => {
      removeEventListener("popstate", close);
      picture.from.focus();
    };
  }, []);
  return (
    <dialog ref={element} class="viewer" aria-label={caption || t("kind.image")} onCancel={close} onClick={(event) => event.target === element.current && close()}>
      <div class="viewer-bar">
        <a class="round" href={link.url} download="" target="_blank" rel="noopener" aria-label={t("media.save")}>
          <Icon name="download" />
        </a>
        <button type="button" class="round" aria-label={t("close")} onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <div class={large ? "viewer-box viewer-large" : "viewer-box"} onClick={() => setLarge(!large)}>
        <img src={link.url} alt={caption || t("kind.image")} style={{ backgroundImage: link.thumbnail_url ? `url("${link.thumbnail_url}")` : "" }} />
      </div>
      {caption && (
        <p class="viewer-words" dir="auto">
          {caption}
        </p>
      )}
    </dialog>
  );
}

/** What comes up over the page: from below on a phone, in the middle or at the pointer on a wide screen. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { language } from "../../parts/i18n";
import { runsFromRight, scriptOf } from "../direction";
import { t } from "../words";
import { Icon, type IconName } from "./icons";

export interface Point {
  x: number;
  y: number;
}

interface SheetProps {
  title: string;
  /** The title is for screen readers only. */
  untitled?: boolean;
  /** Where it was asked for; there it opens on a wide screen. */
  at?: Point | null;
  onClose: () => void;
  children: ComponentChildren;
}

/** The browser's own modal dialog: it holds the focus, Escape closes it, and what lies behind is out of reach. */
export function Sheet({ title, untitled, at, onClose, children }: SheetProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const dialog = element.current;
    if (!dialog) return;
    dialog.showModal();
    if (at && innerWidth >= 900) place(dialog, at);
    return () => dialog.close();
  }, []);
  // The phone's back button closes the sheet, not the thread under it.
  useEffect(() => {
    const moved = () => onClose();
    addEventListener("popstate", moved);
    return () => removeEventListener("popstate", moved);
  });
  return (
    <dialog
      ref={element}
      class={at ? "sheet sheet-at" : "sheet"}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === element.current && onClose()}
    >
      <div class="sheet-inside">
        <div class={untitled ? "spoken" : "sheet-head"}>
          <h2 id={heading} lang={scriptOf(title)}>
            <bdi dir={titleDirection(title)}>{title}</bdi>
          </h2>
          {!untitled && (
            <button type="button" class="round" aria-label={t("close")} onClick={onClose}>
              <Icon name="close" />
            </button>
          )}
        </div>
        {children}
      </div>
    </dialog>
  );
}

interface RowProps {
  icon: IconName;
  label: string;
  hint?: string;
  tone?: "bad";
  onClick: () => void;
}

/** One thing that can be done. */
export function Row({ icon, label, hint, tone, onClick }: RowProps) {
  return (
    <button type="button" class={tone ? `row row-${tone}` : "row"} onClick={onClick}>
      <Icon name={icon} />
      <span class="row-words">
        <span>{label}</span>
        {hint && <span class="quiet small">{hint}</span>}
      </span>
    </button>
  );
}

interface SureProps {
  title: string;
  children: ComponentChildren;
  /** What the button does, as a verb. */
  action: string;
  onSure: () => void;
  onClose: () => void;
}

/** Before something is taken away: what exactly happens, and a way out that comes first. */
export function Sure({ title, children, action, onSure, onClose }: SureProps) {
  return (
    <Sheet title={title} onClose={onClose}>
      <div class="sheet-text">{children}</div>
      <div class="sheet-actions">
        <button type="button" class="button button-plain" onClick={onClose}>
          {t("cancel")}
        </button>
        <button type="button" class="button button-danger" onClick={onSure}>
          {action}
        </button>
      </div>
    </Sheet>
  );
}

function place(dialog: HTMLDialogElement, { x, y }: Point): void {
  const { offsetWidth: width, offsetHeight: height } = dialog;
  dialog.style.margin = "0";
  dialog.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  dialog.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
}

/** Our own words may begin with a name in Latin letters, and a business's title may be in any script. */
const titleDirection = (title: string): "rtl" | "ltr" =>
  scriptOf(title) === "ur" && (language.value === "ur" || runsFromRight(title)) ? "rtl" : "ltr";

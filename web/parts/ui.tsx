/** The pieces every face is made of. They bring no words of their own: each label comes from the caller's catalogue. */

import type { ButtonHTMLAttributes, ComponentChildren, InputHTMLAttributes, LooseInputHTMLAttributes } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import "./ui.css";

type Tone = "plain" | "good" | "info" | "warn" | "bad";

interface ButtonProps extends ButtonHTMLAttributes {
  /** "primary" once per screen; "danger" for what destroys; "bare" for icons and rows. */
  kind?: "primary" | "plain" | "danger" | "bare";
  /** Shows that it is under way and refuses a second press. */
  busy?: boolean;
  children: ComponentChildren;
}

export function Button({ kind = "plain", busy = false, type = "button", disabled, children, ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} class={`button button-${kind} ${rest.class ?? ""}`} disabled={busy || disabled} aria-busy={busy}>
      {children}
    </button>
  );
}

interface FieldProps extends LooseInputHTMLAttributes {
  label: string;
  hint?: string;
  error?: string | null;
}

/** A labelled input whose hint and error are read out with it. */
export function Field({ label, hint, error, id, ...input }: FieldProps) {
  const own = useId();
  const name = typeof id === "string" ? id : own;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint && (
        <p class="quiet small" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      <input
        {...(input as InputHTMLAttributes)}
        id={name}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={[hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ") || undefined}
      />
      {error && (
        <p class="field-error small" id={`${name}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface DialogProps {
  open: boolean;
  title: string;
  /** Called for Escape, a press beside the dialog, and the browser's back gesture. */
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons, the primary one last. */
  actions?: ComponentChildren;
}

/** A modal on the browser's own <dialog>: focus trap, Escape and inert background come with it. */
export function Dialog({ open, title, onClose, children, actions }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog && open && !dialog.open) dialog.showModal();
    if (dialog && !open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={heading}
      onClose={() => open && onClose()}
      onClick={(event) => event.target === element.current && onClose()}
    >
      {open && (
        <div class="dialog-inside">
          <h2 id={heading}>{title}</h2>
          {children}
          {actions && <div class="dialog-actions">{actions}</div>}
        </div>
      )}
    </dialog>
  );
}

/** Grey lines where words will be; *name* tells screen readers that something is being fetched. */
export function Skeleton({ rows = 3, name }: { rows?: number; name: string }) {
  return (
    <div class="skeleton" role="status">
      <span class="spoken">{name}</span>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} class="skeleton-row" aria-hidden="true" />
      ))}
    </div>
  );
}

interface StateProps {
  title: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
}

/** Nothing here yet, and what to do about it. */
export function EmptyState({ title, children, action }: StateProps) {
  return (
    <div class="state">
      <h2>{title}</h2>
      {children && <div class="quiet">{children}</div>}
      {action}
    </div>
  );
}

interface ErrorStateProps extends StateProps {
  /** The label of what stands behind, such as "Details"; *code* is shown there and nowhere else. */
  detailsLabel?: string;
  code?: string;
}

/** What went wrong in plain words, a way on, and the code for those who ask. */
export function ErrorState({ title, children, action, detailsLabel, code }: ErrorStateProps) {
  return (
    <div class="state state-error" role="alert">
      <h2>{title}</h2>
      {children && <div class="quiet">{children}</div>}
      {action}
      {detailsLabel && code && (
        <details class="small quiet">
          <summary>{detailsLabel}</summary>
          <code dir="ltr">{code}</code>
        </details>
      )}
    </div>
  );
}

/** One word about a thing: a status, a category. */
export function Tag({ tone = "plain", children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`tag tag-${tone}`}>{children}</span>;
}

/** An id in monospace that never flips in Urdu; with *copyLabel* a press copies it. */
export function Ident({ value, copyLabel, onCopied }: { value: string; copyLabel?: string; onCopied?: () => void }) {
  const text = (
    <code class="ident" dir="ltr">
      {value}
    </code>
  );
  if (!copyLabel) return text;
  return (
    <button
      type="button"
      class="ident-copy"
      title={copyLabel}
      aria-label={`${copyLabel} ${value}`}
      onClick={() => void navigator.clipboard.writeText(value).then(onCopied)}
    >
      {text}
      <svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">
        <path d="M6 5.5h7.5v8H6zM10.5 5.5v-3H3v8h3" />
      </svg>
    </button>
  );
}

interface Column<Row> {
  key: string;
  title: string;
  /** Figures stand at the end of the line, in tabular digits. */
  figures?: boolean;
  cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  /** What the table shows, for screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
  onOpen?: (row: Row) => void;
}

/** A table that can be read on a phone: it scrolls in its own box, and a row opens by press or Enter. */
export function Table<Row>({ caption, columns, rows, rowKey, onOpen }: TableProps<Row>) {
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={caption}>
      <table class="table">
        <caption class="spoken">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" class={column.figures ? "figures" : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              tabIndex={onOpen ? 0 : undefined}
              class={onOpen ? "table-opens" : undefined}
              onClick={() => onOpen?.(row)}
              onKeyDown={(event) => event.key === "Enter" && event.target === event.currentTarget && onOpen?.(row)}
            >
              {columns.map((column) => (
                <td key={column.key} class={column.figures ? "figures" : undefined}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface Note {
  id: number;
  text: string;
  tone: Tone;
}

const NOTES_MAX = 3;
const NOTE_MS = 5_000;
const notes = signal<readonly Note[]>([]);
let notesShown = 0;

/** Says *text* for a few seconds; the page must hold one <Toasts />. */
export function toast(text: string, tone: Tone = "plain"): void {
  const note = { id: ++notesShown, text, tone };
  notes.value = [...notes.value, note].slice(-NOTES_MAX);
  setTimeout(() => {
    notes.value = notes.value.filter((other) => other !== note);
  }, NOTE_MS);
}

/** Where toasts appear; read out politely as they come. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {notes.value.map((note) => (
        <p key={note.id} class={`toast toast-${note.tone}`} dir="auto">
          {note.text}
        </p>
      ))}
    </div>
  );
}

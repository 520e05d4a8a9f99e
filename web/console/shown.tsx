/** Single values as both consoles show them: times, money, ids, and a panel for one thing of a list. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ago, moment, money, number } from "../parts/i18n";
import { Button, Ident, toast } from "../parts/ui";
import { Icon } from "./icons";
import { t } from "./words";

/** "3 minutes ago", with the exact moment for those who point at it. */
export function When({ at }: { at: string | null }) {
  if (!at) return <span class="quiet">–</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={moment(date)}>
      {ago(date)}
    </time>
  );
}

/** The exact moment, for details. */
export function Exactly({ at }: { at: string }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={ago(date)}>
      {moment(date)}
    </time>
  );
}

interface AmountProps {
  micros: number;
  currency: string;
  /** Adds + or −, and shows money that comes in in green. */
  signed?: boolean;
  /** At least four decimals, so that the points of a column stand under each other. */
  column?: boolean;
}

/** An amount, always with its currency, never rounded away. */
export function Amount({ micros, currency, signed = false, column = false }: AmountProps) {
  const tone = signed && micros > 0 ? "amount amount-in" : "amount";
  const aligned = () =>
    number(micros / 1_000_000, { style: "currency", currency, minimumFractionDigits: 4, maximumFractionDigits: 6, signDisplay: signed ? "exceptZero" : "auto" });
  return (
    <span class={tone}>
      <bdi>{column ? aligned() : money(micros, currency, signed)}</bdi>
    </span>
  );
}

export function Id({ value }: { value: string }) {
  return (
    <span class="id" onClick={(event) => event.stopPropagation()}>
      <Ident value={value} copyLabel={t("copy")} onCopied={() => toast(t("copied"), "good")} />
    </span>
  );
}

/** A phone number or another text that must not flip in Urdu. */
export const Latin = ({ children }: { children: ComponentChildren }) => (
  <bdi dir="ltr" class="latin">
    {children}
  </bdi>
);

interface PanelProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** The right-hand detail; on a phone it covers the list. Escape closes it and gives the focus back. */
export function Panel({ title, onClose, children }: PanelProps) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => before instanceof HTMLElement && before.isConnected && before.focus();
  }, []);
  return (
    <aside ref={panel} class="panel" tabIndex={-1} aria-label={title} onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <header class="panel-head">
        <h2>{title}</h2>
        <Button kind="bare" aria-label={t("close")} title={t("close")} onClick={onClose}>
          <Icon name="close" />
        </Button>
      </header>
      <div class="panel-body">{children}</div>
    </aside>
  );
}

/** Names and values, one under the other. */
export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== "")
        .map(([name, value]) => (
          <div key={name} class="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value | "";
  options: readonly (readonly [Value | "", string])[];
  onChange: (value: Value | "") => void;
}

/** A filter: one of a few. */
export function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <label class="choice">
      <span class="spoken">{label}</span>
      <select class="input" value={value} onChange={(event) => onChange(event.currentTarget.value as Value | "")}>
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Yes or no, with what it means. */
export function Check({ label, hint, value, onChange }: { label: string; hint?: string; value: boolean; onChange: (value: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>
        {label}
        {hint && <span class="quiet small">{hint}</span>}
      </span>
    </label>
  );
}

interface SelectProps<Value extends string> {
  label: string;
  hint?: string;
  value: Value;
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
}

/** A line of a form: one of a few. */
export function Select<Value extends string>({ label, hint, value, options, onChange }: SelectProps<Value>) {
  return (
    <label class="setting">
      <span>{label}</span>
      <select class="input" value={value} onChange={(event) => onChange(event.currentTarget.value as Value)}>
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
      {hint && <span class="quiet small">{hint}</span>}
    </label>
  );
}

/** A button that opens a file; the browser's own would speak the browser's language. */
export function OpenFile({ label, accept, onFile }: { label: string; accept: string; onFile: (file: File) => void }) {
  return (
    <label class="button button-plain">
      {label}
      <input
        class="spoken"
        type="file"
        accept={accept}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file) onFile(file);
        }}
      />
    </label>
  );
}

/** The search of a list; "/" puts the cursor into it. */
export function Search({ label, value, onInput }: { label: string; value: string; onInput: (value: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const jump = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, dialog");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", jump);
    return () => removeEventListener("keydown", jump);
  }, []);
  return (
    <label class="search">
      <span class="spoken">{label}</span>
      <Icon name="search" />
      <input ref={input} class="input" type="search" placeholder={label} value={value} onInput={(event) => onInput(event.currentTarget.value)} />
    </label>
  );
}

/** Hand the browser *rows* as a CSV file; cells that a spreadsheet would run as a formula are quoted. */
export function download(name: string, rows: readonly (readonly (string | number | null)[])[]): void {
  const cell = (value: string | number | null): string => {
    const text = value === null ? "" : String(value);
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return `"${safe.replaceAll('"', '""')}"`;
  };
  const file = new Blob(["\ufeff" + rows.map((row) => row.map(cell).join(",")).join("\r\n")], { type: "text/csv" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

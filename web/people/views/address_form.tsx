/** An address, as the business's country writes one: chosen from those it knows, or filled in. */

import "../looks/flow.css";
import { useRef, useState } from "preact/hooks";
import { Button, Field as LabelledInput } from "../../parts/ui";
import { latinDigits } from "../flow_play";
import { post } from "../outbox";
import { scriptOf } from "../direction";
import { state } from "../store";
import type { AddressRequest, Message } from "../wire";
import { t, type Key } from "../words";
import { Sheet } from "./sheet";

interface Field {
  name: string;
  needed?: true;
  kind?: "tel" | "code";
}

/** In the order in which they are filled in (domain/address.py). */
const FIELDS: Record<AddressRequest["country"], readonly Field[]> = {
  IN: [
    { name: "name", needed: true },
    { name: "phone_number", needed: true, kind: "tel" },
    { name: "in_pin_code", needed: true, kind: "code" },
    { name: "house_number" },
    { name: "floor_number" },
    { name: "tower_number" },
    { name: "building_name" },
    { name: "address", needed: true },
    { name: "landmark_area" },
    { name: "city", needed: true },
    { name: "state" },
  ],
  SG: [
    { name: "name", needed: true },
    { name: "phone_number", needed: true, kind: "tel" },
    { name: "sg_post_code", needed: true, kind: "code" },
    { name: "unit_number" },
    { name: "address", needed: true },
    { name: "city" },
  ],
};
const CODE = /^\d{6}$/;
const PHONE = /^\+?[\d\s()./-]{6,24}$/;

const fieldLabel = (name: string): string => t(`address.${name}` as Key);

export function AddressForm({ message, onClose }: { message: Message; onClose: () => void }) {
  const request = message.content.type === "interactive" ? message.content.address : null;
  const saved = request?.saved ?? [];
  const [chosen, setChosen] = useState(saved[0]?.id ?? "");
  const me = state.value.me;
  const [values, setValues] = useState<Record<string, string>>({ name: me?.name ?? "", phone_number: me ? `+${me.wa_id}` : "", ...request?.values });
  const [faults, setFaults] = useState<Record<string, string>>(request?.problems ?? {});
  const body = useRef<HTMLDivElement>(null);
  if (!request) return null;
  const fields = FIELDS[request.country];

  const send = () => {
    const found = chosen ? {} : faultsOf(fields, values);
    setFaults(found);
    const first = fields.find((field) => found[field.name]);
    if (first) return body.current?.querySelector<HTMLElement>(`#address-${first.name}`)?.focus();
    const offered = saved.find((each) => each.id === chosen);
    const filled = Object.fromEntries(fields.map(({ name, kind }) => [name, tidy(values[name] ?? "", kind)]).filter(([, value]) => value));
    const content = { type: "address_reply" as const, values: offered?.values ?? filled, ...(offered ? { saved_id: offered.id } : {}) };
    void post({ business_id: message.business_id, content, reply_to: message.seq });
    onClose();
  };

  return (
    <Sheet title={t("ask.address")} onClose={onClose}>
      <div class="flow" ref={body}>
        {saved.length > 0 && (
          <fieldset class="flow-group">
            <legend>{t("address.saved")}</legend>
            <div class="flow-options">
              {saved.map(({ id, values: known }) => {
                const words = Object.values(known).join(", ");
                return <Option key={id} words={words} checked={chosen === id} onChoose={() => setChosen(id)} />;
              })}
              <Option words={t("address.other")} checked={!chosen} onChoose={() => setChosen("")} />
            </div>
          </fieldset>
        )}
        {!chosen &&
          fields.map((field) => (
            <FieldView
              key={field.name}
              field={field}
              value={values[field.name] ?? ""}
              fault={faults[field.name]}
              onInput={(value) => setValues({ ...values, [field.name]: value })}
            />
          ))}
      </div>
      <div class="sheet-actions">
        <Button kind="primary" onClick={send}>
          {t("composer.send")}
        </Button>
      </div>
    </Sheet>
  );
}

function Option({ words, checked, onChoose }: { words: string; checked: boolean; onChoose: () => void }) {
  return (
    <label class="option">
      <bdi class="row-words" lang={scriptOf(words)}>{words}</bdi>
      <input type="radio" name="saved" checked={checked} onChange={onChoose} />
    </label>
  );
}

function FieldView({ field, value, fault, onInput }: { field: Field; value: string; fault: string | undefined; onInput: (value: string) => void }) {
  const label = fieldLabel(field.name);
  return (
    <LabelledInput
      label={field.needed ? label : t("flow.optional", { label })}
      id={`address-${field.name}`}
      class="input"
      value={value}
      dir={field.kind ? "ltr" : "auto"}
      type={field.kind === "tel" ? "tel" : "text"}
      inputMode={field.kind === "code" ? "numeric" : undefined}
      maxLength={field.kind === "code" ? 6 : 256}
      error={fault}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}

const tidy = (value: string, kind: Field["kind"]): string => (kind ? latinDigits(value) : value).trim();

function faultsOf(fields: readonly Field[], values: Record<string, string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, needed, kind } of fields) {
    const value = tidy(values[name] ?? "", kind);
    if (needed && !value) found[name] = t("flow.missing");
    else if (value && kind && !(kind === "code" ? CODE : PHONE).test(value)) found[name] = t("flow.wrong");
  }
  return found;
}

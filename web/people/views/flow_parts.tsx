/** The components of a form, one view per type; each says what it is called, what helps, and what is wrong with it. */

import type { ComponentChildren, InputHTMLAttributes, LooseInputHTMLAttributes } from "preact";
import { useId } from "preact/hooks";
import { scriptOf } from "../direction";
import { dayFor, dayOf, isRequired, latinDigits, optionsOf, resolved, type Action, type Fault, type Option, type Visit } from "../flow_play";
import type { FlowDocument, FlowPart } from "../wire";
import { t } from "../words";
import { Icon } from "./icons";

interface PartProps {
  part: FlowPart;
  visits: Visit[];
  flow: FlowDocument;
  fault: Fault | undefined;
  onFill: (part: FlowPart, value: unknown) => void;
  onPress: (action: Action) => void;
}

const HEADS: Readonly<Record<string, string>> = { TextHeading: "flow-heading", TextSubheading: "flow-subheading", TextCaption: "quiet small" };

export function FlowPartView(props: PartProps) {
  const { part, visits, onPress } = props;
  switch (part.type) {
    case "TextHeading":
    case "TextSubheading":
    case "TextBody":
    case "TextCaption":
      return <Words part={part} visits={visits} />;
    case "Image":
      return <Picture part={part} visits={visits} />;
    case "EmbeddedLink":
      return <Press action={part["on-click-action"] as Action} words={words(part["text"], visits)} visits={visits} onPress={onPress} />;
    case "OptIn":
      return <OptIn {...props} />;
    case "CheckboxGroup":
    case "RadioButtonsGroup":
      return <Group {...props} />;
    case "TextInput":
    case "TextArea":
    case "Dropdown":
    case "DatePicker":
      return <Labelled {...props} />;
    default:
      return null;
  }
}

const words = (value: unknown, visits: readonly Visit[]): string => {
  const found = resolved(value, visits);
  return Array.isArray(found) ? found.join("\n") : String(found ?? "");
};

function Words({ part, visits }: { part: FlowPart; visits: Visit[] }) {
  const text = words(part["text"], visits);
  const weight = words(part["font-weight"], visits);
  const classes = [HEADS[part.type] ?? "", weight.includes("bold") && "flow-bold", weight.includes("italic") && "flow-italic", resolved(part["strikethrough"], visits) === true && "flow-struck"];
  const props = { class: `flow-words ${classes.filter(Boolean).join(" ")}`, dir: "auto" as const, lang: scriptOf(text) };
  return part.type === "TextHeading" ? <h3 {...props}>{text}</h3> : <p {...props}>{text}</p>;
}

function Picture({ part, visits }: { part: FlowPart; visits: Visit[] }) {
  const source = words(part["src"], visits).replace(/^data:image\/\w+;base64,/, "");
  const kind = source.startsWith("/9j/") ? "jpeg" : "png";
  return <img class="flow-picture" src={`data:image/${kind};base64,${source}`} alt={words(part["alt-text"], visits)} height={Number(resolved(part["height"], visits)) || undefined} />;
}

/** Words that do something; what leads out of the app is a link. */
function Press({ action, words: text, visits, onPress }: { action: Action; words: string; visits: Visit[]; onPress: (action: Action) => void }) {
  const url = words(action.url, visits);
  if (action.name !== "open_url") {
    return (
      <button type="button" class="text-button" dir="auto" lang={scriptOf(text)} onClick={() => onPress(action)}>
        {text}
      </button>
    );
  }
  return (
    <a class="text-button" href={/^https:\/\//i.test(url) ? url : undefined} target="_blank" rel="noopener noreferrer" dir="auto" lang={scriptOf(text)}>
      {text}
    </a>
  );
}

/** The label as it is asked for: what need not be answered says so. */
function labelOf(part: FlowPart, visits: Visit[]): string {
  const label = words(part["label"], visits);
  return !label || isRequired(part, visits) ? label : t("flow.optional", { label });
}

/** What is wrong, in the person's language, or in the business's own words. */
function faultWords({ part, visits, fault }: PartProps): string {
  const ours = fault && ("count" in fault ? t(`flow.${fault.key}`, { count: fault.count }) : t(`flow.${fault.key}`));
  const form = visits.at(-1)?.screen.layout.children.find((each) => each.type === "Form" && each.children?.includes(part));
  const theirs = (resolved(form?.["error-messages"], visits) as Record<string, unknown> | undefined)?.[part.name ?? ""] ?? resolved(part["error-message"], visits);
  return ours ?? (typeof theirs === "string" ? theirs : "");
}

function Trouble({ id, text }: { id: string; text: string }) {
  return text ? (
    <p class="field-error small" id={id} role="alert" dir="auto" lang={scriptOf(text)}>
      {text}
    </p>
  ) : null;
}

function Labelled(props: PartProps) {
  const { part, visits } = props;
  const id = useId();
  const label = labelOf(part, visits);
  const helper = words(part["helper-text"], visits);
  const fault = faultWords(props);
  const about = [helper && `${id}-help`, fault && `${id}-fault`].filter(Boolean).join(" ") || undefined;
  return (
    <div class="field" data-part={part.name}>
      <label for={id} dir="auto" lang={scriptOf(label)}>
        {label}
      </label>
      <Input {...props} id={id} about={about} wrong={Boolean(fault)} />
      {helper && (
        <p class="quiet small" id={`${id}-help`} dir="auto" lang={scriptOf(helper)}>
          {helper}
        </p>
      )}
      <Trouble id={`${id}-fault`} text={fault} />
    </div>
  );
}

const TYPES: Readonly<Record<string, "email" | "password" | "tel">> = { email: "email", password: "password", passcode: "password", phone: "tel" };

function Input({ part, visits, flow, onFill, id, about, wrong }: PartProps & { id: string; about: string | undefined; wrong: boolean }) {
  const value = String(visits.at(-1)?.form[part.name ?? ""] ?? "");
  const shared = { id, class: "input", "aria-describedby": about, "aria-invalid": wrong ? true : undefined, disabled: resolved(part["enabled"], visits) === false, required: isRequired(part, visits) };
  switch (part.type) {
    case "TextArea":
      return <textarea {...shared} rows={3} dir="auto" maxLength={Number(resolved(part["max-length"], visits) ?? 600)} value={value} onInput={(event) => onFill(part, event.currentTarget.value)} />;
    case "DatePicker":
      return <input {...shared} type="date" min={dayOf(resolved(part["min-date"], visits)) || undefined} max={dayOf(resolved(part["max-date"], visits)) || undefined} value={dayOf(value)} onInput={(event) => onFill(part, dayFor(flow, event.currentTarget.value))} />;
    case "Dropdown":
      return (
        <span class="flow-select">
          <select {...shared} value={value} onChange={(event) => onFill(part, event.currentTarget.value)}>
            <option value="">{t("flow.choose")}</option>
            {optionsOf(part, visits).map((option) => (
              <option key={option.id} value={option.id} disabled={option.enabled === false}>
                {option.title}
              </option>
            ))}
          </select>
          <Icon name="down" size={20} />
        </span>
      );
    default: {
      const kind = String(part["input-type"] ?? "text");
      const digits = kind === "number" || kind === "passcode" || kind === "phone";
      const typed: LooseInputHTMLAttributes = {
        ...shared,
        type: TYPES[kind] ?? "text",
        inputMode: kind === "number" ? "decimal" : kind === "passcode" ? "numeric" : undefined,
        dir: kind === "text" ? "auto" : "ltr",
        autocomplete: kind === "password" || kind === "passcode" ? "off" : undefined,
        maxLength: Number(resolved(part["max-chars"], visits) ?? 80),
        value,
        onInput: (event) => onFill(part, digits ? latinDigits(event.currentTarget.value) : event.currentTarget.value),
      };
      return <input {...(typed as InputHTMLAttributes)} />;
    }
  }
}

function Group(props: PartProps) {
  const { part, visits, onFill } = props;
  const id = useId();
  const many = part.type === "CheckboxGroup";
  const value = visits.at(-1)?.form[part.name ?? ""];
  const chosen: readonly unknown[] = many ? (Array.isArray(value) ? value : []) : [value];
  const pick = ({ id: option }: Option, on: boolean) => onFill(part, many ? (on ? [...chosen, option] : chosen.filter((each) => each !== option)) : option);
  const off = resolved(part["enabled"], visits) === false;
  const label = labelOf(part, visits);
  const about = words(part["description"], visits);
  const fault = faultWords(props);
  return (
    <fieldset class="flow-group" data-part={part.name} aria-describedby={fault ? `${id}-fault` : undefined}>
      {label && (
        <legend dir="auto" lang={scriptOf(label)}>
          {label}
        </legend>
      )}
      {about && <p class="quiet small" dir="auto" lang={scriptOf(about)}>{about}</p>}
      <div class="flow-options">
        {optionsOf(part, visits).map((option) => (
          <Choice key={option.id} option={option} disabled={off || option.enabled === false}>
            <input type={many ? "checkbox" : "radio"} name={id} checked={chosen.includes(option.id)} disabled={off || option.enabled === false} onChange={(event) => pick(option, event.currentTarget.checked)} />
          </Choice>
        ))}
      </div>
      <Trouble id={`${id}-fault`} text={fault} />
    </fieldset>
  );
}

function Choice({ option, disabled, children }: { option: Option; disabled: boolean; children: ComponentChildren }) {
  return (
    <label class={disabled ? "option flow-off" : "option"}>
      <span class="row-words" lang={scriptOf(option.title)}>
        <bdi>{option.title}</bdi>
        {option.description && <bdi class="quiet small">{option.description}</bdi>}
      </span>
      {children}
    </label>
  );
}

function OptIn(props: PartProps) {
  const { part, visits, onFill, onPress } = props;
  const id = useId();
  const label = words(part["label"], visits);
  const action = part["on-click-action"] as Action | undefined;
  return (
    <div class="flow-group" data-part={part.name}>
      <div class="flow-options">
        <label class="option">
          <span class="row-words" lang={scriptOf(label)}>
            <bdi>{label}</bdi>
          </span>
          <input type="checkbox" checked={visits.at(-1)?.form[part.name ?? ""] === true} aria-describedby={`${id}-fault`} onChange={(event) => onFill(part, event.currentTarget.checked)} />
        </label>
      </div>
      {action && <Press action={action} words={t("flow.more")} visits={visits} onPress={onPress} />}
      <Trouble id={`${id}-fault`} text={faultWords(props)} />
    </div>
  );
}

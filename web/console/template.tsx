/** A template as it reads, for the business that filed it and the operator who reviews it. */

import { Tag } from "../parts/ui";
import { t } from "./words";

interface Component {
  type: string;
  format?: string;
  text?: string;
  buttons?: readonly { type: string; text?: string }[];
}

const TONES: Record<string, "good" | "warn" | "bad"> = { approved: "good", pending: "warn", in_appeal: "warn", rejected: "bad", paused: "bad", disabled: "bad" };
const NAMED = ["approved", "pending", "rejected", "paused", "disabled"] as const;

export function TemplateTag({ status }: { status: string }) {
  const known = NAMED.find((each) => each === status);
  return <Tag tone={TONES[status] ?? "plain"}>{known ? t(`template_${known}`) : status}</Tag>;
}

export const templateBody = (components: readonly Component[]): string => components.find((each) => each.type.toUpperCase() === "BODY")?.text ?? "";

export function TemplateText({ components, language }: { components: readonly Component[]; language: string }) {
  const part = (type: string) => components.find((each) => each.type.toUpperCase() === type);
  const header = part("HEADER");
  const footer = part("FOOTER");
  const buttons = part("BUTTONS")?.buttons ?? [];
  return (
    <div class="said" dir="auto" lang={language.replace("_", "-")}>
      {header && <strong class="clip">{header.text ?? `[${header.format?.toLowerCase() ?? ""}]`}</strong>}
      <p>{templateBody(components)}</p>
      {footer?.text && <p class="quiet small">{footer.text}</p>}
      {buttons.length > 0 && (
        <p class="row">
          {buttons.map((button, index) => (
            <Tag key={index} tone="info">
              {button.text ?? button.type}
            </Tag>
          ))}
        </p>
      )}
    </div>
  );
}

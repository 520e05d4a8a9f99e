/** A template as it reads, for the business that filed it and the operator who reviews it. */

import { Tag } from "../parts/ui";
import { Icon, type IconName } from "./icons";
import { t } from "./words";

interface Button {
  type: string;
  text?: string;
  example?: unknown;
}

interface Component {
  type: string;
  format?: string;
  text?: string;
  buttons?: readonly Button[];
  limited_time_offer?: { text: string; has_expiration?: boolean };
  cards?: readonly { components: readonly Component[] }[];
}

const TONES: Record<string, "good" | "warn" | "bad"> = { approved: "good", pending: "warn", in_appeal: "warn", rejected: "bad", paused: "bad", disabled: "bad" };
const NAMED = ["approved", "pending", "rejected", "paused", "disabled"] as const;
const FORMATS = ["image", "video", "document", "location", "product"] as const;
const SIGNS: Record<string, IconName> = { URL: "link", PHONE_NUMBER: "phone", COPY_CODE: "copy", OTP: "copy", CATALOG: "shop", MPM: "shop", SPM: "shop", FLOW: "form" };

export function TemplateTag({ status }: { status: string }) {
  const known = NAMED.find((each) => each === status);
  return <Tag tone={TONES[status] ?? "plain"}>{known ? t(`template_${known}`) : status}</Tag>;
}

const partOf = (components: readonly Component[], type: string): Component | undefined => components.find((each) => each.type.toUpperCase() === type);

export const templateBody = (components: readonly Component[]): string => partOf(components, "BODY")?.text ?? "";

export function TemplateText({ components, language }: { components: readonly Component[]; language: string }) {
  const offer = partOf(components, "LIMITED_TIME_OFFER")?.limited_time_offer;
  const footer = partOf(components, "FOOTER");
  const cards = partOf(components, "CAROUSEL")?.cards ?? [];
  return (
    <div class="sample" lang={language.replace("_", "-")}>
      <div class="said">
        <Head header={partOf(components, "HEADER")} />
        {offer && (
          <p class="sample-offer">
            <Icon name="clock" />
            <span>
              <strong dir="auto">{offer.text || "…"}</strong>
              {offer.has_expiration && <span class="quiet small">{t("template_offer_ends")}</span>}
            </span>
          </p>
        )}
        <p dir="auto">{templateBody(components) || "…"}</p>
        {footer?.text && <p class="quiet small" dir="auto">{footer.text}</p>}
      </div>
      <Buttons buttons={partOf(components, "BUTTONS")?.buttons ?? []} />
      {cards.length > 0 && (
        <ul class="sample-cards" tabIndex={0} aria-label={t("template_cards")}>
          {cards.map((card, index) => (
            <li key={index} class="said">
              <Head header={partOf(card.components, "HEADER")} />
              {templateBody(card.components) && <p dir="auto">{templateBody(card.components)}</p>}
              <Buttons buttons={partOf(card.components, "BUTTONS")?.buttons ?? []} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A picture, film, file, place or product is filled in by each message: here stands only which of them. */
function Head({ header }: { header: Component | undefined }) {
  if (!header) return null;
  const format = FORMATS.find((each) => each === header.format?.toLowerCase());
  if (!format) return <p dir="auto"><strong>{header.text || "…"}</strong></p>;
  return (
    <span class="sample-head">
      <Icon name={format === "product" ? "shop" : format === "location" ? "pin" : format === "document" ? "templates" : "picture"} />
      {t(`template_header_${format}`)}
    </span>
  );
}

function Buttons({ buttons }: { buttons: readonly Button[] }) {
  return (
    <>
      {buttons.map((button, index) => {
        const sign = SIGNS[button.type.toUpperCase()];
        const code = Array.isArray(button.example) ? button.example[0] : button.example;
        return (
          <span key={index} class="sample-button">
            {sign && <Icon name={sign} size={16} />}
            <span dir="auto">{button.text || (typeof code === "string" && code) || "…"}</span>
          </span>
        );
      })}
    </>
  );
}

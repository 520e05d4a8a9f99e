/** What a business asks for beside words: where the person is, who they are, an address. Nothing leaves before it was seen. */

import type { ComponentType } from "preact";
import { useState } from "preact/hooks";
import { toast } from "../../parts/ui";
import { businessName, named, phoneText } from "../describe";
import { scriptOf } from "../direction";
import { postHere } from "../here";
import { post } from "../outbox";
import { state } from "../store";
import type { Interactive, Message } from "../wire";
import { t } from "../words";
import { Icon, type IconName } from "./icons";
import { Sheet } from "./sheet";

interface Asked {
  icon: IconName;
  label: "ask.location" | "ask.contact" | "ask.address";
  /** What the answer is, as thread_view names it. */
  answer: string;
}

export const REQUESTS: Partial<Record<Interactive["kind"], Asked>> = {
  location_request_message: { icon: "pin", label: "ask.location", answer: "location" },
  request_contact_info: { icon: "contact", label: "ask.contact", answer: "contacts" },
  address_message: { icon: "home", label: "ask.address", answer: "address_reply" },
};

interface RequestProps {
  message: Message;
  kind: Interactive["kind"];
  chosen: ReadonlySet<string>;
}

interface OpenedProps {
  message: Message;
  onClose: () => void;
}

export function Request({ message, kind, chosen }: RequestProps) {
  const [Opened, setOpened] = useState<ComponentType<OpenedProps> | null>(null);
  const asked = REQUESTS[kind];
  if (!asked) return null;
  const made = chosen.has(`${message.seq}/${asked.answer}`);
  const press = () => {
    if (kind === "location_request_message") return postHere(message.business_id, message.seq);
    if (kind === "request_contact_info") return setOpened(() => ShareContact);
    // The form is fetched only when somebody opens one.
    void import("./address_form").then(
      (part) => setOpened(() => part.AddressForm),
      () => toast(t("error.offline"), "bad"),
    );
  };
  return (
    <>
      <button type="button" class={made ? "choice choice-made" : "choice"} aria-haspopup={kind === "location_request_message" ? undefined : "dialog"} onClick={press}>
        <Icon name={made ? "check" : asked.icon} size={18} />
        <span>{t(asked.label)}</span>
      </button>
      {Opened && <Opened message={message} onClose={() => setOpened(null)} />}
    </>
  );
}

/** Who gets to know what, before it is sent. */
function ShareContact({ message, onClose }: OpenedProps) {
  const me = state.value.me;
  const business = state.value.chats.get(message.business_id)?.business;
  if (!me) return null;
  const phone = `+${me.wa_id}`;
  const name = me.name || phone;
  const share = () => {
    const contact = { name: { formatted_name: name, first_name: name }, phones: [{ phone, type: "CELL", wa_id: me.wa_id }] };
    void post({ business_id: message.business_id, content: { type: "contacts", contacts: [contact] }, reply_to: message.seq });
    onClose();
  };
  return (
    <Sheet title={t("ask.contact")} onClose={onClose}>
      <div class="sheet-text">
        <p>{t("ask.contact_what", { name: named(business ? businessName(business) : "") })}</p>
        <div class="tile">
          <span class="tile-sign tile-sky">
            <Icon name="contact" />
          </span>
          <span class="tile-words">
            <bdi class="tile-name" lang={scriptOf(name)}>{name}</bdi>
            <span class="small quiet" lang="en">{phoneText(me.wa_id)}</span>
          </span>
        </div>
      </div>
      <div class="sheet-actions">
        <button type="button" class="button button-plain" onClick={onClose}>
          {t("cancel")}
        </button>
        <button type="button" class="button button-primary" onClick={share}>
          {t("ask.share")}
        </button>
      </div>
    </Sheet>
  );
}

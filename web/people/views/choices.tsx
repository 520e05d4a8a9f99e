/** The buttons under a bubble, at its full width: answers, links, calls, codes, and lists that open as a sheet. */

import { useState } from "preact/hooks";
import { toast } from "../../parts/ui";
import { scriptOf } from "../direction";
import { post } from "../outbox";
import type { Button, Choice, Interactive, ListRow, Message } from "../wire";
import { t } from "../words";
import type { FlowPlayer } from "./flow_player";
import { Icon } from "./icons";
import { shelfLabel, ShopButton } from "./product";
import { Request, REQUESTS } from "./requests";
import { Sheet } from "./sheet";

interface ChoicesProps {
  message: Message;
  /** Answers already given, as "seq/id". */
  chosen: ReadonlySet<string>;
}

export function Choices({ message, chosen }: ChoicesProps) {
  const { content } = message;
  if (content.type !== "interactive" && content.type !== "template") return null;
  const isList = content.type === "interactive" && Boolean(content.sections?.length);
  const flow = content.type === "interactive" ? content.flow : null;
  const asks = content.type === "interactive" && content.kind in REQUESTS ? content.kind : null;
  const shelf = content.type === "interactive" ? content.shelf : null;
  if (!content.buttons?.length && !isList && !flow && !asks && !shelf) return null;
  return (
    <div class="choices">
      <Buttons message={message} buttons={content.buttons ?? []} chosen={chosen} />
      {flow && <FormButton message={message} label={flow.label} filled={chosen.has(`${message.seq}/flow`)} />}
      {isList && <List message={message} content={content as Interactive} chosen={chosen} />}
      {shelf && <ShopButton business_id={message.business_id} message={message} label={shelfLabel(shelf)} {...(content.type === "interactive" && content.kind === "product" && shelf.front ? { first: shelf.front.retailer_id } : {})} />}
      {asks && <Request message={message} kind={asks} chosen={chosen} />}
    </div>
  );
}

/** The buttons of a message, or of one of its cards. */
export function Buttons({ message, buttons, chosen }: ChoicesProps & { buttons: Button[] }) {
  const kind = message.content.type === "template" ? "template_button" : "button_reply";
  return (
    <>
      {buttons.map((button, index) => {
        switch (button.kind) {
          case "flow":
            return <FormButton key={index} message={message} label={button.title} filled={chosen.has(`${message.seq}/flow`)} />;
          case "shelf":
            return <ShopButton key={index} business_id={message.business_id} message={message} label={button.title} />;
          case "contact":
            return <Request key={index} message={message} kind="request_contact_info" chosen={chosen} />;
          default:
            return <ButtonView key={index} button={button} chosen={chosen.has(`${message.seq}/${button.id}`)} onReply={() => answer(message, { type: "choice", kind, id: button.id, title: button.title })} />;
        }
      })}
    </>
  );
}

function ButtonView({ button, chosen, onReply }: { button: Button; chosen: boolean; onReply: () => void }) {
  const words = (
    <span dir="auto" lang={scriptOf(button.title)}>
      {button.title}
    </span>
  );
  switch (button.kind ?? "reply") {
    case "url":
      return (
        <a class="choice choice-link" href={safeUrl(button.url)} target="_blank" rel="noopener noreferrer">
          <Icon name="link" size={18} />
          {words}
        </a>
      );
    case "phone":
      return (
        <a class="choice choice-link" href={`tel:${(button.phone ?? "").replace(/[^\d+]/g, "")}`}>
          <Icon name="phone" size={18} />
          {words}
        </a>
      );
    case "copy_code":
      return (
        <button type="button" class="choice choice-link" onClick={() => void copy(button.code ?? "")}>
          <Icon name="copy" size={18} />
          {words}
        </button>
      );
    default:
      return (
        <button type="button" class={chosen ? "choice choice-made" : "choice"} aria-pressed={chosen} onClick={onReply}>
          {chosen && <Icon name="check" size={18} />}
          {words}
        </button>
      );
  }
}

/** The form is fetched, with the part of the app that plays it, only when somebody opens one. */
function FormButton({ message, label, filled }: { message: Message; label: string; filled: boolean }) {
  const [Player, setPlayer] = useState<typeof FlowPlayer | null>(null);
  const open = () =>
    void import("./flow_player").then(
      (part) => setPlayer(() => part.FlowPlayer),
      () => toast(t("error.offline"), "bad"),
    );
  return (
    <>
      <button type="button" class={filled ? "choice choice-made" : "choice"} aria-haspopup="dialog" onClick={open}>
        <Icon name={filled ? "check" : "form"} size={18} />
        <span dir="auto" lang={scriptOf(label)}>
          {label}
        </span>
      </button>
      {Player && <Player message={message} label={label} onClose={() => setPlayer(null)} />}
    </>
  );
}

function List({ message, content, chosen }: { message: Message; content: Interactive; chosen: ReadonlySet<string> }) {
  const [open, setOpen] = useState(false);
  const [wish, setWish] = useState<ListRow | null>(null);
  const label = content.list_label || t("list.open");
  const send = () => {
    if (!wish) return;
    const { id, title, description } = wish;
    answer(message, { type: "choice", kind: "list_reply", id, title, ...(description ? { description } : {}) });
    setOpen(false);
  };
  return (
    <>
      <button type="button" class="choice" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Icon name="list" size={18} />
        <span dir="auto" lang={scriptOf(label)}>
          {label}
        </span>
      </button>
      {open && (
        <Sheet title={label} onClose={() => setOpen(false)}>
          <div class="sheet-list">
            {content.sections?.map((section, index) => (
              <fieldset key={index} class="options">
                {section.title && (
                  <legend class="small quiet" dir="auto" lang={scriptOf(section.title)}>
                    {section.title}
                  </legend>
                )}
                {section.rows.map((row) => (
                  <label key={row.id} class="option">
                    <span class="row-words" lang={scriptOf(row.title)}>
                      <bdi>{row.title}</bdi>
                      {row.description && <bdi class="quiet small">{row.description}</bdi>}
                    </span>
                    {chosen.has(`${message.seq}/${row.id}`) && <Icon name="check" size={18} />}
                    <input type="radio" name="row" checked={wish?.id === row.id} onChange={() => setWish(row)} />
                  </label>
                ))}
              </fieldset>
            ))}
          </div>
          <div class="sheet-actions">
            <button type="button" class="button button-primary" disabled={!wish} onClick={send}>
              {t("composer.send")}
            </button>
          </div>
        </Sheet>
      )}
    </>
  );
}

// A second tap while the first is still on its way would say the same thing twice.
let lastAnswer = "";

function answer(message: Message, content: Choice): void {
  const key = `${message.seq}/${content.id}`;
  if (key === lastAnswer) return;
  lastAnswer = key;
  setTimeout(() => (lastAnswer = ""), 1500);
  void post({ business_id: message.business_id, content, reply_to: message.seq });
}

async function copy(code: string): Promise<void> {
  await navigator.clipboard.writeText(code).then(
    () => toast(t("copied")),
    () => toast(code),
  );
}

/** Only web addresses: a business must not be able to run code on a press. */
const safeUrl = (url: string | null | undefined): string | undefined => (url && /^https?:\/\//i.test(url) ? url : undefined);

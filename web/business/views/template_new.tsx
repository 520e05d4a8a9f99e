/** Filing a new template: of which kind, its parts, and how it will look. */

import { useState } from "preact/hooks";
import { useAct } from "../../console/act";
import { api, asked } from "../../console/session";
import { Check, Select } from "../../console/shown";
import { TemplateText } from "../../console/template";
import { post } from "../../parts/http";
import { number } from "../../parts/i18n";
import { Button, Dialog, Field, toast } from "../../parts/ui";
import { asksFor, BUTTON_KINDS, CARD_HEADERS, CARDS_MAX, componentsOf, HEADERS, KINDS, sells, type ButtonDraft, type Draft } from "../template_parts";
import { t } from "../words";
import type { Category, Template } from "../wire";

const LANGUAGES = ["en", "en_US", "en_GB", "fr", "hi", "ur", "es", "pt_BR"] as const;
const BUTTONS_MAX = 10;
const CARD_BUTTONS_MAX = 2;
const NO_BUTTON: ButtonDraft = { type: "QUICK_REPLY", text: "", value: "" };
const NOTHING: Draft = {
  kind: "text",
  header: "none",
  headerText: "",
  body: "",
  footer: "",
  buttons: [],
  offer: "",
  ends: true,
  code: "",
  shelf: "",
  cardHeader: "image",
  cards: ["", ""],
};

export function NewTemplate({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [name, setName] = useState("");
  const [language, setLanguage] = useState<(typeof LANGUAGES)[number]>("en");
  const [category, setCategory] = useState<Category>("utility");
  const [draft, setDraft] = useState<Draft>(NOTHING);
  const { busy, error, run } = useAct();
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const filed = sells(draft.kind) ? "marketing" : category;
  const file = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      await asked(post<Template>(api("templates"), { name, language, category: filed, components: componentsOf(draft) }));
      toast(t("template_filed"), "good");
      onMade();
      onClose();
    });
  };
  return (
    <Dialog open title={t("template_new")} onClose={onClose}>
      <form class="form" onSubmit={file}>
        <p class="quiet">{t("template_new_about")}</p>
        <Select label={t("template_kind")} hint={t(`template_kind_${draft.kind}_hint`)} value={draft.kind} onChange={(kind) => setDraft({ ...draft, kind, header: "none", buttons: kind === "carousel" ? [NO_BUTTON] : [] })} options={KINDS.map((each) => [each, t(`template_kind_${each}`)] as const)} />
        <Field label={t("name")} hint={t("template_name_hint")} required pattern="[a-z0-9_]+" dir="ltr" value={name} onInput={(event) => setName(event.currentTarget.value)} />
        <div class="form form-two">
          {!sells(draft.kind) && (
            <Select label={t("category")} value={category} onChange={setCategory} options={[["utility", t("category_utility")], ["marketing", t("category_marketing")]]} />
          )}
          <Select label={t("language")} value={language} onChange={setLanguage} options={LANGUAGES.map((code) => [code, code] as const)} />
        </div>
        <Parts draft={draft} change={change} />
        <section class="template-preview">
          <h3>{t("template_preview")}</h3>
          <TemplateText components={componentsOf(draft)} language={language} />
        </section>
        {error && <p class="field-error" role="alert" dir="auto">{error}</p>}
        <div class="dialog-actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="primary" type="submit" busy={busy}>{t("template_file")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

interface PartProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}

function Parts({ draft, change }: PartProps) {
  const asks = asksFor(draft.kind);
  const headers = draft.kind === "offer" ? (["none", "image", "video"] as const) : draft.kind === "several" ? (["none", "text"] as const) : HEADERS;
  return (
    <>
      {asks.header && <Select label={t("template_header")} value={draft.header} onChange={(header) => change({ header })} options={headers.map((each) => [each, t(`template_header_${each}`)] as const)} />}
      {asks.header && draft.header === "text" && <Line label={t("template_header_words")} max={60} value={draft.headerText} onInput={(headerText) => change({ headerText })} />}
      {draft.kind === "offer" && (
        <>
          <Line label={t("template_offer")} hint={t("template_offer_hint")} max={16} value={draft.offer} onInput={(offer) => change({ offer })} />
          <Check label={t("template_ends")} hint={t("template_ends_hint")} value={draft.ends} onChange={(ends) => change({ ends })} />
        </>
      )}
      <label class="field">
        <span>{t("text")}</span>
        <span class="quiet small">{t("template_text_hint")}</span>
        <textarea class="input" dir="auto" required maxLength={1024} value={draft.body} onInput={(event) => change({ body: event.currentTarget.value })} />
      </label>
      {asks.footer && <Line label={t("template_footer")} max={60} optional value={draft.footer} onInput={(footer) => change({ footer })} />}
      {asks.code && <Line label={t("template_code")} hint={t("template_code_hint")} max={15} value={draft.code} onInput={(code) => change({ code })} />}
      {draft.kind === "carousel" && <Cards draft={draft} change={change} />}
      {(asks.shelf || (draft.kind === "carousel" && draft.cardHeader === "product")) && <Line label={t("template_shelf")} max={25} value={draft.shelf} onInput={(shelf) => change({ shelf })} />}
      {asks.buttons && !(draft.kind === "carousel" && draft.cardHeader === "product") && <Buttons draft={draft} change={change} />}
    </>
  );
}

interface LineProps {
  label: string;
  hint?: string;
  max: number;
  optional?: boolean;
  value: string;
  onInput: (value: string) => void;
}

const Line = ({ label, hint, max, optional = false, value, onInput }: LineProps) => (
  <Field label={label} {...(hint ? { hint } : {})} required={!optional} maxLength={max} dir="auto" value={value} onInput={(event) => onInput(event.currentTarget.value)} />
);

function Cards({ draft, change }: PartProps) {
  // Cards have the same parts: words on all of them or on none.
  const wordless = draft.cards.every((words) => !words.trim());
  const set = (place: number, words: string) => change({ cards: draft.cards.map((each, index) => (index === place ? words : each)) });
  return (
    <fieldset class="group">
      <legend>{t("template_cards")}</legend>
      <Select label={t("template_card_header")} value={draft.cardHeader} onChange={(cardHeader) => change({ cardHeader })} options={CARD_HEADERS.map((each) => [each, t(`template_header_${each}`)] as const)} />
      {draft.cards.map((words, index) =>
        draft.cardHeader === "product" ? null : (
          <Line key={index} label={t("template_card", { number: number(index + 1) })} max={160} optional={wordless} value={words} onInput={(text) => set(index, text)} />
        ),
      )}
      <div class="row">
        <span class="quiet small">{t("template_cards_count", { count: draft.cards.length })}</span>
        {draft.cards.length < CARDS_MAX && <Button onClick={() => change({ cards: [...draft.cards, ""] })}>{t("template_card_add")}</Button>}
        {draft.cards.length > 2 && <Button kind="bare" onClick={() => change({ cards: draft.cards.slice(0, -1) })}>{t("template_card_off")}</Button>}
      </div>
    </fieldset>
  );
}

function Buttons({ draft, change }: PartProps) {
  const set = (place: number, part: Partial<ButtonDraft>) => change({ buttons: draft.buttons.map((each, index) => (index === place ? { ...each, ...part } : each)) });
  const most = draft.kind === "carousel" ? CARD_BUTTONS_MAX : BUTTONS_MAX;
  return (
    <fieldset class="group">
      <legend>{t(draft.kind === "carousel" ? "template_card_buttons" : "template_buttons")}</legend>
      {draft.buttons.map((each, index) => (
        <div key={index} class="form">
          <div class="form form-two">
            <Select label={t("template_button_does")} value={each.type} onChange={(type) => set(index, { type, value: "" })} options={BUTTON_KINDS.map((kind) => [kind, t(`template_button_${kind}`)] as const)} />
            <Line label={t("template_button_words")} max={25} value={each.text} onInput={(text) => set(index, { text })} />
          </div>
          {each.type !== "QUICK_REPLY" && (
            <Field
              label={t(each.type === "URL" ? "template_button_link" : "phone")}
              type={each.type === "URL" ? "url" : "tel"}
              required
              dir="ltr"
              value={each.value}
              onInput={(event) => set(index, { value: event.currentTarget.value })}
            />
          )}
          <div>
            <Button kind="bare" disabled={draft.kind === "carousel" && draft.buttons.length === 1} onClick={() => change({ buttons: draft.buttons.filter((_, place) => place !== index) })}>
              {t("template_button_off")}
            </Button>
          </div>
        </div>
      ))}
      {draft.buttons.length < most && (
        <div>
          <Button onClick={() => change({ buttons: [...draft.buttons, NO_BUTTON] })}>{t("template_button_add")}</Button>
        </div>
      )}
    </fieldset>
  );
}

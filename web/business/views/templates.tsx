/** The messages this business may send first: their text, how review went, and filing a new one. */

import { useState } from "preact/hooks";
import { explained, List, type Column } from "../../console/list";
import { usePaged } from "../../console/paged";
import { go, opened } from "../../console/route";
import { api, asked } from "../../console/session";
import { Export, PageHead } from "../../console/shell";
import { Choice, Exactly, Facts, Id, Panel, Search, When, download } from "../../console/shown";
import { TemplateTag, TemplateText, templateBody } from "../../console/template";
import { HttpError, post } from "../../parts/http";
import { Button, Dialog, EmptyState, Field, toast } from "../../parts/ui";
import { t } from "../words";
import type { Category, Template } from "../wire";
import { categoryName } from "./tags";

type Status = "approved" | "pending" | "rejected";
const LANGUAGES = ["en", "en_US", "en_GB", "fr", "hi", "ur", "es", "pt_BR"];

export function Templates() {
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState<Status | "">("");
  const [making, setMaking] = useState(false);
  const all = usePaged<Template>("templates", {}, (answer: { templates: Template[] }) => answer.templates);
  const wanted = (row: Template) => (!status || row.status === status) && `${row.name} ${templateBody(row.components)}`.toLowerCase().includes(search.toLowerCase());
  const found = { ...all, rows: all.rows?.filter(wanted) ?? null };
  const open = all.rows?.find((row) => row.template_id === opened.value);
  const create = (
    <Button kind="primary" onClick={() => setMaking(true)}>
      {t("template_new")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("templates")}>
        <Export onClick={() => save(found.rows ?? [])} />
        {create}
      </PageHead>
      <div class="filters">
        <Search label={t("search_templates")} value={search} onInput={setSearch} />
        <Choice
          label={t("state")}
          value={status}
          onChange={setStatus}
          options={[["", t("all_states")], ["approved", t("template_approved")], ["pending", t("template_pending")], ["rejected", t("template_rejected")]]}
        />
      </div>
      <List
        caption={t("templates")}
        columns={columns()}
        found={found}
        rowKey={(row) => row.template_id}
        openKey={opened.value}
        onOpen={(row) => go("templates", row.template_id)}
        narrowed={Boolean(search || status)}
        onWiden={() => {
          setSearch("");
          setStatus("");
        }}
        empty={<EmptyState title={t("templates_none")} action={create}>{t("templates_none_about")}</EmptyState>}
      />
      {open && <Detail key={open.template_id} template={open} />}
      <NewTemplate open={making} onClose={() => setMaking(false)} onMade={all.again} />
    </>
  );
}

const columns = (): readonly Column<Template>[] => [
  { key: "name", title: t("name"), phone: "title", cell: (row) => <span class="ident clip">{row.name}</span> },
  { key: "status", title: t("state"), phone: "end", cell: (row) => <TemplateTag status={row.status} /> },
  { key: "text", title: t("text"), phone: "line", cell: (row) => <span class="clip" dir="auto">{templateBody(row.components)}</span> },
  { key: "category", title: t("category"), phone: "line", cell: (row) => categoryName(row.category) },
  { key: "language", title: t("language"), phone: "hide", cell: (row) => <span class="ident">{row.language}</span> },
  { key: "at", title: t("changed"), phone: "hide", cell: (row) => <When at={row.updated_at} /> },
];

function Detail({ template }: { template: Template }) {
  return (
    <Panel title={t("template")} onClose={() => go("templates")}>
      <TemplateText components={template.components} language={template.language} />
      <Facts
        facts={[
          [t("state"), <TemplateTag status={template.status} />],
          [t("refused_because"), template.rejected_reason !== "NONE" && <span class="ident">{template.rejected_reason}</span>],
          [t("name"), <Id value={template.name} />],
          [t("language"), <span class="ident">{template.language}</span>],
          [t("category"), categoryName(template.category)],
          [t("changed"), <Exactly at={template.updated_at} />],
          ["ID", <Id value={template.template_id} />],
        ]}
      />
    </Panel>
  );
}

function NewTemplate({ open, onClose, onMade }: { open: boolean; onClose: () => void; onMade: () => void }) {
  const [name, setName] = useState("");
  const [language, setLanguage] = useState("en");
  const [category, setCategory] = useState<Category>("utility");
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function file(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await asked(post<Template>(api("templates"), { name, language, category, components: [body(text)] }));
      toast(t("template_filed"), "good");
      onMade();
      onClose();
      setName("");
      setText("");
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      setError(problem.status === 400 || problem.status === 409 ? problem.message : explained(problem));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog open={open} title={t("template_new")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void file(event)}>
        <p class="quiet">{t("template_new_about")}</p>
        <Field label={t("name")} hint={t("template_name_hint")} required pattern="[a-z0-9_]+" dir="ltr" value={name} onInput={(event) => setName(event.currentTarget.value)} />
        <div class="form form-two">
          <label class="setting">
            <span>{t("category")}</span>
            <select class="input" value={category} onChange={(event) => setCategory(event.currentTarget.value as Category)}>
              <option value="utility">{t("category_utility")}</option>
              <option value="marketing">{t("category_marketing")}</option>
            </select>
          </label>
          <label class="setting">
            <span>{t("language")}</span>
            <select class="input" dir="ltr" value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
              {LANGUAGES.map((code) => (
                <option key={code}>{code}</option>
              ))}
            </select>
          </label>
        </div>
        <label class="field">
          <span>{t("text")}</span>
          <span class="quiet small">{t("template_text_hint")}</span>
          <textarea class="input" dir="auto" required maxLength={1024} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        {error && <p class="field-error" role="alert" dir="auto">{error}</p>}
        <div class="dialog-actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="primary" type="submit" busy={busy}>{t("template_file")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** A body with an example for each variable, which review wants to see. */
function body(text: string): object {
  const names = [...new Set([...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((found) => found[1]!))];
  if (names.length === 0) return { type: "BODY", text };
  if (names.every((name) => /^\d+$/.test(name))) return { type: "BODY", text, example: { body_text: [names.map((name) => `example ${name}`)] } };
  return { type: "BODY", text, example: { body_text_named_params: names.map((name) => ({ param_name: name, example: `example ${name}` })) } };
}

function save(rows: readonly Template[]): void {
  const header = ["template_id", "name", "language", "category", "status", "rejected_reason", "quality", "updated_at", "text"];
  download("templates.csv", [header, ...rows.map((row) => [row.template_id, row.name, row.language, row.category, row.status, row.rejected_reason, row.quality, row.updated_at, templateBody(row.components)])]);
}

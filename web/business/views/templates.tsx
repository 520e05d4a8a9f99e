/** The messages this business may send first: their text, how review went, and filing a new one. */

import { useState } from "preact/hooks";
import { List, type Column } from "../../console/list";
import { usePaged } from "../../console/paged";
import { go, opened } from "../../console/route";
import { Export, PageHead } from "../../console/shell";
import { Choice, Exactly, Facts, Id, Panel, Search, When, download } from "../../console/shown";
import { TemplateTag, TemplateText, templateBody } from "../../console/template";
import { Button, EmptyState } from "../../parts/ui";
import { t } from "../words";
import type { Template } from "../wire";
import { categoryName } from "./tags";
import { NewTemplate } from "./template_new";

type Status = "approved" | "pending" | "rejected";

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
      {making && <NewTemplate onClose={() => setMaking(false)} onMade={all.again} />}
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

function save(rows: readonly Template[]): void {
  const header = ["template_id", "name", "language", "category", "status", "rejected_reason", "quality", "updated_at", "text"];
  download("templates.csv", [header, ...rows.map((row) => [row.template_id, row.name, row.language, row.category, row.status, row.rejected_reason, row.quality, row.updated_at, templateBody(row.components)])]);
}

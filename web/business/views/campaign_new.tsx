/** A new campaign: a name, a template, a list, and where each variable's words come from. */

import { useMemo, useState } from "preact/hooks";
import { explained, Failed } from "../../console/list";
import { useAnswer } from "../../console/paged";
import { api, asked } from "../../console/session";
import { Latin, OpenFile } from "../../console/shown";
import { TemplateText } from "../../console/template";
import { HttpError, post } from "../../parts/http";
import { number } from "../../parts/i18n";
import { Button, Dialog, Field, Skeleton } from "../../parts/ui";
import { componentsOf, fillable, gapsOf, type Gap, type Source } from "../gaps";
import { readList, type ListFile } from "../list_file";
import { t } from "../words";
import type { Added, Campaign, Connection, Template } from "../wire";

/** Rows that go up at once: small enough for a slow line, and for the server's other work. */
const SLICE = 500;
const WRONG_SHOWN = 10;

interface Wrong {
  row: number;
  phone: string;
  problem: string;
}

interface Made {
  id: string;
  added: number;
  repeated: number;
  wrong: readonly Wrong[];
}

export function NewCampaign({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const templates = useAnswer<{ templates: Template[] }>("templates");
  const connection = useAnswer<Connection>("connection");
  const [made, setMade] = useState<Made | null>(null);
  const error = templates.error ?? connection.error;
  const finished = (found: Made) => (found.wrong.length || found.repeated ? setMade(found) : onMade(found.id));
  return (
    <Dialog open title={t("campaign_new")} onClose={made ? () => onMade(made.id) : onClose}>
      {error ? (
        <Failed error={error} again={() => (templates.again(), connection.again())} />
      ) : !templates.answer || !connection.answer ? (
        <Skeleton rows={4} name={t("fetching")} />
      ) : made ? (
        <Taken made={made} onDone={() => onMade(made.id)} />
      ) : (
        <Form templates={templates.answer.templates.filter(fillable)} numbers={connection.answer.phone_numbers} onClose={onClose} onMade={finished} />
      )}
    </Dialog>
  );
}

interface FormProps {
  templates: readonly Template[];
  numbers: Connection["phone_numbers"];
  onClose: () => void;
  onMade: (made: Made) => void;
}

function Form({ templates, numbers, onClose, onMade }: FormProps) {
  const [key] = useState(() => crypto.randomUUID());
  const [name, setName] = useState("");
  const [from, setFrom] = useState(numbers[0]?.phone_number_id ?? "");
  const [chosen, setChosen] = useState(templates[0]?.template_id ?? "");
  const [text, setText] = useState("");
  const [sources, setSources] = useState<Record<string, Source>>({});
  const [error, setError] = useState<string | null>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const template = templates.find((each) => each.template_id === chosen);
  const list = useMemo(() => readList(text), [text]);
  const gaps = template ? gapsOf(template) : [];
  const sourceOf = (gap: Gap, place: number): Source => sources[gapKey(gap)] ?? guessed(gap, place, list);

  async function make(event: Event): Promise<void> {
    event.preventDefault();
    if (!template) return;
    setError(null);
    setProgress(0);
    try {
      const draft = await asked(
        post<Campaign>(api("campaigns"), {
          name,
          key,
          phone_number_id: from,
          template: template.name,
          language: template.language,
          components: componentsOf(gaps, gaps.map(sourceOf)),
          columns: list.columns,
        }),
      );
      onMade({ id: draft.campaign_id, ...(await upload(draft.campaign_id, list, setProgress)) });
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      setError(problem.status === 400 || problem.status === 409 ? problem.message : explained(problem));
      setProgress(null);
    }
  }

  if (!template) return <p>{t("campaign_no_template")}</p>;
  return (
    <form class="form" onSubmit={(event) => void make(event)}>
      <Field label={t("name")} hint={t("campaign_name_hint")} required maxLength={120} dir="auto" value={name} onInput={(event) => setName(event.currentTarget.value)} />
      <div class="form form-two">
        <label class="setting">
          <span>{t("template")}</span>
          <select class="input" value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
            {templates.map((each) => (
              <option key={each.template_id} value={each.template_id}>{`${each.name} · ${each.language}`}</option>
            ))}
          </select>
        </label>
        <label class="setting">
          <span>{t("campaign_from")}</span>
          <select class="input" value={from} onChange={(event) => setFrom(event.currentTarget.value)}>
            {numbers.map((each) => (
              <option key={each.phone_number_id} value={each.phone_number_id}>{each.phone}</option>
            ))}
          </select>
        </label>
      </div>
      <TemplateText components={template.components} language={template.language} />
      <ListInput text={text} list={list} onText={setText} />
      {gaps.map((gap, place) => (
        <GapChoice key={gapKey(gap)} gap={gap} source={sourceOf(gap, place)} list={list} onSource={(source) => setSources({ ...sources, [gapKey(gap)]: source })} />
      ))}
      {error && <p class="field-error" role="alert" dir="auto">{error}</p>}
      {progress !== null && <progress max={list.rows.length} value={progress} aria-label={t("campaign_uploading")} />}
      <div class="dialog-actions">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button kind="primary" type="submit" busy={progress !== null} disabled={list.rows.length === 0}>{t("campaign_next")}</Button>
      </div>
    </form>
  );
}

const gapKey = (gap: Gap): string => `${gap.place} ${gap.index} ${gap.name}`;

/** The column of that name, else the one at that place, else words to be written. */
function guessed(gap: Gap, place: number, list: ListFile): Source {
  const column = list.columns.find((each) => each.toLowerCase() === gap.name.toLowerCase()) ?? list.columns[place];
  return column === undefined ? { words: "" } : { column };
}

function ListInput({ text, list, onText }: { text: string; list: ListFile; onText: (text: string) => void }) {
  const open = async (file: File): Promise<void> => onText(await file.text());
  return (
    <div class="form">
      <label class="field">
        <span>{t("campaign_list")}</span>
        <span class="quiet small">{t("campaign_list_hint")}</span>
        <textarea
          class="input snippet"
          dir="ltr"
          spellcheck={false}
          placeholder={"phone;name\n+33 6 12 34 56 78;Amélie"}
          value={text.length > 20_000 ? text.slice(0, 20_000) : text}
          readOnly={text.length > 20_000}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      </label>
      <div>
        <OpenFile label={t("campaign_file")} accept=".csv,.tsv,.txt,text/csv,text/plain" onFile={(file) => void open(file)} />
      </div>
      {list.rows.length > 0 && (
        <p class="quiet small" role="status">
          {t("campaign_rows", { count: list.rows.length })} {list.columns.length > 0 && <bdi>{list.columns.join(" · ")}</bdi>}
        </p>
      )}
    </div>
  );
}

function GapChoice({ gap, source, list, onSource }: { gap: Gap; source: Source; list: ListFile; onSource: (source: Source) => void }) {
  const title = gap.place === "button" ? t("campaign_gap_button", { name: gap.name }) : `{{${gap.name}}}`;
  const value = "column" in source ? `column ${source.column}` : "words";
  const choose = (wanted: string) => onSource(wanted === "words" ? { words: "" } : { column: wanted.slice("column ".length) });
  return (
    <div class="form form-two">
      <label class="setting">
        <span dir="auto">{title}</span>
        <select class="input" value={value} onChange={(event) => choose(event.currentTarget.value)}>
          {list.columns.map((column) => (
            <option key={column} value={`column ${column}`}>{t("campaign_column", { name: column })}</option>
          ))}
          <option value="words">{t("campaign_same_words")}</option>
        </select>
      </label>
      {"words" in source && (
        <Field label={t("campaign_words")} required dir="auto" value={source.words} onInput={(event) => onSource({ words: event.currentTarget.value })} />
      )}
    </div>
  );
}

/** Send the rows up slice by slice; a slice that was sent before changes nothing, so trying again is safe. */
async function upload(id: string, list: ListFile, onProgress: (done: number) => void): Promise<Omit<Made, "id">> {
  const wrong: Wrong[] = [];
  let added = 0;
  let repeated = 0;
  for (let from = 0; from < list.rows.length; from += SLICE) {
    const rows = list.rows.slice(from, from + SLICE);
    const answer = await asked(post<Added>(api(`campaigns/${id}/recipients`), { rows }));
    added += answer.added;
    repeated += answer.repeated;
    wrong.push(...answer.wrong.map(({ row, problem }) => ({ row: from + row + 1, phone: rows[row]![0]!, problem })));
    onProgress(from + rows.length);
  }
  return { added, repeated, wrong };
}

function Taken({ made, onDone }: { made: Made; onDone: () => void }) {
  return (
    <>
      <p>{t("campaign_added", { count: made.added })}</p>
      {made.repeated > 0 && <p class="quiet">{t("campaign_repeated", { count: made.repeated })}</p>}
      {made.wrong.length > 0 && (
        <section>
          <h3>{t("campaign_wrong", { count: made.wrong.length })}</h3>
          <ul class="plain-list">
            {made.wrong.slice(0, WRONG_SHOWN).map((each) => (
              <li key={each.row}>
                <span class="row row-apart">
                  <Latin>{each.phone}</Latin>
                  <bdi class="quiet small">{number(each.row)}</bdi>
                </span>
                <span class="quiet small" dir="auto">{each.problem}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div class="dialog-actions">
        <Button kind="primary" onClick={onDone}>{t("campaign_go_on")}</Button>
      </div>
    </>
  );
}

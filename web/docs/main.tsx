/** The reference of the Cloud API: every call, its fields and its errors, found as one types. In English, like the API's own words. */

import { render } from "preact";
import { useEffect } from "preact/hooks";
import { computed, signal } from "@preact/signals";
import "../parts/base.css";
import "./docs.css";
import { HttpError, get } from "../parts/http";
import { Bell } from "../parts/mark";
import { chooseTheme, theme, type Theme } from "../parts/theme";
import { ErrorState, Skeleton, Tag } from "../parts/ui";
import { Fields, kindOf, prose } from "./schema";
import { CALLBACK, callsOf, type Call, type Document, type ErrorRow } from "./wire";

const ADDRESS = "/docs/openapi.json";

const fetched = signal<Document | null>(null);
const failed = signal<HttpError | null>(null);
const sought = signal("");

const calls = computed(() => (fetched.value ? callsOf(fetched.value) : []));
const words = computed(() => sought.value.toLowerCase().split(/\s+/).filter(Boolean));
const found = computed(() => {
  const meant = (text: string) => words.value.every((word) => text.includes(word));
  const all = calls.value.filter((call) => meant(call.text));
  // Calls that are named so come before those which only have such a field.
  const named = all.filter((call) => meant(call.name));
  return [...named, ...all.filter((call) => !named.includes(call))];
});

async function load(): Promise<void> {
  try {
    fetched.value = await get<Document>(ADDRESS);
    failed.value = null;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    failed.value = error;
  }
}

function Reference() {
  const shown = fetched.value;
  useEffect(() => {
    if (shown) reveal();
  }, [shown]);
  return (
    <>
      <Head />
      <div class="docs">
        {failed.value && (
          <ErrorState title="The reference did not arrive" detailsLabel="Details" code={failed.value.code} action={<Again />}>
            Check the connection and try again.
          </ErrorState>
        )}
        {!shown && !failed.value && <Skeleton rows={8} name="Fetching the reference" />}
        {shown && (
          <>
            <Contents />
            <main class="docs-main">
              {!words.value.length && <About document={shown} />}
              <Areas document={shown} />
              <Errors rows={shown["x-errors"]} />
            </main>
          </>
        )}
      </div>
    </>
  );
}

function Head() {
  return (
    <header class="docs-head">
      <a class="docs-mark" href="/">
        <Bell size={28} />
        <span>
          Clarine <span class="quiet">Cloud API</span>
        </span>
      </a>
      <label class="docs-search">
        <span class="spoken">Search calls, fields and error codes</span>
        <input
          class="input"
          type="search"
          placeholder="Search calls, fields, codes"
          value={sought.value}
          onInput={(event) => (sought.value = event.currentTarget.value)}
        />
      </label>
      <label class="docs-theme">
        <span class="spoken">Theme</span>
        <select class="input" value={theme.value} onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}>
          <option value="system">System</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select>
      </label>
    </header>
  );
}

function Again() {
  return (
    <button type="button" class="button button-primary" onClick={() => void load()}>
      Try again
    </button>
  );
}

/** The rail on a wide screen; on a phone the same behind one press. */
function Contents() {
  const list = (
    <ul>
      {areasOf(found.value).map(([area, inside]) => (
        <li key={area}>
          <h3 class="quiet">{area}</h3>
          <ul>
            {inside.map((call) => (
              <li key={call.id}>
                <a href={`#${call.id}`} onClick={() => open(call.id)}>
                  {call.summary}
                </a>
              </li>
            ))}
          </ul>
        </li>
      ))}
      <li>
        <h3>
          <a href="#errors">Errors</a>
        </h3>
      </li>
    </ul>
  );
  return (
    <>
      <nav class="docs-rail" aria-label="Calls">
        {list}
      </nav>
      <details class="docs-contents">
        <summary>Contents</summary>
        <nav aria-label="Calls">{list}</nav>
      </details>
    </>
  );
}

function About({ document }: { document: Document }) {
  return (
    <section class="docs-about">
      <h1>{document.info.title}</h1>
      <p>{document.info.description}</p>
      <p class="quiet">
        Every version is answered as the latest, {document.info.version}. For tools: <a href={ADDRESS}>openapi.json</a>, OpenAPI 3.1.
      </p>
    </section>
  );
}

function Areas({ document }: { document: Document }) {
  if (!found.value.length) {
    return (
      <p class="quiet" role="status">
        No call has all of these words. Try one of them, a field such as <code>biz_opaque_callback_data</code>, or an error code.
      </p>
    );
  }
  return (
    <>
      {areasOf(found.value).map(([area, inside]) => (
        <section key={area} class="area">
          <h2>{area}</h2>
          {inside.map((call) => (
            <CallCard key={call.id} document={document} call={call} />
          ))}
        </section>
      ))}
    </>
  );
}

function CallCard({ document, call }: { document: Document; call: Call }) {
  const tone = call.method === "GET" ? "info" : call.method === "POST" ? "good" : "bad";
  return (
    <details class="call" id={call.id}>
      <summary>
        <Tag tone={tone}>{call.method}</Tag>
        <code class="call-path">{call.path}</code>
        <span class="call-summary">{call.summary}</span>
      </summary>
      <Inside document={document} call={call} />
    </details>
  );
}

function Inside({ document, call }: { document: Document; call: Call }) {
  const { operation, kind } = call;
  const headers = (operation.parameters ?? []).filter((each) => each.in === "header");
  const refusals = document["x-errors"].filter((row) => kind?.codes.includes(row.code));
  return (
    <div class="call-inside">
      {operation.description && <p>{operation.description}</p>}
      {operation.security && <p class="quiet small">{call.path === CALLBACK ? "Comes to you." : "Needs no token."}</p>}
      {headers.map((each) => (
        <p key={each.name} class="small">
          Header <code>{each.name}</code> <span class="quiet">{kindOf(document, each.schema)}.</span> {each.description}
        </p>
      ))}
      {kind?.asks && (
        <section>
          <h3>{call.method === "POST" || operation.requestBody ? bodyTitle(call) : "Query"}</h3>
          <Fields document={document} schema={kind.asks} />
        </section>
      )}
      {kind?.answer && (
        <section>
          <h3>Answer</h3>
          <Fields document={document} schema={kind.answer} />
        </section>
      )}
      {refusals.length > 0 && (
        <details class="refusals">
          <summary>{refusals.length} errors</summary>
          <ErrorTable rows={refusals} />
        </details>
      )}
    </div>
  );
}

function bodyTitle(call: Call): string {
  const kinds = Object.keys(call.operation.requestBody?.content ?? {});
  return kinds.includes("multipart/form-data") ? "Body, as multipart" : "Body, as JSON or a form";
}

function Errors({ rows }: { rows: readonly ErrorRow[] }) {
  const shown = rows.filter((row) => words.value.every((word) => `${row.code} ${row.status} ${row.title} ${row.cause}`.toLowerCase().includes(word)));
  if (!shown.length) return null;
  return (
    <section class="area" id="errors">
      <h2>Errors</h2>
      <ErrorTable rows={shown} />
    </section>
  );
}

function ErrorTable({ rows }: { rows: readonly ErrorRow[] }) {
  return (
    <ul class="errors">
      {rows.map((row) => (
        <li key={row.code}>
          <code class="figures">{row.code}</code>
          <span>
            {row.title} <span class="quiet small">{prose(row.cause)}.</span>
          </span>
          <span class="quiet small figures">
            {row.status}
            {row.transient && ", try again"}
          </span>
        </li>
      ))}
    </ul>
  );
}

function areasOf(shown: readonly Call[]): [string, Call[]][] {
  const areas = new Map<string, Call[]>();
  for (const call of shown) areas.set(call.area, [...(areas.get(call.area) ?? []), call]);
  return [...areas];
}

/** Opens the call that the address names; links to calls are made by copying it. */
function reveal(): void {
  const name = decodeURIComponent(location.hash.slice(1));
  if (name) open(name);
}

function open(name: string): void {
  const card = document.getElementById(name);
  if (card instanceof HTMLDetailsElement) card.open = true;
  card?.scrollIntoView();
}

addEventListener("hashchange", reveal);
addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  document.querySelector<HTMLInputElement>("input[type=search]")?.focus();
});

render(<Reference />, document.getElementById("app")!);
void load();

/** A form in a sheet: fetched when it is opened, played screen by screen, its answers sent as a message. */

import { useEffect, useRef, useState } from "preact/hooks";
import { HttpError } from "../../parts/http";
import { Button, Skeleton } from "../../parts/ui";
import { getFlow, stepFlow } from "../api";
import { trouble } from "../describe";
import { runsFromRight, scriptOf } from "../direction";
import { faultsOf, isShown, partsOf, payloadOf, resolved, visit, type Action, type Fault, type Values, type Visit } from "../flow_play";
import "../looks/flow.css";
import { post } from "../outbox";
import type { FlowPart, Message, OpenedFlow } from "../wire";
import { t } from "../words";
import { FlowPartView } from "./flow_parts";
import { Icon } from "./icons";
import { Sheet } from "./sheet";

interface PlayerProps {
  message: Message;
  label: string;
  onClose: () => void;
}

/** A form that was closed half-way opens where it was left, until the page is. */
const left = new Map<string, { opened: OpenedFlow; visits: Visit[]; passed: Map<string, Values> }>();

export function FlowPlayer({ message, label, onClose }: PlayerProps) {
  const place = `${message.business_id}/${message.seq}`;
  const [opened, setOpened] = useState<OpenedFlow | null>(left.get(place)?.opened ?? null);
  const [visits, setVisits] = useState<Visit[]>(left.get(place)?.visits ?? []);
  const [faults, setFaults] = useState<ReadonlyMap<string, Fault>>(new Map());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ text: string; again: (() => void) | null } | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const key = useRef("");
  const here = visits.at(-1);

  const keep = (found: OpenedFlow, next: Visit[]) => {
    const passed = left.get(place)?.passed ?? new Map<string, Values>();
    for (const { screen, form } of next) passed.set(screen.id, form);
    left.set(place, { opened: found, visits: next, passed });
    setVisits(next);
  };
  const show = (found: OpenedFlow, next: Visit[]) => {
    keep(found, next);
    setFaults(new Map());
  };
  const done = () => {
    left.delete(place);
    onClose();
  };
  const failed = (error: unknown, again: () => void) => {
    const code = error instanceof HttpError ? error.code : "";
    if (code === "flow_over") left.delete(place);
    const own = error instanceof HttpError && error.status === 403 ? error.message : t("flow.over");
    setProblem(
      code === "flow_over"
        ? { text: own, again: null }
        : { text: code === "flow_unreachable" ? t("flow.again") : trouble(error), again },
    );
  };
  const under = async (work: () => Promise<void>, again: () => void) => {
    setBusy(true);
    setProblem(null);
    await work().catch((error) => failed(error, again));
    setBusy(false);
  };

  /** Ask the business what follows; the same question keeps its key until it is answered. */
  const ask = (found: OpenedFlow, before: Visit[], action: string, data?: Values) =>
    under(
      async () => {
        key.current ||= crypto.randomUUID?.() ?? `step-${Date.now()}-${Math.random()}`;
        const screen = before.at(-1)?.screen.id;
        const step = { action, client_key: key.current, ...(screen ? { screen } : {}), ...(data ? { data } : {}) };
        const answer = await stepFlow(message.business_id, message.seq, step);
        key.current = "";
        if ("message" in answer) return done();
        arrive(found, before, answer.screen, answer.data);
      },
      () => void ask(found, before, action, data),
    );

  /** The screen that the business named: the one that is open with new data, one that was passed, or a new one. */
  const arrive = (found: OpenedFlow, before: Visit[], id: string, data: Values, known: Values = {}) => {
    const seen = before.findIndex((each) => each.screen.id === id);
    const reached = visit(found.flow, id, data, seen < 0 ? before : before.slice(0, seen));
    if (!reached) return;
    if (seen < 0) return show(found, [...before, { ...reached, form: { ...reached.form, ...known } }]);
    const kept = before[seen];
    show(found, [...before.slice(0, seen), { ...reached, form: { ...reached.form, ...kept?.form } }]);
    if (typeof data["error_message"] === "string") setProblem({ text: data["error_message"], again: null });
  };

  const open = () =>
    under(
      async () => {
        const found = await getFlow(message.business_id, message.seq);
        setOpened(found);
        if (found.action === "data_exchange") return ask(found, [], "INIT");
        arrive(found, [], found.screen ?? found.flow.screens[0]?.id ?? "", found.data);
      },
      () => void open(),
    );
  useEffect(() => {
    if (!here) void open();
  }, []);
  useEffect(() => body.current?.scrollIntoView?.({ block: "start" }), [here?.screen.id]);

  const fill = (part: FlowPart, value: unknown) => {
    if (!opened || !here || !part.name) return;
    const next = [...visits.slice(0, -1), { ...here, form: { ...here.form, [part.name]: value } }];
    keep(opened, next);
    setFaults(new Map([...faults].filter(([name]) => name !== part.name)));
    const action = part["on-select-action"] as Action | undefined;
    if (action) act(action, next);
  };

  const act = (action: Action, from: Visit[]) => {
    const last = from.at(-1);
    if (!opened || !last || busy) return;
    const values = payloadOf(action, from);
    switch (action.name) {
      case "navigate":
        // Whoever goes back and on again finds the answers still there.
        return arrive(opened, from, action.next?.name ?? "", values, left.get(place)?.passed.get(action.next?.name ?? ""));
      case "update_data":
        return show(opened, [...from.slice(0, -1), { ...last, data: { ...last.data, ...values } }]);
      case "data_exchange":
        return void ask(opened, from, "data_exchange", values);
      case "complete":
        void post({ business_id: message.business_id, content: { type: "flow_reply", title: label, response: values }, reply_to: message.seq });
        return done();
    }
  };

  const press = (action: Action) => {
    const found = faultsOf(visits);
    setFaults(found);
    setProblem(null);
    if (found.size === 0) return act(action, visits);
    const first = [...found.keys()][0];
    body.current?.querySelector<HTMLElement>(`[data-part="${first}"] :is(input, select, textarea)`)?.focus();
  };

  const back = () => {
    if (!opened || !here) return;
    if (here.screen.refresh_on_back) return void ask(opened, visits, "BACK");
    setProblem(null);
    show(opened, visits.slice(0, -1));
  };

  const title = here?.screen.title || label;
  const parts = here ? partsOf(here.screen).filter((part) => isShown(part, visits)) : [];
  const footer = parts.find((part) => part.type === "Footer");
  // A form stands in its own direction, whatever the app's is, so that labels, fields and options share one edge.
  const said = parts.map((part) => String(resolved(part["text"] ?? part["label"], visits) ?? "")).join(" ");
  const direction = said ? (runsFromRight(said) ? "rtl" : "ltr") : undefined;
  return (
    <Sheet title={title} onClose={onClose}>
      <div class="flow" ref={body} dir={direction} aria-busy={busy}>
        {visits.length > 1 && (
          <button type="button" class="text-button flow-back" onClick={back} disabled={busy}>
            <Icon name="back" size={18} />
            {t("back")}
          </button>
        )}
        {!here && busy && <Skeleton rows={4} name={t("loading")} />}
        {here && opened && parts.map((part, index) => part.type !== "Footer" && (
          <FlowPartView key={`${here.screen.id}/${part.name ?? index}`} part={part} visits={visits} flow={opened.flow} fault={faults.get(part.name ?? "")} onFill={fill} onPress={press} />
        ))}
        {problem && (
          <div class="flow-problem" role="alert">
            <p dir="auto" lang={scriptOf(problem.text)}>{problem.text}</p>
            {problem.again && !footer && (
              <Button onClick={problem.again}>{t("again")}</Button>
            )}
          </div>
        )}
      </div>
      {footer && <Foot part={footer} visits={visits} busy={busy} onPress={press} />}
    </Sheet>
  );
}

function Foot({ part, visits, busy, onPress }: { part: FlowPart; visits: Visit[]; busy: boolean; onPress: (action: Action) => void }) {
  const label = String(resolved(part["label"], visits) ?? "");
  const captions = ["left-caption", "center-caption", "right-caption"].map((name) => resolved(part[name], visits)).filter((each) => typeof each === "string" && each);
  return (
    <div class="sheet-actions flow-foot">
      {captions.length > 0 && (
        <p class="flow-captions quiet small">
          {captions.map((caption, index) => (
            <bdi key={index} lang={scriptOf(String(caption))}>{String(caption)}</bdi>
          ))}
        </p>
      )}
      <Button kind="primary" busy={busy} disabled={resolved(part["enabled"], visits) === false} onClick={() => onPress(part["on-click-action"] as Action)}>
        <span dir="auto" lang={scriptOf(label)}>{label}</span>
      </Button>
    </div>
  );
}

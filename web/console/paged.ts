/** A list that is fetched a page at a time and looked at again every few seconds while nobody has gone further down. */

import { useEffect, useRef, useState } from "preact/hooks";
import { HttpError, get, type Ask } from "../parts/http";
import { api, asked } from "./session";

const LOOK_AGAIN_MS = 5_000;
/** For answers that count over everything: once a minute is often enough. */
export const LOOK_AGAIN_SELDOM_MS = 60_000;

export interface Paged<Row> {
  /** null until the first page came. */
  rows: readonly Row[] | null;
  error: HttpError | null;
  /** Whether there is more below. */
  more: boolean;
  busy: boolean;
  fetchMore: () => void;
  again: () => void;
}

/** *pick* takes the rows out of an answer; the answer's `cursor` leads to the next page. */
export function usePaged<Row>(path: string, query: NonNullable<Ask["query"]>, pick: (answer: never) => readonly Row[], lookAgainMs = LOOK_AGAIN_MS): Paged<Row> {
  const [rows, setRows] = useState<readonly Row[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [error, setError] = useState<HttpError | null>(null);
  const [busy, setBusy] = useState(false);
  const key = path + JSON.stringify(query);
  const current = useRef(key);
  const pages = useRef(0);

  async function fetchPage(from: string | null, quiet: boolean): Promise<void> {
    if (!quiet) setBusy(true);
    try {
      const answer = await asked(get<{ cursor?: string | null }>(api(path), { query: { ...query, cursor: from } }));
      if (current.current !== key || (quiet && pages.current > 1)) return;
      const found = pick(answer as never);
      setRows((before) => (from ? [...(before ?? []), ...found] : found));
      setCursor(answer.cursor ?? null);
      pages.current = from ? pages.current + 1 : 1;
      setError(null);
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      if (current.current === key && !quiet) setError(problem);
    } finally {
      if (!quiet) setBusy(false);
    }
  }

  useEffect(() => {
    current.current = key;
    pages.current = 0;
    setRows(null);
    void fetchPage(null, false);
    const timer = setInterval(() => {
      if (document.visibilityState === "visible" && pages.current <= 1) void fetchPage(null, true);
    }, lookAgainMs);
    return () => clearInterval(timer);
  }, [key]);

  return {
    rows,
    error,
    more: cursor !== null,
    busy,
    fetchMore: () => void fetchPage(cursor, false),
    again: () => void fetchPage(null, false),
  };
}

/** One answer, fetched when *path* changes and whenever `again` is called; looked at again every few seconds if *live*. */
export function useAnswer<Answer>(path: string | null, live = false, lookAgainMs = LOOK_AGAIN_MS): { answer: Answer | null; error: HttpError | null; again: () => void } {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [error, setError] = useState<HttpError | null>(null);
  const [times, setTimes] = useState(0);
  useEffect(() => {
    let left = false;
    const fetchIt = async (quiet: boolean) => {
      if (path === null) return;
      try {
        const found = await asked(get<Answer>(api(path)));
        if (!left) {
          setAnswer(found);
          setError(null);
        }
      } catch (problem) {
        if (!(problem instanceof HttpError)) throw problem;
        if (!left && !quiet) setError(problem);
      }
    };
    void fetchIt(false);
    const timer = live ? setInterval(() => document.visibilityState === "visible" && void fetchIt(true), lookAgainMs) : 0;
    return () => {
      left = true;
      clearInterval(timer);
    };
  }, [path, times]);
  useEffect(() => setAnswer(null), [path]);
  return { answer, error, again: () => setTimes((before) => before + 1) };
}

/** *value* once it has not changed for a moment, so that typing does not ask the server at every key. */
export function useSettled(value: string, waitMs = 250): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), waitMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

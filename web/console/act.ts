/** Doing something that the server may refuse: one at a time, and why it did not work stands beside the button. */

import { useState } from "preact/hooks";
import { HttpError } from "../parts/http";
import { explained } from "./list";

export interface Acting {
  busy: boolean;
  /** For people; null while nothing went wrong. */
  error: string | null;
  run: (act: () => Promise<void>) => Promise<void>;
}

/** *words* may know better words for a refusal than the server's own. */
export function useAct(words: (error: HttpError) => string | null = () => null): Acting {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  async function run(act: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await act();
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      setError(words(problem) ?? (problem.status === 400 || problem.status === 409 ? problem.message : explained(problem)));
    } finally {
      setBusy(false);
    }
  }
  return { busy, error, run };
}

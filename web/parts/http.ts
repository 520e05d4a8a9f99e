/** One way to ask our own server: JSON both ways, a time limit on everything, and one kind of error. */

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Ask {
  /** Sent as JSON, unless it is a FormData or a Blob, which go as they are. */
  body?: unknown;
  query?: Record<string, string | number | boolean | null | undefined>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** Every way an answer can be missing: no network, too slow, or refused by the server. */
export class HttpError extends Error {
  override readonly name = "HttpError";

  constructor(
    /** 0 when no answer came. */
    readonly status: number,
    /** For programs: "offline", "timeout", or the server's own code. */
    readonly code: string,
    /** For people, as the server put it. */
    message: string,
    /** How long the server asks us to wait. */
    readonly retryAfterS: number | null = null,
    /** The whole error object of the answer. */
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }

  /** True when the same request may succeed later without being changed. */
  get mayRetry(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const CSRF_COOKIE = "clarine_csrf";
const CSRF_HEADER = "X-CSRF-Token";
const TIMEOUT_MS = 20_000;

export const get = <Answer>(path: string, ask: Ask = {}): Promise<Answer> => request("GET", path, ask);
export const post = <Answer>(path: string, body?: unknown, ask: Ask = {}): Promise<Answer> =>
  request("POST", path, { ...ask, body });

/** The answer's JSON (undefined for 204). Throws HttpError, and nothing else but the caller's own abort. */
export async function request<Answer>(method: Method, path: string, ask: Ask = {}): Promise<Answer> {
  const limit = AbortSignal.timeout(ask.timeoutMs ?? TIMEOUT_MS);
  const [body, type] = packed(ask.body);
  let response: Response;
  let text: string;
  try {
    response = await fetch(path + queryText(ask.query), {
      method,
      body,
      headers: { Accept: "application/json", ...type, ...csrf(method), ...ask.headers },
      credentials: "same-origin",
      signal: either(limit, ask.signal),
    });
    text = await response.text();
  } catch (error) {
    if (ask.signal?.aborted) throw error;
    throw limit.aborted ? new HttpError(0, "timeout", "No answer in time") : new HttpError(0, "offline", "No connection");
  }
  const answer = parsed(text);
  if (response.ok) return answer as Answer;
  throw refusal(response, answer);
}

/** The value of a cookie that scripts may read, or "" when there is none. */
export function cookie(name: string): string {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function packed(body: unknown): [BodyInit | undefined, Record<string, string>] {
  if (body === undefined) return [undefined, {}];
  if (body instanceof FormData || body instanceof Blob) return [body, {}];
  return [JSON.stringify(body), { "Content-Type": "application/json" }];
}

function csrf(method: Method): Record<string, string> {
  const token = method === "GET" ? "" : cookie(CSRF_COOKIE);
  return token ? { [CSRF_HEADER]: token } : {};
}

function queryText(query: Ask["query"]): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return pairs.length ? `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}` : "";
}

function either(limit: AbortSignal, wish: AbortSignal | undefined): AbortSignal {
  if (!wish) return limit;
  // AbortSignal.any is younger than the phones we serve.
  const both = new AbortController();
  for (const signal of [limit, wish]) {
    if (signal.aborted) both.abort(signal.reason);
    signal.addEventListener("abort", () => both.abort(signal.reason), { once: true });
  }
  return both.signal;
}

function parsed(text: string): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
}

function refusal(response: Response, answer: unknown): HttpError {
  const outer = (answer ?? {}) as Record<string, unknown>;
  const error = (typeof outer.error === "object" && outer.error !== null ? outer.error : outer) as Record<string, unknown>;
  const waitS = Number(response.headers.get("Retry-After"));
  return new HttpError(
    response.status,
    String(error.code ?? response.status),
    String(error.message ?? response.statusText),
    Number.isFinite(waitS) && waitS > 0 ? waitS : null,
    error,
  );
}

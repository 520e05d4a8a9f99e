/** Starts a Clarine sandbox for a test run and plays its people, over HTTP only (docs/guides/sandbox.md). */

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * Start `clarine serve --sandbox` on a free port with an empty data folder; stop() ends both.
 * `command` is the program (CLARINE in the environment, else clarine), `seed` makes ids and tokens the same in every run.
 */
export async function startClarine({ command = process.env.CLARINE ?? "clarine", seed = 1 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "clarine-"));
  const options = ["serve", "--sandbox", "--json", "--port", "0", "--data", join(folder, "data"), "--seed", String(seed)];
  // Never a database that the surroundings name: a sandbox is emptied.
  const env = { ...process.env, DATABASE_URL: "" };
  const server = spawn(command, options, { stdio: ["ignore", "pipe", "pipe"], env });
  const ended = new Promise((resolve) => server.once("close", resolve));
  const stop = async () => {
    server.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return new Clarine(await address(server), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The address in the first line that the server prints; rejects with what it said when it ends before that. */
function address(server) {
  return new Promise((resolve, reject) => {
    let said = "";
    server.stderr.on("data", (data) => (said = (said + data).slice(-2000)));
    server.once("error", reject);
    server.once("close", () => reject(new Error(`clarine serve did not start:\n${said}`)));
    createInterface({ input: server.stdout }).once("line", (line) => resolve(JSON.parse(line).url));
  });
}

/** A running sandbox. */
export class Clarine {
  #stop;

  constructor(url, stop = async () => {}) {
    this.url = url;
    this.#stop = stop;
    this.clock = {
      now: async () => new Date((await this.call("GET", "/clock")).now),
      advance: async ({ days = 0, hours = 0, minutes = 0, seconds = 0 }) =>
        new Date((await this.call("POST", "/clock", { advance_s: ((days * 24 + hours) * 60 + minutes) * 60 + seconds })).now),
    };
  }

  /** A business: base_url, phone_number_id, waba_id, app_id, app_secret, access_token; fields as POST /sandbox/businesses takes. */
  async business(fields = {}) {
    const made = await this.call("POST", "/businesses", fields);
    const below = (name) => (body) => this.call("POST", `/businesses/${made.business_id}/${name}`, body);
    return { ...made, webhook: below("webhook"), faults: below("faults"), review: below("review") };
  }

  /** A person with that telephone number; fields as POST /sandbox/people takes them. */
  async person(phone, fields = {}) {
    const made = await this.call("POST", "/people", { phone, ...fields });
    const below = (name, body) => this.call("POST", `/people/${made.wa_id}/${name}`, body);
    return {
      ...made,
      says: (text, more = {}) => below("messages", { text, ...more }),
      taps: (title, more = {}) => below("messages", { tap: title, ...more }),
      reads: () => below("read", {}),
      decides: (decision) => below("relation", decision),
      acts: (acts) => below("acts", { acts }),
    };
  }

  /** What businesses sent to that number, oldest first, each with its statuses. */
  async sentTo(phone) {
    return (await this.call("GET", `/messages?${new URLSearchParams({ to: phone })}`)).messages;
  }

  /** What the person wrote, oldest first. */
  async saidBy(phone) {
    return (await this.call("GET", `/messages?${new URLSearchParams({ from: phone })}`)).messages;
  }

  /** What clients asked of the Cloud API and were answered, oldest first; secrets hidden. */
  async requests() {
    return (await this.call("GET", "/requests")).requests;
  }

  /** What was posted to receivers, oldest first. */
  async webhooks() {
    return (await this.call("GET", "/webhooks")).webhooks;
  }

  /** The last code that was sent to that number: to sign in, or to verify it. */
  async codeFor(phone) {
    return (await this.call("GET", `/codes/${encodeURIComponent(phone)}`)).code;
  }

  /** Do all that is due now: webhooks are posted, verdicts fall, recipients act. */
  async settle() {
    await this.call("POST", "/settle", {});
  }

  /** Begin anew: nobody is there. */
  async reset() {
    await this.call("POST", "/reset", {});
  }

  /** Stop the server and remove its data. */
  async stop() {
    await this.#stop();
  }

  /** One call of the sandbox's API; throws an Error with what was wrong. */
  async call(method, path, body) {
    const response = await fetch(`${this.url}/sandbox${path}`, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} /sandbox${path}: ${answer.error.message}`);
    return answer;
  }
}

/** The Node half of drivers/speaking.py: one JSON object per line, steps in, outcomes and webhooks out. */
import readline from "node:readline";

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** The API answered with an error. */
export class Refused extends Error {
    constructor(code, shownAs) {
        super(`${code} ${shownAs}`);
        this.code = code;
        this.shownAs = shownAs;
    }
}

/** The first line of the input: for whom the driver acts. */
export async function introduced() {
    return JSON.parse((await lines.next()).value);
}

/** A webhook, as the client understood it. */
export function heard(kind, what) {
    say({ heard: { kind, ...what } });
}

/** Do the steps that come in, until the input ends. */
export async function serve(steps, { hears = [], webhook = "" } = {}) {
    say({ offers: Object.keys(steps).sort(), hears, webhook });
    for await (const line of lines) {
        const { step, given } = JSON.parse(line);
        try {
            say({ done: (await steps[step](given)) ?? null });
        } catch (error) {
            if (error instanceof Refused) say({ refused: { code: error.code, shown_as: error.shownAs } });
            else say({ broken: String(error), trace: error?.stack });
        }
    }
    process.exit(0);
}

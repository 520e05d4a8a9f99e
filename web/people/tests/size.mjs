// What a phone loads before the first screen, gzipped: the page, its styles, its scripts and the largest catalogue. `npm run size`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 60_000;
const dist = process.argv[2] ?? join(import.meta.dirname, "../../../src/clarine/web/dist");
const page = join(dist, "people/index.html");
const assets = join(dist, "assets");
const sizeOf = (path) => gzipSync(readFileSync(path)).length;

const html = readFileSync(page, "utf8");
const wanted = new Set([...html.matchAll(/\/assets\/([^"']+\.(?:js|css))/g)].map((found) => found[1]));
for (const name of wanted) {
  if (!name.endsWith(".js")) continue;
  for (const [, other] of readFileSync(join(assets, name), "utf8").matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) wanted.add(other);
}
const scripts = [...wanted].filter((name) => name.endsWith(".js")).map((name) => readFileSync(join(assets, name), "utf8"));
const catalogues = readdirSync(assets).filter(
  (name) => /^(en|fr|hi|ur)-/.test(name) && scripts.some((script) => script.includes(`./${name}`)),
);
const largest = catalogues.sort((a, b) => sizeOf(join(assets, b)) - sizeOf(join(assets, a)))[0];
if (largest) wanted.add(largest);

let sum = sizeOf(page);
console.log(`${String(sum).padStart(7)}  people/index.html`);
for (const name of wanted) {
  const size = sizeOf(join(assets, name));
  sum += size;
  console.log(`${String(size).padStart(7)}  ${name}`);
}
console.log(`${String(sum).padStart(7)}  of ${LIMIT_BYTES} bytes`);
if (sum > LIMIT_BYTES || wanted.size < 3 || !largest) {
  console.error("The first load of the people's app is too large, or its files were not found.");
  process.exit(1);
}

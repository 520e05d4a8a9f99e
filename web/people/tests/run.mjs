// Builds the tests with the pages' own builder and runs them with Node's own runner: `npm test`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";

const here = import.meta.dirname;
const out = mkdtempSync(join(tmpdir(), "clarine-people-tests-"));
try {
  const tests = readdirSync(here).filter((name) => name.endsWith(".test.ts"));
  await build({
    configFile: false,
    root: here,
    logLevel: "warn",
    build: {
      ssr: true,
      outDir: out,
      emptyOutDir: true,
      rollupOptions: { input: tests.map((name) => join(here, name)), output: { entryFileNames: "[name].mjs" } },
    },
  });
  const files = readdirSync(out).filter((name) => name.endsWith(".test.mjs"));
  process.exitCode = spawnSync(process.execPath, ["--test", ...files.map((name) => join(out, name))], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}

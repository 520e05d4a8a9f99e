// The looks and the one script of the farm's pages, which Herd itself writes (docs/decisions/0014): into its own package,
// because it is a guest and hands out its own files. The manifest tells it their names.
import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/farm/",
  plugins: [
    {
      name: "mark",
      generateBundle() {
        this.emitFile({ type: "asset", fileName: "assets/mark.svg", source: readFileSync("parts/mark.svg") });
      },
    },
  ],
  build: {
    outDir: "../src/clarine_herd/page/dist",
    emptyOutDir: true,
    assetsDir: "assets",
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    modulePreload: false,
    rollupOptions: { input: "herd/main.ts" },
  },
});

// Builds the faces into the Python package, so that a checkout and an installed wheel hand out the same files:
// <face>/index.html for the pages, /assets/* for everything they load, named by the hash of their content.
import { defineConfig } from "vite";

export default defineConfig({
  base: "/",
  appType: "mpa",
  build: {
    outDir: "../src/clarine/web/dist",
    emptyOutDir: true,
    assetsDir: "assets",
    // The content security policy allows files of our own origin only: no data: links, no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        door: "door/index.html",
        people: "people/index.html",
        business: "business/index.html",
        operator: "operator/index.html",
        docs: "docs/index.html",
      },
    },
  },
  // `npx vite` for work on the pages: the running server answers everything that is not a page.
  server: {
    proxy: {
      "^/(people/v1|console|media|healthz|docs/openapi.json)": { target: "http://127.0.0.1:8400", ws: true },
    },
  },
});

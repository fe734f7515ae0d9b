/** Builds static/dist/ for django-vite: a manifest, and files named by their content under assets/. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  root: here,
  base: "/static/dist/",
  publicDir: false,
  build: {
    outDir: "../static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome125", "firefox128", "safari17.5"], // the first with light-dark() and nesting: nothing is rewritten
    assetsInlineLimit: 0, // data: addresses are refused by the content security policy
    rolldownOptions: {
      input: "main.ts",
      onLog: (level, log, tell) => {
        const isKnown = log.code === "EVAL" && log.id?.includes("htmx.org"); // switched off in main.ts, and by the CSP
        if (!isKnown) tell(level, log);
      },
    },
  },
  server: { origin: "http://localhost:5173", cors: true },
  test: {
    environment: "happy-dom",
    include: ["**/*.test.ts"],
    restoreMocks: true,
  },
});

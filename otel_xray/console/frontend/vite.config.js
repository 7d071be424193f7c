import { defineConfig } from "vite";

// The server sends Content-Security-Policy: default-src 'self'. So nothing may be inlined into
// the page or into a style sheet (assetsInlineLimit), and no polyfill script either.
export default defineConfig({
  base: "./",
  server: { proxy: { "/api": "http://127.0.0.1:2000" } }, // npm run dev beside otel-xray console
  build: {
    outDir: "../static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome123", "firefox120", "safari17.5"], // the first with light-dark()
  },
});

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  // The console's CSP allows no inline script or style, so nothing may be inlined into the page.
  build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 1000, modulePreload: { polyfill: false } },
  test: {
    environment: "jsdom",
    globals: true, // Testing Library cleans up after each test only when it finds afterEach.
    css: false,
    server: { deps: { inline: [/@patternfly/] } },
  },
});

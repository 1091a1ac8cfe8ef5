// SPDX-License-Identifier: 0BSD
import { defineConfig } from "vite";

export default defineConfig({
    base: "./", // any folder of any host
    publicDir: "../build/web-cache/public", // what web/build.py made
    build: {
        outDir: "../build/web.new",
        emptyOutDir: true,
        target: "es2022",
        assetsInlineLimit: 0, // the Content-Security-Policy has no data: URLs
        modulePreload: { polyfill: false },
    },
    worker: { format: "es" },
});

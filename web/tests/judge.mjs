// SPDX-License-Identifier: 0BSD
// Usage: judge.mjs JUDGE_WASM FOLDER
// What the page's mb2check says of each file: as `mb2check --json`, but without
// the key "value", of which the page's findings have the words.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { judge, startJudge } from "../src/judge.js";

const [wasm, folder] = process.argv.slice(2);
await startJudge(readFileSync(wasm));
for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name);
    const { findings } = judge(readFileSync(file));
    for (const { offset, size, severity, rule, label, is, must, why, hint,
        section } of findings) {
        console.log(JSON.stringify({ file, offset, size, severity, rule, label,
            found: is, must, why, try: hint, section }));
    }
}

// SPDX-License-Identifier: 0BSD
// Usage: pc.mjs FOLDER ENTRY FILE
// The page's PC (of build/web/pc) without the page, which boots FILE by ENTRY.
// Reads an order a line, and prints an answer a line: both are JSON.
//   ["run", SECONDS, TEXT]   until the PC shows TEXT, or its CPU no longer runs
//   ["stop", ADDRESS, EAX]   stops there; EAX may be missing
//   ["step"]
//   ["press", KEY ...]
//   ["read", ADDRESS, LENGTH]
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {createInterface} from "node:readline";
import {pathToFileURL} from "node:url";

import {startJudge} from "../src/judge.js";
import {Bochs} from "../src/pc/bochs.js";
import {modeName, tripleFault} from "../src/pc/explain.js";
import {cells} from "../src/pc/text.js";

const [folder, entry, boots] = process.argv.slice(2);
// What Emscripten looks for in a worker.
Object.assign(globalThis, { self: { location: {href: ""} } });

/** @param {string} name */
const file = (name) => new Uint8Array(readFileSync(join(folder, name)));

let serial = "";
await startJudge(file("../judge.wasm"));
const begin = performance.now();
const pc = await Bochs.make(/** @type {any} */ (entry), {
    program: (await import(String(pathToFileURL(join(folder, "bochs.js"))))).default,
    wasm: await WebAssembly.compile(file("bochs.wasm")),
    bios: file(entry === "uefi" ? "OVMF.fd" : "BIOS-bochs-latest"),
    vgaBios: file("VGABIOS-lgpl-latest"),
    boots: new Uint8Array(readFileSync(boots)),
}, (byte) => serial += String.fromCharCode(byte));

/** @type {string[]} */
let lines = [];
let cursor = -1;

function look() {
    const screen = pc.screen();
    if (screen)
        ({lines, cursor} = screen.graphics ? {lines: [], cursor: -1} :
            {...cells(screen), cursor: screen.cursor});
    return [...lines, serial].join("\n");
}

/** @param {number} seconds @param {string} [text] */
function run(seconds, text) {
    const end = performance.now() + 1000 * seconds;
    do
        pc.run(10);
    while (pc.reason === "running" && performance.now() < end &&
           !(text && look().includes(text)));
}

/** @param {any[]} order */
function obey([name, ...args]) {
    switch (name) {
    case "run":
        return run(args[0], args[1]);
    case "stop":
        return pc.stop(BigInt(args[0]), args[1]);
    case "step":
        return pc.step();
    case "press":
        for (const key of args) {
            pc.press(key);
            run(0.05);
        }
        return undefined;
    case "read":
        return [...pc.read(BigInt(args[0]), args[1])];
    }
}

for await (const line of createInterface(process.stdin)) {
    const value = obey(JSON.parse(line));
    look();
    const registers = pc.registers();
    const faults = pc.reason === "shutdown" ? pc.faults() : [];
    console.log(JSON.stringify({
        value, reason: pc.reason, mode: modeName(pc.mode), lines, cursor, serial,
        registers, instruction: pc.instruction(registers.rip).text,
        seconds: (performance.now() - begin) / 1000,
        shutdown: faults.length > 0 && tripleFault(faults,
            pc.instruction(faults[0].address).text),
    }, (_, field) => typeof field === "bigint" ? `0x${field.toString(16)}`
        : field));
}

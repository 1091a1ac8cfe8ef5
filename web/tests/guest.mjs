// SPDX-License-Identifier: 0BSD
// Usage: guest.mjs BUILD_WEB FOLDER
// Does in the workshop, without a browser, what test_workshop.py then judges:
// prints what happened as JSON, and puts the kernel into FOLDER.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { makeEmulator } from "../src/emulator.js";
import { Guest } from "../src/guest.js";
import { MACHINE } from "../src/machine.js";

const [built, folder] = process.argv.slice(2);
/** @param {string} name */
const file = (name) => new Uint8Array(readFileSync(join(built, name)));
const emulator = await makeEmulator(file("pc/v86.wasm"), {
    ...MACHINE,
    bios: { buffer: file("pc/bios.bin").buffer },
    vga_bios: { buffer: file("pc/vgabios-stdvga.bin").buffer },
});
await emulator.restore_state(file("workshop/state.zst").buffer);

let terminal = "";
/** @type {string[]} */
let changed = [];
const guest = new Guest(emulator, {
    onOutput: (bytes) => terminal += new TextDecoder().decode(bytes),
    onFiles: (paths) => changed.push(...paths),
});
guest.ready = Promise.resolve();
await emulator.run();

/** @param {() => boolean} look @param {string} what */
async function until(look, what) {
    const end = Date.now() + 120000;
    while (!look()) {
        if (Date.now() > end)
            throw new Error(`never: ${what}; terminal: ${terminal}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

const said = {};
said.clock = await guest.run(`date -s @${Math.floor(Date.now() / 1000)}`);
said.status = await guest.run("echo one; echo two >&2; exit 3");

const odd = "a folder/it's \"odd\" & ünïcode.bin";
const bytes = Uint8Array.from({ length: 70000 }, (_, i) => i * 7 + (i >> 8));
await guest.write(odd, bytes);
said.same = Buffer.compare(await guest.read(odd), bytes) === 0;
// One after the other, though nobody waits for the first.
guest.write("order", Buffer.from("written"));
said.order = Buffer.from(await guest.read("order")).toString();
await guest.run("rm order");
said.size = (await guest.run("cat a*/*.bin | wc -c")).output.trim();
said.nothing = await guest.read("no such file").catch(({ message }) => message);
changed = [];
await guest.run("rm -r a*");
await until(() => changed.includes(odd), "it is told that the file is gone");

guest.type("\f");
await until(() => terminal.endsWith("$ "), "a prompt");
changed = [];
guest.type("echo '/* typed */' >>kernel.c\r");
await until(() => changed.length > 0, "the change of kernel.c is told");
said.changed = changed;
terminal = "";
// When it has said something, it is what Ctrl-C ends, and no longer the shell.
guest.type("sh -c 'echo be''gun; exec sleep 1000'\r");
await until(() => terminal.includes("begun"), "a command runs");
guest.type("\x03");
await until(() => terminal.endsWith("$ "), "a prompt after Ctrl-C");

said.make = await guest.run("make iso");
said.again = await guest.run("make iso");
writeFileSync(join(folder, "kernel.bin"), await guest.read("build/kernel.bin"));
console.log(JSON.stringify(said));
process.exit();

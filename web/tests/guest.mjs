// SPDX-License-Identifier: 0BSD
// Usage: guest.mjs BUILD_WEB PATH...
// Does in the Linux VM, without a browser, what test_vm.py then judges: among
// other things touches each PATH and builds. Prints what happened as JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { VM_OPTIONS, makeEmulator } from "../src/emulator.js";
import { Guest, PROMPT } from "../src/guest.js";

const [built, ...paths] = process.argv.slice(2);
/** @param {string} name */
const file = (name) => new Uint8Array(readFileSync(join(built, name)));
const emulator = await makeEmulator(file("pc/v86.wasm"), {
    ...VM_OPTIONS,
    bios: { buffer: file("pc/bios.bin").buffer },
    vga_bios: { buffer: file("pc/vgabios-stdvga.bin").buffer },
});
await emulator.restore_state(file("vm/state.zst").buffer);

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

/** @param {string} command */
const run = (command) => guest.run(command);
/** @param {string} path @param {Uint8Array} bytes */
const write = (path, bytes) => guest.run("", { give: new Map([[path, bytes]]) });
/** @param {string} path */
const read = async (path) =>
    (await guest.run("", { take: [path] })).files.get(path);

const said = {};
said.clock = await run(`date -s @${Math.floor(Date.now() / 1000)}`);
said.status = await run("echo one; echo two >&2; exit 3");
said.marks = await run("printf 'a\\036b\\n\\0361 0\\n\\036'");
said.which = await run("cd / && which clear which nano less vi tar ps");

const odd = "a folder/it's \"odd\" & \u00fcn\u00efc\u00f6de\n.bin";
const bytes = Uint8Array.from({ length: 70000 }, (_, i) => i * 7 + (i >> 8));
await write(odd, bytes);
said.same = Buffer.compare(await read(odd), bytes) === 0;
// One after the other, though nobody waits for the first.
write("order", Buffer.from("written"));
said.order = Buffer.from(await read("order")).toString();
await run("rm order");
said.size = (await run("cat a*/*.bin | wc -c")).output.trim();
said.nothing = await guest.run("", { take: ["no such file"] });
said.nowhere = await guest.run("echo done", {
    give: new Map([["kernel.c/below", bytes]]) });
changed = [];
await run("rm -r a*");
await until(() => changed.includes(odd), "it is told that the file is gone");

guest.type("\f");
await until(() => terminal.endsWith("$ "), "a prompt");
changed = [];
guest.type("echo '/* typed */' >>kernel.c\r");
await until(() => changed.length > 0, "the change of kernel.c is told");
said.changed = [...changed];
terminal = "";
// When it has said something, it is what Ctrl-C ends, and no longer the shell.
guest.type("sh -c 'echo be''gun; exec sleep 1000'\r");
await until(() => terminal.includes("begun"), "a command runs");
guest.type("\x03");
await until(() => terminal.endsWith("$ "), "a prompt after Ctrl-C");

terminal = "";
guest.type("echo in a wo");
await run("true"); // as when the page builds meanwhile
guest.type(PROMPT);
guest.type("rd\r");
await until(() => /\n[^]*\n[^]*\$ $/.test(terminal), "an answer and a prompt");
said.word = terminal;

said.link = await run("gcc -ffreestanding -c kernel.c uefi.c && " +
    "ld -e start kernel.o uefi.o -o build/plain && rm kernel.o uefi.o");
said.plain = Buffer.from(await read("build/plain")).toString("base64");
said.make = await run("make iso");
said.image = Buffer.from(await read("build/os.iso")).toString("base64");
said.again = await run("make iso");
// mb2check is compiled as a whole: its files need one make.
said.touched = {};
for (const files of [...paths, "mb2check/*.c mb2check/*.h"])
    said.touched[files] = await run(`touch ${files} && make iso`);
process.stdout.write(JSON.stringify(said), () => process.exit());

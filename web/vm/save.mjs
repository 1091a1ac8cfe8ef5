// SPDX-License-Identifier: 0BSD
// Usage: save.mjs V86_WASM BIOS VGA_BIOS KERNEL INITRD FOLDER
// Boots the Linux VM, has it build the project once, and saves its state, so
// that a browser can begin there, as FOLDER/state; and what it built beside it.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { VM_OPTIONS, makeEmulator } from "../src/emulator.js";
import { Guest } from "../src/guest.js";

const [wasm, bios, vgaBios, kernel, initrd, folder] = process.argv.slice(2);

/** @param {string} path */
const file = (path) => ({ buffer: new Uint8Array(readFileSync(path)).buffer });

const emulator = await makeEmulator(readFileSync(wasm), {
    ...VM_OPTIONS,
    bios: file(bios),
    vga_bios: file(vgaBios),
    bzimage: file(kernel),
    initrd: file(initrd),
    // ramfs: tmpfs would take no more than half of the memory. The rest leaves
    // out what takes time, and fills freed memory with zeros: these pack well.
    cmdline: "rdinit=/init rootfstype=ramfs console=ttyS0 quiet tsc=reliable " +
        "mitigations=off init_on_free=1 acpi=off pnpbios=off",
});
const guest = new Guest(emulator, {
    onOutput: (bytes) => process.stdout.write(bytes),
});

/** @param {string} command @param {string[]} [take] files that it makes */
async function run(command, take = []) {
    const { status, output, files } = await guest.run(command, { take });
    process.stdout.write(output);
    if (status !== 0) {
        console.error(`*** The VM cannot do this: ${command}`);
        process.exit(1);
    }
    for (const [path, bytes] of files)
        writeFileSync(join(folder, basename(path)), bytes);
}

const MINUTES = 15; // ten times what it takes
setTimeout(() => {
    console.error(`*** The VM was not ready after ${MINUTES} minutes.`);
    process.exit(1);
}, MINUTES * 60000);
await emulator.run();
await guest.ready;
// Tables for decimal floating point, which nobody uses here: 2 MB, compressed.
await run("cd /usr/lib/gcc/*/12 && ar d libgcc.a $(ar t libgcc.a | grep bid)");
// mb2check comes compiled: in the VM that would take five minutes. So it must be
// newer than everything that it depends on.
await run("make build/mb2check.settings && touch build/mb2check");
// What the page boots first is for BIOS alone: a fifth of the download.
await run("make iso FIRMWARE=BIOS",
    ["build/kernel.bin", "build/kernel.elf", "build/os.iso"]);
// By UEFI it boots the image for both, which the reader's own builds make.
await run("make iso && cp build/os.iso build/os-both.iso", ["build/os-both.iso"]);
await run("rm build/os-both.iso; test ! \"$(make iso)\""); // nothing is left to do
await run("cat /proc/meminfo | head -3; sync; " +
    "echo 3 >/proc/sys/vm/drop_caches");
emulator.stop();
writeFileSync(join(folder, "state"),
    new Uint8Array(await emulator.save_state()));
process.exit(); // v86's timers go on

// SPDX-License-Identifier: 0BSD
// Usage: boot.mjs FOLDER
// Boots the page's image (of build/web/pc) in v86 alone, and prints how many
// seconds that takes until the CPU is halted: what the page is measured by.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { makeEmulator } from "./src/emulator.js";

const begin = performance.now();
/** @param {string} name */
const file = (name) => new Uint8Array(
    readFileSync(join(process.argv[2], name)));
const emulator = await makeEmulator(file("v86.wasm"), {
    memory_size: 64 << 20,
    vga_memory_size: 2 << 20,
    boot_order: 0x213, // CD, floppy disk, hard disk
    bios: { buffer: file("bios.bin").buffer },
    vga_bios: { buffer: file("vgabios-stdvga.bin").buffer },
    cdrom: { buffer: file("os.iso").buffer },
});
emulator.add_listener("cpu-event-halt", () => {
    console.log((performance.now() - begin) / 1000);
    process.exit();
});
await emulator.run();

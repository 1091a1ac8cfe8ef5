// SPDX-License-Identifier: 0BSD
// The PC, in a worker: whatever its kernel does, the page goes on, and power
// off is the end of the worker. See pc.js for what it says and is told.
import {fetchBytes} from "./download.js";
import {PC_OPTIONS, makeEmulator} from "./emulator.js";

const COLUMNS = 80;
const ROWS = 25;
const SCREEN_SIZE = 2 * COLUMNS * ROWS;
// The keyboard's codes, pressed and released, of a key as keys.js has it.
const CODES = new Map([
    ["\r", [0x1c, 0x9c]],
    ["\x7f", [0x0e, 0x8e]],
    ["\x1b", [0x01, 0x81]],
    ["\x1b[A", [0xe0, 0x48, 0xe0, 0xc8]],
    ["\x1b[B", [0xe0, 0x50, 0xe0, 0xd0]],
    ["\x1b[C", [0xe0, 0x4d, 0xe0, 0xcd]],
    ["\x1b[D", [0xe0, 0x4b, 0xe0, 0xcb]],
    ["\x1b[H", [0xe0, 0x47, 0xe0, 0xc7]],
    ["\x1b[F", [0xe0, 0x4f, 0xe0, 0xcf]],
    ["\x1b[3~", [0xe0, 0x53, 0xe0, 0xd3]],
    ["\x1b[5~", [0xe0, 0x49, 0xe0, 0xc9]],
    ["\x1b[6~", [0xe0, 0x51, 0xe0, 0xd1]],
]);

/** @type {any} */
let emulator;
let shown = "";
let over = false;

/** The text screen's bytes: character, attribute, character ... */
function screenBytes() {
    const vga = emulator.v86.cpu.devices.vga;
    const start = vga.start_address << 1; // a program can scroll by moving it
    return vga.vga_memory.slice(start, start + SCREEN_SIZE);
}

function showScreen() {
    if (emulator.v86.cpu.devices.vga.graphical_mode) {
        if (shown !== "graphics")
            self.postMessage({ type: "screen", lines: [],
                attributes: new Uint8Array() });
        shown = "graphics";
        return;
    }
    const bytes = screenBytes();
    const key = bytes.join();
    if (key === shown)
        return;
    shown = key;
    const lines = [];
    for (let row = 0; row < ROWS; row++)
        lines.push(emulator.screen_adapter.get_text_row(row));
    const attributes = bytes.filter(
        (/** @type {number} */ _, /** @type {number} */ i) => i % 2);
    self.postMessage({type: "screen", lines, attributes});
}

/** @param {string} state @param {string} [detail] */
function end(state, detail) {
    if (over)
        return;
    over = true;
    clearInterval(timer);
    showScreen();
    self.postMessage({type: "state", state, detail});
}

// On real hardware a fault whose handler is missing ends in a triple fault,
// which shuts the CPU down. v86 gives up there, with an exception.
self.addEventListener("error", (event) => {
    if (!emulator)
        return;
    event.preventDefault();
    end("shutdown", event.message);
});

/** @param {{base: string, iso: Uint8Array | null}} order */
async function boot({base, iso}) {
    let loaded = 0;
    /** @param {string} name */
    const load = (name) => fetchBytes(base + name, (size) => {
        loaded += size;
        self.postMessage({type: "loaded", loaded});
    });
    const [wasm, bios, vgaBios, image] = await Promise.all([
        load("v86.wasm"),
        load("bios.bin"),
        load("vgabios-stdvga.bin"),
        iso ?? load("os.iso"),
    ]);
    emulator = await makeEmulator(wasm, {
        ...PC_OPTIONS,
        bios: {buffer: bios.buffer},
        vga_bios: {buffer: vgaBios.buffer},
        cdrom: {buffer: image.buffer},
    });
    emulator.add_listener("cpu-event-halt", () => {
        emulator.stop();
        end("halted");
    });
    await emulator.run();
    self.postMessage({type: "state", state: "running"});
}

const timer = setInterval(() => emulator && showScreen(), 50);

self.onmessage = async ({data}) => {
    switch (data.type) {
    case "boot":
        try {
            await boot(data);
        } catch (error) {
            self.postMessage({ type: "failed", why: String(
                error instanceof Error ? error.message : error) });
        }
        break;
    case "key":
        if (CODES.has(data.text))
            await emulator?.keyboard_send_scancodes(CODES.get(data.text));
        else
            await emulator?.keyboard_send_text(data.text);
        break;
    }
};

// SPDX-License-Identifier: 0BSD
// The 64-bit PC, in a worker: whatever its kernel does, the page responds, and
// to switch it off is to end the worker. It is told
//
//   boot {base, entry, boots, stop, wasm}   boots: the CD or kernel; null is
//                               the page's. stop: where to stop, or null. wasm:
//                               what "compiled" has said, or null
//   press {key, control}        see Bochs.press
//   stop {address, eax}         see Bochs.stop
//   pause, step, go
//   read {address, length}
//
// and says
//
//   compiled {wasm}             for the next boot
//   loaded {loaded}             how many bytes of what it needs have arrived
//   screen {lines, attributes, cursor}  a text screen; cursor: its cell's number,
//                               or one that no cell has
//   screen {pixels, width, height}   graphics: red, green, blue, opacity
//   screen {lines, attributes, graphics: true}   the text beside it: UEFI's serial
//                               console, or that these are graphics
//   state {state, mode, faults, detail}   state: a Reason of bochs.js, or
//                               "paused"; detail: the instruction of the fault
//   cpu {registers, instruction, length}    at each pause, step and stop
//   memory {address, bytes}
//   failed {why}
import {fetchBytes} from "../download.js";
import {startJudge} from "../judge.js";
import {Bochs} from "./bochs.js";
import {modeName} from "./explain.js";
import {cells} from "./text.js";

const SLICE = 10; // milliseconds that a message waits
const FRAME = 16; // and a change of the text
const PICTURE = 100; // a change of the pixels, which are 4 MB
const READING = 500; // and of the CPU's mode, for a human reader
// The page's own; the CD that it boots first is small, and for BIOS alone.
const OWN = {bios: "os.iso", uefi: "os-both.iso", pvh: "kernel.bin"};

/** @type {Bochs | undefined} */
let pc;
let paused = false;
let said = "";
let saidAt = 0;
let drawn = 0;
let painted = -PICTURE; // when the screen was sent last
let shown = ""; // the screen's text
let graphics = false;
/** @type {number[]} */
let serial = [];
/** @type {import("./console.js").Console | undefined} */
let terminal;

// A page's setTimeout(0) waits for 4 milliseconds; a message does not.
const channel = new MessageChannel();
channel.port2.onmessage = () => {
    due = false;
    try {
        turn();
    } catch (error) { // Bochs exited: the guest can switch the PC off
        fail(error);
    }
};
let due = false; // one turn at a time, whoever asks for it

/** @param {number} [milliseconds] */
function next(milliseconds = 0) {
    if (due)
        return;
    due = true;
    if (milliseconds > SLICE)
        setTimeout(() => channel.port1.postMessage(0), milliseconds);
    else
        channel.port1.postMessage(0);
}

/** @param {string} type @param {object} [fields] */
function say(type, fields) {
    self.postMessage({type, ...fields});
}

/** The console is shown beside pixels: until then it is only kept. */
function showConsole() {
    if (!graphics || !terminal)
        return;
    const {lines, attributes} = terminal.cells();
    sayText(lines, attributes);
}

/** @param {string[]} lines @param {Uint8Array} attributes @param {number} [cursor] */
function sayText(lines, attributes, cursor) {
    shown = lines.join("\n");
    say("screen", {lines, attributes, cursor, graphics});
}

/** @param {boolean} [all] the pixels, too, however new they are */
function showScreen(all = false) {
    if (!pc)
        return;
    drawn = performance.now();
    if (serial.length > 0) {
        terminal?.write(Uint8Array.from(serial));
        serial = [];
    }
    if (!all && drawn < painted + (graphics ? PICTURE : FRAME))
        return;
    const screen = pc.screen();
    if (!screen)
        return;
    if (screen.graphics !== graphics) {
        graphics = screen.graphics;
        showConsole();
    }
    painted = drawn;
    if (screen.graphics) {
        const {columns: width, rows: height, bytes: pixels} = screen;
        new Uint32Array(pixels.buffer).forEach(
            (pixel, i, pixels) => pixels[i] = pixel | 0xff000000); // opaque
        self.postMessage({type: "screen", pixels, width, height},
            {transfer: [pixels.buffer]});
        if (!terminal)
            sayText([`The screen is in graphics mode, ${width} x ${height}.`
                .padEnd(80)], new Uint8Array(80).fill(7));
    } else {
        const {lines, attributes} = cells(screen);
        sayText(lines, attributes, screen.cursor);
    }
}

/** @param {any} error Emscripten's has a message, too */
function fail(error) {
    say("failed", {why: error?.message ?? String(error)});
}

function showState() {
    if (!pc)
        return;
    const state = paused && pc.reason === "running" ? "paused" : pc.reason;
    const mode = modeName(pc.mode);
    const now = performance.now();
    // GRUB changes the mode whenever it calls the BIOS.
    if (said === `${state} ${mode}` ||
        (said.startsWith(`${state} `) && now < saidAt + READING))
        return;
    said = `${state} ${mode}`;
    saidAt = now;
    const faults = state === "shutdown" ? pc.faults() : [];
    say("state", { state, mode, faults, detail:
        faults.length > 0 ? pc.instruction(faults[0].address).text : "" });
}

function showCPU() {
    if (!pc)
        return;
    showScreen(true);
    said = "";
    showState();
    const registers = pc.registers();
    const {text, bytes} = pc.instruction(registers.rip);
    say("cpu", {registers, instruction: text, length: bytes.length});
}

// The first is the title of GRUB's menu and command line; the second stands below
// an error, for ten seconds. While one of them can be read, the PC keeps to real
// time: it would run ten times as fast, on a busy CPU. A boot is not slowed.
const GRUB = /GNU GRUB +version|Press any key to continue/;
let lead = 0; // how far the PC's time is ahead, in milliseconds

/** How many milliseconds the PC has to wait. */
function wait() {
    if (!pc || !GRUB.test(shown)) {
        lead = pc ? 1000 * pc.seconds - performance.now() : 0;
        return 0;
    }
    return 1000 * pc.seconds - performance.now() - lead;
}

function turn() {
    if (!pc || paused)
        return;
    const reason = pc.run(SLICE);
    if (reason !== "running") {
        paused = reason === "stopped";
        showCPU();
        return;
    }
    if (performance.now() - drawn >= FRAME) {
        showScreen();
        showState();
    }
    next(Math.min(wait(), FRAME));
}

/**
 * @param {{base: string, entry: import("./bochs.js").Entry,
 *     boots: Uint8Array | null, stop: {address: bigint, eax?: number} | null,
 *     wasm: WebAssembly.Module | null}} order
 */
async function boot({base, entry, boots, stop, wasm: compiled}) {
    let loaded = 0;
    /** @param {string} name */
    const load = (name) => fetchBytes(base + name,
        (size) => say("loaded", {loaded: loaded += size})).catch((error) => {
        throw new Error(`${name} could not be loaded whole (${error.message}). ` +
            `Press Boot to try again${
                name === "OVMF.fd" ? ", or choose another entry" : ""}.`);
    });
    const [{default: program}, wasm, bios, vgaBios, file] = await Promise.all([
        import(/* @vite-ignore */ `${base}bochs.js`),
        compiled ?? load("bochs.wasm").then((bytes) => WebAssembly.compile(bytes)),
        load(entry === "uefi" ? "OVMF.fd" : "BIOS-bochs-latest"),
        load("vgabios.bin"),
        boots ?? load(OWN[entry]),
        entry === "pvh" && load("../judge.wasm").then(startJudge),
    ]);
    say("compiled", {wasm});
    pc = await Bochs.make(entry, {program, wasm, bios, vgaBios, boots: file},
        (byte) => serial.push(byte));
    if (entry === "uefi") {
        Object.assign(self, {window: self}); // xterm asks for its timers
        const {Console} = await import("./console.js");
        terminal = new Console(showConsole);
    }
    if (stop)
        pc.stop(stop.address, stop.eax);
    next();
}

/** @param {any} order */
async function obey(order) {
    switch (order.type) {
    case "boot":
        return boot(order);
    case "press":
        return pc?.press(order.key, order.control);
    case "stop":
        return pc?.stop(order.address, order.eax);
    case "pause":
        paused = true;
        return showCPU();
    case "step":
        paused = true;
        pc?.step();
        return showCPU();
    case "go":
        paused = false;
        return next();
    case "read":
        return pc && say("memory", { address: order.address,
            bytes: pc.read(order.address, order.length) });
    }
}

self.onmessage = async ({data}) => {
    try {
        await obey(data);
    } catch (error) {
        fail(error);
    }
};

// SPDX-License-Identifier: 0BSD
// The Linux VM, in a worker: however long a command takes, the page responds.
// See vm.js for what it says and is told.
import {download, fetchBytes} from "./download.js";
import {VM_OPTIONS, makeEmulator} from "./emulator.js";
import {Guest} from "./guest.js";

/** @type {Guest} */
let guest;

/** @param {string} listener of vm.js @param {...any} words */
const tell = (listener, ...words) => self.postMessage({listener, words});

/** @param {{pc: string, base: string}} folders */
async function start({pc, base}) {
    const [wasm, bios, vgaBios, state] = await Promise.all([
        fetchBytes(pc + "v86.wasm"),
        fetchBytes(pc + "bios.bin"),
        fetchBytes(pc + "vgabios-stdvga.bin"),
        download(base, (loaded, total) => tell("onProgress", loaded, total)),
    ]);
    const emulator = await makeEmulator(wasm, {
        ...VM_OPTIONS,
        bios: {buffer: bios.buffer},
        vga_bios: {buffer: vgaBios.buffer},
    });
    await emulator.restore_state(state.buffer);
    guest = new Guest(emulator, {
        onOutput: (bytes) => tell("onOutput", bytes),
        onFiles: (paths, gone) => tell("onFiles", paths, gone),
        onBoot: (entry, name, bytes) => tell("onBoot", entry, name, bytes),
    });
    guest.ready = Promise.resolve({status: 0, output: ""}); // when it was saved
    await emulator.run();
    // Its clock stopped when the state was saved.
    await guest.run(`date -s @${Math.floor(Date.now() / 1000)}`);
}

/**
 * @param {{type: string, [key: string]: any}} order
 * @returns {Promise<unknown>}
 */
async function obey(order) {
    switch (order.type) {
    case "start":
        return start(/** @type {any} */ (order));
    case "type":
        return guest?.type(order.text);
    case "run":
        return guest.run(order.command, {
            give: order.give, take: order.take,
            onOutput: (bytes) => order.aloud && tell("onOutput", withReturns(bytes)),
        });
    }
}

/** A terminal wants a carriage return with each newline. @param {Uint8Array} bytes */
function withReturns(bytes) {
    return new Uint8Array([...bytes].flatMap(
        (byte) => byte === 10 ? [13, 10] : [byte]));
}

self.onmessage = async ({data}) => {
    try {
        const value = await obey(data);
        self.postMessage({id: data.id, value});
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        self.postMessage({id: data.id, why});
    }
};

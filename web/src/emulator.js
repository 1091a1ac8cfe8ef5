// SPDX-License-Identifier: 0BSD
// v86, an emulator of a PC, for the Linux VM. It runs in a worker, and in Node
// when the VM's state is made.

// A saved state fits this VM only.
export const VM_OPTIONS = {
    memory_size: 224 << 20, // all files are in it
    vga_memory_size: 1 << 20,
    disable_keyboard: true,
    filesystem: {}, // shared with the page: host9p there
    uart1: true,
};

/**
 * v86 uses a worker as a timer: a call after t milliseconds, at once if t is 0,
 * since browsers delay nested timers. It builds that worker from a string, which
 * the page's Content-Security-Policy forbids. This does the same without.
 */
class Ticker {
    constructor() {
        const channel = new MessageChannel();
        this.port = channel.port1;
        this.timer = 0;
        /** @type {((event: {data: number}) => void) | undefined} */
        this.onmessage = undefined;
        channel.port2.onmessage = ({data}) => this.onmessage?.({data});
    }

    /** @param {{t: number, tick: number}} order */
    postMessage({t, tick}) {
        clearTimeout(this.timer);
        if (t < 1)
            this.port.postMessage(tick);
        else
            this.timer = self.setTimeout(() => this.port.postMessage(tick), t);
    }
}

if ("WorkerGlobalScope" in globalThis)
    Object.assign(self, {window: self, Worker: Ticker});

/**
 * Resolves when the PC is ready to run; throws an Error for the reader when
 * this device cannot run it.
 * @param {BufferSource} wasm v86.wasm
 * @param {{memory_size: number, [key: string]: any}} options v86's own
 * @returns {Promise<any>}
 */
export async function makeEmulator(wasm, options) {
    const {V86} = await import("v86");
    const emulator = new V86({
        autostart: false,
        disable_speaker: true,
        disable_mouse: true,
        ...options,
        wasm_fn: async (/** @type {any} */ imports) => {
            const {instance} = await WebAssembly.instantiate(wasm, imports);
            const v86 = /** @type {any} */ (instance.exports);
            // Translate one page of code at a time, not three (number 1 is
            // MAX_PAGES): the first make takes three quarters of the time so.
            v86.set_jit_config(1, 1);
            return v86;
        },
    });
    const tried = new AbortController();
    await new Promise((resolve, reject) => {
        emulator.add_listener("emulator-ready", resolve);
        // v86 does not report a lack of memory: a promise fails, unhandled.
        globalThis.addEventListener?.("unhandledrejection", (event) => {
            event.preventDefault();
            reject(new Error("Does this device have too little memory? The PC " +
                `needs ${options.memory_size >> 20} MB. (${event.reason})`));
        }, {signal: tried.signal});
    }).finally(() => tried.abort());
    return emulator;
}

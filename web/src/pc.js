// SPDX-License-Identifier: 0BSD

/**
 * @typedef {import("./pc/bochs.js").Entry} Entry
 * @typedef {import("./pc/bochs.js").Reason | "off" | "paused"} PCState
 *
 * What pc/worker.js says, by type: each gets the message.
 * @typedef {Record<string, (message: any) => void> & {
 *     state: (message: {state: PCState, mode?: string, detail?: string,
 *         faults?: import("./pc/bochs.js").Fault[]}) => void}} Listeners
 */

/** A PC with a BIOS, UEFI and the PVH entry: pc/worker.js. */
export class PC {
    /**
     * @param {string} base the folder of bochs.wasm, the firmware and os.iso
     * @param {Listeners} listeners
     */
    constructor(base, listeners) {
        this.base = new URL(base, document.baseURI).href;
        this.listeners = listeners;
        /** @type {Worker | null} */
        this.worker = null;
        /** @type {WebAssembly.Module | null} Bochs, when it was compiled once */
        this.wasm = null;
        /** Ends the wait of the boot that powerOff() overtakes. */
        this.overtake = () => {};
    }

    /**
     * Switches the PC off and on again. Resolves when the CPU runs, or when it
     * was switched off before that; throws an Error for the reader if the PC
     * cannot start.
     * @param {Entry} entry
     * @param {Uint8Array | null} boots the CD or kernel; null is the page's own
     * @param {{address: bigint, eax?: number} | null} [stop] where to stop
     * @returns {Promise<void>}
     */
    boot(entry, boots, stop = null) {
        this.powerOff();
        const worker = new Worker(new URL("./pc/worker.js", import.meta.url),
            {type: "module"});
        this.worker = worker;
        return new Promise((resolve, reject) => {
            this.overtake = resolve;
            /** @param {string} why */
            const fail = (why) => {
                reject(new Error(`The PC cannot start: ${why}`));
                this.powerOff(why);
            };
            worker.onmessage = ({data}) => {
                if (worker !== this.worker)
                    return; // said before it was switched off
                if (data.type === "failed")
                    return fail(data.why);
                if (data.type === "compiled")
                    this.wasm = data.wasm;
                if (data.type === "state")
                    resolve();
                this.listeners[data.type]?.(data);
            };
            worker.onerror = (event) => {
                event.preventDefault();
                if (worker === this.worker)
                    fail(event.message || "its program could not be loaded. " +
                        "Press Boot to try again.");
            };
            this.send("boot",
                {base: this.base, entry, boots, stop, wasm: this.wasm});
        });
    }

    /** @param {string} [detail] why it is off, if that was not asked for */
    powerOff(detail) {
        if (!this.worker)
            return;
        this.worker.terminate();
        this.worker = null;
        this.overtake();
        this.listeners.state({state: "off", detail});
    }

    /** @param {string} type of an order of pc/worker.js @param {object} [fields] */
    send(type, fields) {
        this.worker?.postMessage({type, ...fields});
    }
}

// SPDX-License-Identifier: 0BSD

/**
 * @typedef {"off" | "running" | "halted" | "shutdown"} PCState
 *   halted: `hlt` with interrupts off, so for ever; shutdown: by a triple fault
 *
 * @typedef {object} PCOptions
 * @property {(lines: string[], attributes: Uint8Array) => void} onScreen
 *   what the text screen shows, 25 lines of 80 characters, and the colour code
 *   of each of the 2000 characters, when one is another than before; no lines
 *   while the PC shows graphics
 * @property {(state: PCState, detail?: string) => void} onState
 * @property {(bytes: number) => void} onLoaded so much has come of what it needs
 * @property {string | URL} base the folder of v86.wasm, the BIOS and os.iso
 */

/** A PC with a BIOS and a text screen, which boots from a CD. */
export class PC {
    /** @param {PCOptions} options */
    constructor({onScreen, onState, onLoaded, base}) {
        this.onScreen = onScreen;
        this.onState = onState;
        this.onLoaded = onLoaded;
        this.base = new URL(base, document.baseURI).href;
        /** @type {Worker | null} */
        this.worker = null;
        /** Ends the wait of the boot that powerOff() overtakes. */
        this.overtake = () => {};
    }

    /**
     * Switches the PC off and on again. Resolves when the CPU runs, or when it
     * was switched off before that; throws an Error for the reader if the PC
     * cannot start.
     * @param {Uint8Array | null} iso the CD; null is the one of the page
     * @returns {Promise<void>}
     */
    boot(iso) {
        this.powerOff();
        const worker = new Worker(new URL("./pc-worker.js", import.meta.url),
            {type: "module"});
        this.worker = worker;
        return new Promise((resolve, reject) => {
            this.overtake = resolve;
            worker.onmessage = ({data}) => {
                if (worker !== this.worker)
                    return; // said before it was switched off
                switch (data.type) {
                case "screen":
                    this.onScreen(data.lines, data.attributes);
                    break;
                case "loaded":
                    this.onLoaded(data.loaded);
                    break;
                case "state":
                    resolve();
                    this.onState(data.state, data.detail);
                    break;
                case "failed":
                    reject(new Error(`The PC cannot start: ${data.why}`));
                    this.powerOff();
                    break;
                }
            };
            worker.onerror = (event) => {
                event.preventDefault();
                if (worker !== this.worker)
                    return;
                reject(new Error(`The PC cannot start: ${event.message ||
                    "its program could not be loaded"}`));
                this.powerOff();
            };
            // A copy: v86 takes the whole buffer, and the caller keeps theirs.
            worker.postMessage({ type: "boot", base: this.base,
                iso: iso && iso.slice() });
        });
    }

    powerOff() {
        if (!this.worker)
            return;
        this.worker.terminate();
        this.worker = null;
        this.overtake();
        this.onState("off");
    }

    /**
     * Types on the PC's keyboard.
     * @param {string} text letters, or one key as a terminal sends it: "\x1b[A"
     */
    sendKey(text) {
        this.worker?.postMessage({type: "key", text});
    }
}

// SPDX-License-Identifier: 0BSD

/**
 * @typedef {"loading" | "ready" | "busy" | "failed"} WorkshopState
 *
 * @typedef {object} WorkshopOptions
 * @property {(bytes: Uint8Array) => void} onOutput for the terminal
 * @property {(state: WorkshopState, detail?: string) => void} onState
 * @property {(loaded: number, total: number) => void} onProgress in bytes
 * @property {(paths: string[]) => void} onFiles these files of the project
 *   changed, came or went, and not by write
 * @property {string | URL} [pc] the folder of v86.wasm and the BIOS
 * @property {string | URL} [base] the folder of the saved state
 */

/**
 * Linux with gcc, make and GRUB, on a PC of its own. Paths are relative to the
 * project's folder, which is ~/ok there.
 */
export class Workshop {
    /** @param {WorkshopOptions} options */
    constructor({ onOutput, onState, onProgress, onFiles, pc = "pc/",
        base = "workshop/" }) {
        this.onOutput = onOutput;
        this.onState = onState;
        this.onProgress = onProgress;
        this.onFiles = onFiles;
        this.folders = {
            pc: new URL(pc, document.baseURI).href,
            base: new URL(base, document.baseURI).href,
        };
        /** @type {Worker | null} */
        this.worker = null;
        /** @type {Map<number, [(value: any) => void, (why: Error) => void]>} */
        this.waiting = new Map();
        this.last = 0;
        this.running = 0;
        /** @type {Set<string>} */
        this.written = new Set();
        this.size = { columns: 80, rows: 24 };
    }

    /** Resolves when it is ready; throws an Error for the reader otherwise. */
    async start() {
        this.onState("loading");
        const worker = new Worker(
            new URL("./workshop-worker.js", import.meta.url),
            { type: "module" });
        this.worker = worker;
        worker.onmessage = ({ data }) => this.hear(data);
        worker.onerror = (event) => {
            event.preventDefault();
            this.stop(`The workshop has stopped: ${event.message ||
                "its program could not be loaded"}`);
        };
        try {
            await this.ask({ type: "start", ...this.folders });
        } catch (error) {
            if (worker === this.worker) // and not a later one, after restart()
                this.stop(/** @type {Error} */ (error).message);
            throw error;
        }
        this.onState("ready");
        this.resize(this.size.columns, this.size.rows);
        this.type("\f"); // bash answers with a prompt
    }

    /** Back to the saved state. */
    async restart() {
        this.end("The workshop was restarted.");
        await this.start();
    }

    /** @param {string} why for the reader */
    stop(why) {
        this.end(why);
        this.onState("failed", why);
    }

    /** @param {string} why */
    end(why) {
        this.worker?.terminate();
        this.worker = null;
        this.running = 0;
        this.written.clear();
        for (const [, reject] of this.waiting.values())
            reject(new Error(why));
        this.waiting.clear();
    }

    /** @param {any} data what the worker says */
    hear(data) {
        switch (data.type) {
        case "output":
            this.onOutput(data.bytes);
            break;
        case "progress":
            this.onProgress(data.loaded, data.total);
            break;
        case "files": {
            const paths = data.paths.filter(
                (/** @type {string} */ path) => !this.written.delete(path));
            if (paths.length > 0)
                this.onFiles(paths);
            break;
        }
        case "answer": {
            const [resolve, reject] = this.waiting.get(data.id) ?? [];
            this.waiting.delete(data.id);
            if (data.why !== undefined)
                reject?.(new Error(data.why));
            else
                resolve?.(data.value);
            break;
        }
        }
    }

    /** @param {{type: string, [key: string]: any}} order @returns {Promise<any>} */
    ask(order) {
        const worker = this.worker;
        if (!worker)
            return Promise.reject(new Error("The workshop is not running."));
        const id = ++this.last;
        return new Promise((resolve, reject) => {
            this.waiting.set(id, [resolve, reject]);
            worker.postMessage({ ...order, id });
        });
    }

    /** @param {string} text typed on the terminal */
    type(text) {
        this.worker?.postMessage({ type: "type", text });
    }

    /**
     * The terminal's size in characters.
     * @param {number} columns @param {number} rows
     */
    resize(columns, rows) {
        this.size = { columns, rows };
        this.ask({ type: "resize", columns, rows }).catch(() => {});
    }

    /**
     * Runs a shell command in the project's folder, after those asked for
     * before. What it prints goes to onOutput too, as it comes, unless `quiet`.
     * @param {string} command
     * @param {{quiet?: boolean}} [options]
     * @returns {Promise<import("./guest.js").Answer>}
     */
    async run(command, { quiet = false } = {}) {
        this.running++;
        this.onState("busy");
        try {
            return await this.ask({ type: "run", command, quiet });
        } finally {
            if (this.running > 0 && --this.running === 0)
                this.onState("ready");
        }
    }

    /** @param {string} path @param {Uint8Array} bytes @returns {Promise<void>} */
    write(path, bytes) {
        this.written.add(path);
        return this.ask({ type: "write", path, bytes });
    }

    /** @param {string} path @returns {Promise<Uint8Array>} */
    read(path) {
        return this.ask({ type: "read", path });
    }
}

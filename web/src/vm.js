// SPDX-License-Identifier: 0BSD

/**
 * @typedef {"loading" | "ready" | "failed"} VMState
 *
 * @typedef {Required<import("./guest.js").GuestOptions> & {
 *     onState: (state: VMState, detail?: string) => void,
 *     onProgress: (loaded: number, total: number) => void}} VMOptions in bytes
 */

/**
 * A virtual machine with Linux, gcc, make and GRUB, which the page calls the
 * workshop. Paths are relative to the project's folder, which is ~/ok there.
 */
export class LinuxVM {
    /** @param {VMOptions} listeners */
    constructor(listeners) {
        this.listeners = listeners;
        /** @type {Worker | null} */
        this.worker = null;
        this.ready = false;
        /** @type {Map<number, [(value: any) => void, (why: Error) => void]>} */
        this.waiting = new Map();
        this.last = 0;
        this.size = {columns: 80, rows: 24};
    }

    /** Resolves when it is ready; throws an Error for the reader otherwise. */
    async start() {
        this.end("The workshop was restarted.");
        this.listeners.onState("loading");
        const worker = new Worker(new URL("./vm-worker.js", import.meta.url),
                                  {type: "module"});
        this.worker = worker;
        worker.onmessage = ({data}) => this.hear(data);
        worker.onerror = (event) => {
            event.preventDefault();
            this.stop(`The workshop has stopped: ${event.message ||
                "its program could not be loaded"}`);
        };
        try {
            await this.ask({
                type: "start",
                pc: new URL("pc/", document.baseURI).href,
                base: new URL("vm/", document.baseURI).href,
            });
        } catch (error) {
            if (worker === this.worker) // and not a later one
                this.stop(/** @type {Error} */ (error).message);
            throw error;
        }
        this.resize(this.size.columns, this.size.rows);
        this.type("\f"); // bash answers with a prompt
        this.ready = true;
        this.listeners.onState("ready");
    }

    /** @param {string} why for the reader */
    stop(why) {
        this.end(why);
        this.listeners.onState("failed", why);
    }

    /** @param {string} why */
    end(why) {
        this.worker?.terminate();
        this.worker = null;
        this.ready = false;
        for (const [, reject] of this.waiting.values())
            reject(new Error(why));
        this.waiting.clear();
    }

    /** @param {any} data what the worker says */
    hear({listener, words, id, value, why}) {
        if (listener) {
            /** @type {any} */ (this.listeners)[listener](...words);
            return;
        }
        const [resolve, reject] = this.waiting.get(id) ?? [];
        this.waiting.delete(id);
        if (why !== undefined)
            reject?.(new Error(why));
        else
            resolve?.(value);
    }

    /** @param {{type: string, [key: string]: any}} order @returns {Promise<any>} */
    ask(order) {
        const {worker} = this;
        if (!worker)
            return Promise.reject(new Error("The workshop is not running."));
        const id = ++this.last;
        return new Promise((resolve, reject) => {
            this.waiting.set(id, [resolve, reject]);
            worker.postMessage({...order, id});
        });
    }

    /** @param {string} text typed on the terminal */
    type(text) {
        this.worker?.postMessage({type: "type", text});
    }

    /**
     * The terminal's size in characters, told to its programs.
     * @param {number} columns @param {number} rows
     */
    resize(columns, rows) {
        this.size = {columns, rows};
        this.run(`stty -F /dev/ttyS0 cols ${columns} rows ${rows}`)
            .catch(() => {}); // not running: start() does it
    }

    /**
     * Runs a shell command in the project's folder, after those asked for
     * before. aloud: the terminal shows what it prints, as it comes.
     * @param {string} command
     * @param {{give?: Map<string, Uint8Array | null>, take?: string[],
     *          aloud?: boolean}} [options] see guest.js
     * @returns {Promise<import("./guest.js").Answer>}
     */
    run(command, options = {}) {
        return this.ask({type: "run", command, ...options});
    }

    /**
     * @param {string} path
     * @returns {Promise<Uint8Array>}
     * @throws {Error} with a sentence
     */
    async read(path) {
        const {files, output} = await this.run("", {take: [path]});
        const bytes = files.get(path);
        if (!bytes)
            throw new Error(`${path} cannot be read: ${output}`);
        return bytes;
    }
}

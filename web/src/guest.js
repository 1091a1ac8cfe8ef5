// SPDX-License-Identifier: 0BSD
// The Linux that runs in the workshop, seen from outside, by two serial ports
// and a folder that both sides see (/host there):
//
//   port 0   the terminal
//   port 1   commands. We put a script into /host/N and send "N"; its output
//            comes back, then \x1e, "N STATUS" and a newline
//   files-*  after each command, each file of the project: "PATH TIME SIZE" a
//            line, then \x1e
//
// The other ends are workshop/root/sbin/agent and report-files there.

/**
 * @typedef {object} Answer
 * @property {number} status the exit status
 * @property {string} output what the command printed, errors too
 *
 * @typedef {object} GuestOptions
 * @property {(bytes: Uint8Array) => void} [onOutput] what the terminal prints
 * @property {(paths: string[]) => void} [onFiles] these changed, came or went
 */

const END = 0x1e; // "record separator": not in any tool's output

/** A word for the shell, whatever characters are in it. @param {string} word */
export function quote(word) {
    return /^[\w=./-]+$/.test(word) ? word
        : `'${word.replaceAll("'", "'\\''")}'`;
}

export class Guest {
    /** @param {any} emulator @param {GuestOptions} options */
    constructor(emulator, { onOutput = () => {}, onFiles = () => {} }) {
        this.emulator = emulator;
        this.onFiles = onFiles;
        this.last = 0;
        /** @type {Promise<unknown>} */
        this.queue = Promise.resolve();
        /** @type {Map<string, string> | null} */
        this.files = null;
        /** @type {Map<string, string>} */
        this.seen = new Map();
        /** @type {number[]} */
        this.output = [];
        /** @type {((bytes: Uint8Array) => void) | undefined} */
        this.onRunOutput = undefined;
        /** @type {((line: string) => void) | undefined} */
        this.onEnd = undefined;
        this.ready = new Promise((resolve) => {
            this.onEnd = (line) => line === "ready" && resolve(null);
        });

        this.listen(0, onOutput);
        const text = new TextDecoder();
        let line = -1; // where the last line begins in output, after END
        this.listen(1, (bytes) => {
            let fresh = 0;
            bytes.forEach((byte, i) => {
                if (line < 0 && byte === END) {
                    this.onRunOutput?.(bytes.subarray(fresh, i));
                    line = this.output.length;
                } else if (line >= 0 && byte === 10) {
                    const end = this.output.splice(line);
                    line = -1;
                    fresh = i + 1;
                    this.onEnd?.(text.decode(new Uint8Array(end)));
                } else {
                    this.output.push(byte);
                }
            });
            if (line < 0 && fresh < bytes.length)
                this.onRunOutput?.(bytes.subarray(fresh));
        });
        let timer = 0;
        emulator.add_listener("9p-write-end", () => {
            clearTimeout(timer);
            timer = Number(setTimeout(() => this.look(), 20));
        });
    }

    /**
     * Collects what a port sends, for a few milliseconds at a time.
     * @param {number} port
     * @param {(bytes: Uint8Array) => void} take
     */
    listen(port, take) {
        /** @type {number[]} */
        let bytes = [];
        this.emulator.add_listener(`serial${port}-output-byte`,
            (/** @type {number} */ byte) => {
                if (bytes.push(byte) > 1)
                    return;
                setTimeout(() => {
                    const all = new Uint8Array(bytes);
                    bytes = [];
                    take(all);
                }, 5);
            });
    }

    /** Reads the listings of the terminal and of run, where they are whole. */
    async look() {
        for (const who of ["agent", "shell"]) {
            const bytes = await this.emulator.read_file(`files-${who}`)
                .catch(() => null);
            const listing = bytes && new TextDecoder().decode(bytes);
            if (listing?.endsWith("\x1e") && listing !== this.seen.get(who)) {
                this.seen.set(who, listing);
                this.compare(listing);
            }
        }
    }

    /** @param {string} listing */
    compare(listing) {
        const now = new Map();
        for (const line of listing.split("\n").slice(0, -1)) {
            const [, path, stamp] = /^(.*) (\S+ \S+)$/.exec(line) ?? [];
            now.set(path, stamp);
        }
        const before = this.files ?? now;
        this.files = now;
        const changed = [...now.keys()].filter(
            (path) => now.get(path) !== before.get(path));
        const gone = [...before.keys()].filter((path) => !now.has(path));
        if (changed.length + gone.length > 0)
            this.onFiles([...changed, ...gone]);
    }

    /** @param {string} text typed on the terminal */
    type(text) {
        this.emulator.serial_send_bytes(0, new TextEncoder().encode(text));
    }

    /**
     * Runs a command in the project's folder, after those that came before.
     * @param {string} command
     * @param {(bytes: Uint8Array) => void} [onOutput] called as it prints
     * @param {() => Promise<void>} [prepare] done just before
     * @returns {Promise<Answer>}
     */
    run(command, onOutput, prepare) {
        const answer = this.queue.then(prepare)
            .then(() => this.runNow(command, onOutput));
        this.queue = answer.catch(() => {});
        return answer;
    }

    /**
     * @param {string} command
     * @param {((bytes: Uint8Array) => void)} [onOutput]
     * @returns {Promise<Answer>}
     */
    async runNow(command, onOutput) {
        await this.ready;
        const id = String(++this.last);
        await this.emulator.create_file(id, new TextEncoder().encode(command));
        this.output = [];
        this.onRunOutput = onOutput;
        return new Promise((resolve) => {
            this.onEnd = (line) => {
                const [name, status] = line.split(" ");
                if (name !== id)
                    return;
                resolve({ status: Number(status), output: new TextDecoder()
                    .decode(new Uint8Array(this.output)) });
            };
            this.emulator.serial_send_bytes(1,
                new TextEncoder().encode(`${id}\n`));
        });
    }

    /**
     * Paths are relative to the project's folder.
     * @param {string} path @param {Uint8Array} bytes
     */
    async write(path, bytes) {
        const id = `file-${++this.last}`;
        const to = quote(path);
        const { status, output } = await this.run(
            `mkdir -p "$(dirname ${to})" && cp /host/${id} ${to}
            status=$?; rm /host/${id}; exit $status`,
            undefined, () => this.emulator.create_file(id, bytes));
        if (status !== 0)
            throw new Error(`${path} cannot be written: ${output}`);
    }

    /** @param {string} path @returns {Promise<Uint8Array>} */
    async read(path) {
        const id = `file-${++this.last}`;
        const { status, output } = await this.run(
            `cp ${quote(path)} /host/${id}`);
        if (status !== 0)
            throw new Error(`${path} cannot be read: ${output}`);
        const bytes = await this.emulator.read_file(id);
        await this.run(`rm /host/${id}`);
        return bytes.slice();
    }

    /** Tells the terminal's programs its size. @param {number} columns @param {number} rows */
    resize(columns, rows) {
        return this.run(`stty -F /dev/ttyS0 cols ${columns} rows ${rows}`);
    }
}

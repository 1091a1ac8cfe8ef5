// SPDX-License-Identifier: 0BSD
// The Linux in the VM, seen from outside, by two serial ports and a folder that
// both sides see (/host there):
//
//   port 0   the terminal
//   port 1   commands. We put a script into /host/ID and send "ID"; its output
//            comes back, then \x1e, "ID STATUS" and a newline
//   files-*  after each command, each file of the project and of the reader's own
//            folder, ../myos: "TIME SIZE PATH" and a NUL; one more NUL ends the list
//   qemu     "FILE ENTRY NAME" and a newline: the PC is to boot FILE of this folder
//
// The other ends are vm/root/sbin/agent, report-files and local/bin's QEMU there.

/**
 * @typedef {object} Answer
 * @property {number} status the exit status
 * @property {string} output what the command printed, errors too
 * @property {Map<string, Uint8Array>} files those asked for; none after a failure
 *
 * @typedef {object} RunOptions
 * @property {Map<string, Uint8Array | null>} [give] files to write before, or,
 *   where there is null, to remove
 * @property {string[]} [take] paths of files to read after, if it succeeded
 * @property {(bytes: Uint8Array) => void} [onOutput] called as it prints
 *
 * @typedef {object} GuestOptions
 * @property {(bytes: Uint8Array) => void} [onOutput] what the terminal prints
 * @property {(paths: string[], gone: string[]) => void} [onFiles] these changed,
 *   came or went; and those that went
 * @property {(entry: any, name: string, bytes: Uint8Array) => void} [onBoot]
 *   QEMU was started there: "bios", "uefi" or "pvh", and an image or a kernel
 */

/** Typed, it makes bash redraw its prompt and the line so far: etc/inputrc. */
export const PROMPT = "\x1e";

const END = 0x1e; // "record separator"
const NEWLINE = 10;

/** Quotes a word for the shell. @param {string} word */
export function quote(word) {
    return /^[\w=./-]+$/.test(word) ? word
        : `'${word.replaceAll("'", "'\\''")}'`;
}

export class Guest {
    /** @param {any} emulator @param {GuestOptions} options */
    constructor(emulator, {onOutput = () => {}, onFiles = () => {},
                           onBoot = () => {}}) {
        this.emulator = emulator;
        this.onFiles = onFiles;
        this.onBoot = onBoot;
        this.booted = "";
        this.last = 0;
        /** @type {Promise<unknown>} */
        this.queue = Promise.resolve();
        /** @type {Map<string, string> | null} */
        this.files = null;
        /** @type {Map<string, string>} */
        this.seen = new Map();
        this.listen(0, onOutput);
        this.listen(1, (bytes) => this.hear(bytes));
        this.ready = this.end("ready");
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

    /**
     * Resolves when the command with this ID has ended.
     * @param {string} id
     * @param {(bytes: Uint8Array) => void} [onOutput]
     * @returns {Promise<{status: number, output: string}>}
     */
    end(id, onOutput = () => {}) {
        return new Promise((resolve) => {
            this.running = {id, onOutput, resolve, told: 0, mark: -1,
                            output: /** @type {number[]} */ ([])};
        });
    }

    /** @param {Uint8Array} bytes from port 1 */
    hear(bytes) {
        const {running} = this;
        if (!running)
            return;
        const {output} = running;
        const text = new TextDecoder();
        /** @param {number} [from] @param {number} [to] */
        const part = (from, to) => new Uint8Array(output.slice(from, to));
        let ended = null;
        for (const byte of bytes) {
            output.push(byte);
            if (byte === END) {
                running.mark = output.length - 1;
            } else if (byte === NEWLINE && running.mark >= 0) {
                // Output may have this byte, too; it cannot know the ID.
                const [id, status] =
                    text.decode(part(running.mark + 1, -1)).split(" ");
                if (id === running.id) {
                    ended = Number(status);
                    output.length = running.mark;
                }
                running.mark = -1;
            }
        }
        const sure = running.mark < 0 ? output.length : running.mark;
        if (sure > running.told)
            running.onOutput(part(running.told, sure));
        running.told = sure;
        if (ended !== null)
            running.resolve({status: ended, output: text.decode(part())});
    }

    /** Reads the listings of the terminal and of run, if they are complete. */
    async look() {
        for (const who of ["agent", "shell"]) {
            const bytes = await this.emulator.read_file(`files-${who}`)
                .catch(() => null);
            const listing = bytes && new TextDecoder().decode(bytes);
            if (listing?.endsWith("\0\0") && listing !== this.seen.get(who)) {
                this.seen.set(who, listing);
                this.compare(listing);
            }
        }
        const order = new TextDecoder().decode(
            await this.emulator.read_file("qemu").catch(() => new Uint8Array()));
        if (order.endsWith("\n") && order !== this.booted) {
            this.booted = order;
            const [file, entry, name] = order.trim().split(" ");
            this.onBoot(entry, name, (await this.emulator.read_file(file)).slice());
        }
    }

    /** @param {string} listing */
    compare(listing) {
        const now = new Map();
        for (const entry of listing.split("\0").slice(0, -2)) {
            const [, stamp, path] = /^(\S+ \S+) (?:\.\/)?([^]*)$/.exec(entry) ?? [];
            now.set(path, stamp);
        }
        const before = this.files ?? now;
        this.files = now;
        const changed = [...now.keys()].filter(
            (path) => now.get(path) !== before.get(path));
        const gone = [...before.keys()].filter((path) => !now.has(path));
        if (changed.length + gone.length > 0)
            this.onFiles([...changed, ...gone], gone);
    }

    /** @param {string} text typed on the terminal */
    type(text) {
        this.emulator.serial_send_bytes(0, new TextEncoder().encode(text));
    }

    /**
     * Runs a command in the project's folder, after those that came before.
     * Paths are relative to that folder.
     * @param {string} command
     * @param {RunOptions} [options]
     * @returns {Promise<Answer>}
     */
    run(command, options = {}) {
        const answer = this.queue.then(() => this.runNow(command, options));
        this.queue = answer.catch(() => {});
        return answer;
    }

    /**
     * @param {string} command
     * @param {RunOptions} options
     * @returns {Promise<Answer>}
     */
    async runNow(command, {give = new Map(), take = [], onOutput}) {
        await this.ready;
        const number = ++this.last;
        const id = `${number}.${Math.random().toString(36).slice(2)}`;
        const script = ["rm -f /host/take-*"];
        for (const [path, bytes] of give) {
            if (!bytes) {
                script.push(`rm -f ${quote(path)}`);
                continue;
            }
            const name = `give-${number}-${script.length}`;
            await this.emulator.create_file(name, bytes);
            const folder = quote(path.replace(/[^/]*$/, "./"));
            script.push(`mkdir -p ${folder} && cp /host/${name} ${quote(path)} ` +
                        `&& rm /host/${name} || exit`);
        }
        script.push(["(", command || ":", ")"].join("\n") + take.map(
            (path, at) => ` && cp ${quote(path)} /host/take-${number}-${at}`)
            .join(""));
        await this.emulator.create_file(
            id, new TextEncoder().encode(script.join("\n") + "\n"));
        const end = this.end(id, onOutput);
        this.emulator.serial_send_bytes(1, new TextEncoder().encode(`${id}\n`));
        const {status, output} = await end;
        const files = new Map();
        // It is there, but v86 refuses to read an empty file.
        for (const [at, path] of status === 0 ? take.entries() : [])
            files.set(path, (await this.emulator.read_file(
                `take-${number}-${at}`).catch(() => new Uint8Array())).slice());
        return {status, output, files};
    }
}

// SPDX-License-Identifier: 0BSD
// Builds with the real make, and boots what it has made.
import {button, find, make, reason, reveal} from "./dom.js";
import {readProblems} from "./editor.js";
import {quote} from "./guest.js";

const OWN = "../myos/os.iso";
const IMAGE = "build/os.iso", KERNEL = "build/kernel.bin";
/** make's targets that boot. */
const RUN = /\bmake\b(.*?)\brun(-uefi|-kernel)?\b([^|;&]*)/;
const WATCHED = 8000; // milliseconds that a boot has to end by itself

export class Builder {
    /**
     * @param {object} parts
     * @param {import("./pc-panel.js").PCPanel | null} parts.pc
     * @param {import("./shell.js").Shell} parts.shell
     * @param {import("./status.js").Status} parts.status
     * @param {import("./editor.js").Editor} parts.editor
     * @param {import("./bytes.js").Bytes} parts.bytes
     * @param {() => import("./mistakes.js").Mistakes | undefined} parts.mistakes
     */
    constructor({pc, shell, status, editor, bytes, mistakes}) {
        this.pc = pc;
        this.shell = shell;
        this.status = status;
        this.editor = editor;
        this.bytes = bytes;
        this.mistakes = mistakes;
        /** @type {Set<string>} the VM may have newer ones than `known` */
        this.newer = new Set();
        /** @type {Map<string, Uint8Array>} image and kernel, as last read from the VM */
        this.known = new Map();
    }

    /** The button's build: with the flags of the mistake that is made, if any. */
    async build() {
        if (this.editor.store.own)
            return this.make("cd ../myos && { [ ! -e Makefile ] || make; }");
        const words = [...this.mistakes()?.made?.make ?? []];
        const {value} = /** @type {HTMLSelectElement} */ (find("folder"));
        if (value)
            words.push(`EXAMPLE=${value}`);
        await this.make(["make", ...(this.pc?.entry === "pvh" ? [] : ["iso"]),
                         ...words.map(quote)].join(" "));
    }

    /**
     * @param {string[]} commands of the tutorial: `make run` boots this PC, and so does
     *   QEMU in the VM
     */
    async follow(commands) {
        if (this.status.mustWait())
            return;
        for (const command of commands) {
            const [ours, before = "", target, after = ""] = RUN.exec(command) ?? [];
            if (target === "-kernel")
                await this.make(`make${before}${after.trim()}`.trim(), "pvh");
            else if (ours)
                await this.make(`make${before}iso${after}`.trim(),
                                target === "-uefi" ? "uefi" : "bios");
            else
                await this.shell.run(command);
        }
    }

    /**
     * @param {string} command that makes the kernel, and for GRUB the image
     * @param {import("./pc.js").Entry} [entry]
     */
    async make(command, entry = this.pc?.entry ?? "bios") {
        if (!this.status.ready || this.status.building)
            return;
        this.status.setBuilding(true);
        this.status.say(`Building: ${command}`);
        try {
            const {own} = this.editor.store;
            const {status, output, files} =
                await this.shell.run(command, {take: own ? []
                    : [KERNEL, ...(entry === "pvh" ? [] : [IMAGE])]});
            this.showProblems(output);
            this.mistakes()?.built(output, status);
            if (status !== 0) {
                this.status.say(
                    `The build failed, with status ${status}: the terminal ` +
                    "shows why. The PC keeps the image that it had.");
                return;
            }
            if (own) {
                const name = await this.newest();
                if (!name) {
                    this.status.say(
                        "Your folder has no os.iso or kernel.bin to boot yet.");
                    return;
                }
                this.status.say(`Built: ${name}.`);
                const bytes = await this.shell.vm.read(`../myos/${name}`);
                const chosen = entry === "uefi" ? "uefi" : "bios";
                await this.start(name === "os.iso" ? chosen : "pvh", name, bytes);
                return;
            }
            for (const [path, file] of files)
                this.insert(path, file);
            await this.pc?.boot(entry);
            this.bytes.show(KERNEL, files.get(KERNEL) ?? new Uint8Array());
            this.status.say(`Built: kernel.bin, kernel.elf${
                entry === "pvh" ? "" : " and os.iso"}.`);
            this.watch();
        } catch (error) {
            this.status.say(`The build did not finish: ${reason(error)}`);
        } finally {
            this.status.setBuilding(false);
        }
    }

    /** @param {string} path @param {Uint8Array} file that the VM has there now */
    insert(path, file) {
        this.newer.delete(path);
        this.known.set(path, file);
        this.pc?.insert(path === KERNEL ? "kernel" : "image", file,
                        `${path}, made in the workshop`);
    }

    /** What was made last in the reader's own folder, by whatever commands; or "". */
    async newest() {
        const {output} = await this.shell.vm.run(
            "cd ../myos && ls -t os.iso kernel.bin 2>/dev/null | head -n 1");
        return output.trim();
    }

    /**
     * Boots what QEMU was started with in the terminal, or a build has made.
     * @param {import("./pc.js").Entry} entry
     * @param {string} name
     * @param {Uint8Array} bytes
     */
    async start(entry, name, bytes) {
        reveal("pc");
        this.pc?.insert(entry === "pvh" ? "kernel" : "image", bytes,
                        `${name}, made in the workshop`);
        await this.pc?.boot(entry);
    }

    /** Before a boot by the button: the terminal may have made something newer. */
    async refresh() {
        if (!this.status.ready || this.status.building)
            return;
        if (this.editor.store.own) {
            if (!this.newer.delete(OWN))
                return;
            for (const name of ["os.iso", "kernel.bin"]) {
                const bytes = await this.shell.vm.read(`../myos/${name}`)
                    .catch(() => null);
                if (bytes)
                    this.pc?.insert(name === "os.iso" ? "image" : "kernel", bytes,
                                    `${name}, made in the workshop`);
            }
            return;
        }
        for (const path of this.newer) {
            if (path === OWN)
                continue;
            const file = await this.shell.vm.read(path), old = this.known.get(path);
            if (file.length !== old?.length || file.some((byte, i) => byte !== old[i]))
                this.insert(path, file);
        }
        this.newer.clear();
    }

    /** @param {string[]} paths that changed in the VM */
    hear(paths) {
        if (paths.some((path) => [OWN, "../myos/kernel.bin"].includes(path)))
            this.newer.add(OWN);
        if (paths.includes(IMAGE))
            this.newer.add(IMAGE).add(KERNEL); // the image contains the kernel
    }

    /**
     * The line of C at an address, if the PC booted what was built here.
     * @param {bigint} address
     */
    async locate(address) {
        const booted = this.pc?.entry === "pvh"
            ? this.pc.kernel === this.known.get(KERNEL)
            : this.pc?.image === this.known.get(IMAGE);
        if (!booted || !this.status.ready)
            return "";
        const {output} = await this.shell.vm.run(
            `addr2line -e build/kernel.elf 0x${address.toString(16)}`);
        return /ok\/(\S+:\d+)/.exec(output)?.[1] ?? "";
    }

    /** Tells the mistakes how the boot ended, if it ends soon. */
    async watch() {
        const stopped = this.pc?.stopped;
        await Promise.race([
            stopped, new Promise((resolve) => setTimeout(resolve, WATCHED))]);
        if (stopped === this.pc?.stopped) // and no other boot has begun
            this.mistakes()?.booted(find("screen").textContent ?? "",
                                    find("pc-state").textContent ?? "");
    }

    /** @param {string} output */
    showProblems(output) {
        const problems = this.editor.setProblems(readProblems(output));
        find("problems").replaceChildren(...problems.map((problem) =>
            make("li", {}, button(
                `${problem.path}:${problem.line}: ${problem.text}`,
                () => this.editor.open(problem.path, problem.line)))));
        const first = problems.find(({severity}) => severity === "error") ??
            problems[0];
        if (first)
            this.editor.show(first.path, first.line);
    }

    /**
     * What a command says of the kernel that was built; "" if these are not its
     * bytes.
     * @param {Uint8Array} kernel
     * @param {string} command
     */
    async ask(kernel, command) {
        if (!this.status.ready)
            return "";
        const {status, output} = await this.shell.vm.run(
            `cmp -s build/shown.bin ${KERNEL} && ${command}`,
            {give: new Map([["build/shown.bin", kernel]])});
        return status === 0 ? output : "";
    }

    /** Which line of C each address is of. @param {Uint8Array} kernel */
    lines(kernel) {
        return this.ask(kernel, "objdump --dwarf=decodedline build/kernel.elf");
    }

    /** @param {Uint8Array} kernel */
    disassemble(kernel) {
        // `start` alone is 32-bit code: it is listed again.
        return this.ask(kernel, "objdump -d build/kernel.elf && " +
            "objdump -M i386 --disassemble=start build/kernel.elf");
    }
}

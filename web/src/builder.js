// SPDX-License-Identifier: 0BSD
// Builds with the real make, and boots what it has made.
import {button, find, make, reason, reveal} from "./dom.js";
import {readProblems} from "./editor.js";
import {quote} from "./guest.js";

const IMAGE = "build/os.iso", KERNEL = "build/kernel.bin";
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
        this.newer = false; // may the VM have an image that is not known here?
        /** @type {Uint8Array | undefined} the last one that is */
        this.image = undefined;
    }

    /** The button's build: with the mistake's flags, and a word on who noticed. */
    async build() {
        if (this.editor.store.own)
            return this.make("cd ../myos && { [ ! -e Makefile ] || make; }");
        const words = this.mistakes()?.made?.make ?? [];
        await this.make(["make", "iso", ...words.map(quote)].join(" "));
    }

    /** @param {string[]} commands of the tutorial: `make run` is this PC's boot */
    async follow(commands) {
        if (this.status.mustWait())
            return;
        for (const command of commands)
            await (/\bmake\b.*\brun\b/.test(command)
                ? this.make("make -s iso") : this.shell.run(command));
    }

    /** @param {string} command that makes the image */
    async make(command) {
        if (!this.status.ready || this.status.building)
            return;
        this.status.setBuilding(true);
        this.status.say(`Building: ${command}`);
        try {
            const {own} = this.editor.store;
            const {status, output, files} =
                await this.shell.run(command, {take: own ? [] : [IMAGE, KERNEL]});
            this.showProblems(output);
            this.mistakes()?.built(output, status);
            if (status !== 0) {
                this.status.say(
                    `The build failed, with status ${status}: the terminal ` +
                    "shows why. The PC keeps the image that it had.");
                return;
            }
            if (own) {
                const {name, bytes} = await this.newest();
                this.status.say(`Built: ${name}.`);
                const chosen = this.pc?.entry === "uefi" ? "uefi" : "bios";
                await this.start(name === "os.iso" ? chosen : "pvh", name, bytes);
                return;
            }
            this.insert(files.get(IMAGE));
            await this.pc?.boot();
            this.bytes.show(KERNEL, files.get(KERNEL) ?? new Uint8Array());
            this.status.say("Built: kernel.bin, kernel.elf and os.iso.");
            this.watch();
        } catch (error) {
            this.status.say(`The build was broken off: ${reason(error)}`);
        } finally {
            this.status.setBuilding(false);
        }
    }

    /** @param {Uint8Array | undefined} image that the VM has now */
    insert(image) {
        this.newer = false;
        if (!image || (image.length === this.image?.length &&
                       image.every((byte, at) => byte === this.image?.[at])))
            return;
        this.image = image;
        this.pc?.insert("image", image, `${IMAGE}, made in the workshop`);
    }

    /** What was made last in the reader's own folder, by whatever commands. */
    async newest() {
        const {output} = await this.shell.vm.run(
            "cd ../myos && ls -t os.iso kernel.bin 2>/dev/null | head -n 1");
        const name = output.trim();
        if (!name)
            throw new Error("your folder has no os.iso and no kernel.bin yet.");
        return {name, bytes: await this.shell.vm.read(`../myos/${name}`)};
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

    /** Before a boot by the button: the terminal may have made a newer image. */
    async refresh() {
        if (!this.newer || !this.status.ready || this.status.building)
            return;
        if (!this.editor.store.own) {
            this.insert(await this.shell.vm.read(IMAGE));
            return;
        }
        this.newer = false;
        const {name, bytes} = await this.newest();
        this.pc?.insert(name === "os.iso" ? "image" : "kernel", bytes,
                        `${name}, made in the workshop`);
    }

    /** @param {string[]} paths that changed in the VM */
    hear(paths) {
        const made = this.editor.store.own
            ? ["../myos/os.iso", "../myos/kernel.bin"] : [IMAGE];
        this.newer ||= paths.some((path) => made.includes(path));
    }

    /** Tells the mistakes what came of the boot, if it ends soon. */
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
     * What objdump says of the kernel that was built, if these are its bytes.
     * @param {Uint8Array} kernel
     */
    async disassemble(kernel) {
        if (!this.status.ready)
            return "";
        // `start` alone is 32-bit code: it is listed again.
        const {status, output} = await this.shell.vm.run(
            `cmp -s build/shown.bin ${KERNEL} && objdump -d build/kernel.elf && ` +
            "objdump -M i386 --disassemble=start build/kernel.elf",
            {give: new Map([["build/shown.bin", kernel]])});
        return status === 0 ? output : "";
    }
}

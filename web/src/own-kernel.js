// SPDX-License-Identifier: 0BSD
// A kernel or an image that the reader brings: judged, looked at, and booted.
import {find, make, megabytes, reason} from "./dom.js";
import {judge} from "./judge.js";
import {showVerdict} from "./verdict.js";

const LARGEST = 64 << 20; // bytes of a file

export class OwnKernel {
    /**
     * @param {object} parts
     * @param {import("./pc-panel.js").PCPanel | null} parts.pc
     * @param {import("./shell.js").Shell} parts.shell
     * @param {import("./status.js").Status} parts.status
     * @param {import("./bytes.js").Bytes} parts.bytes
     * @param {string} parts.config GRUB's configuration, for any kernel
     */
    constructor({pc, shell, status, bytes, config}) {
        this.pc = pc;
        this.shell = shell;
        this.status = status;
        this.bytes = bytes;
        this.config = new TextEncoder().encode(config);
        this.name = "";
        this.kernel = new Uint8Array();
        const input = /** @type {HTMLInputElement} */ (find("your-kernel"));
        input.addEventListener("change", () => this.take(input.files?.[0]));
        input.disabled = false;
        find("boot-yours").addEventListener("click",
            () => this.boot(this.name, this.kernel));
    }

    /** @param {File | undefined} file */
    async take(file) {
        if (!file)
            return;
        /** @type {HTMLDetailsElement} */ (find("judge-tool")).open = true;
        find("boot-yours").hidden = true;
        find("yours-state").textContent = "";
        const verdict = find("verdict");
        try {
            verdict.replaceChildren(...await this.judge(file));
        } catch (error) {
            verdict.replaceChildren(make("h4", {}, file.name),
                                    make("p", {}, reason(error)));
        }
    }

    /**
     * @param {File} file
     * @returns {Promise<Node[]>} what is said of it
     * @throws {Error} with a sentence
     */
    async judge(file) {
        if (file.size > LARGEST)
            throw new Error(`This file is ${megabytes(file.size)}. The page ` +
                `takes at most ${megabytes(LARGEST)}; a kernel is smaller.`);
        if (file.size === 0)
            throw new Error(
                "This file is empty: 0 bytes. Was it still being written?");
        const bytes = new Uint8Array(await file.arrayBuffer());
        if (new TextDecoder().decode(bytes.subarray(0x8001, 0x8006)) === "CD001") {
            this.pc?.insert("image", bytes, file.name);
            this.pc?.boot(this.pc.entry === "uefi" ? "uefi" : "bios");
            return [make("h4", {}, file.name),
                    make("p", {}, `A CD image of ${megabytes(bytes.length)}: ` +
                                  "it is booted as it is.")];
        }
        this.name = file.name;
        this.kernel = bytes;
        find("boot-yours").hidden = false;
        this.bytes.show(file.name, bytes);
        return showVerdict(file.name, bytes.length, judge(bytes));
    }

    /**
     * Boots a kernel by the entry chosen, good or bad, without the project's
     * build: PVH has no image.
     * @param {string} name
     * @param {Uint8Array} kernel
     */
    async boot(name, kernel) {
        const state = find("yours-state");
        if (this.pc?.entry === "pvh") {
            state.textContent = "";
            this.pc.insert("kernel", kernel, name);
            await this.pc.boot();
            return;
        }
        if (this.status.mustWait())
            return;
        state.textContent = "GRUB's image is being made.";
        try {
            const {status, files} = await this.shell.run(
                "scripts/mkiso.sh build/yours.bin build/yours.cfg build/yours.iso",
                {give: new Map([["build/yours.bin", kernel],
                                ["build/yours.cfg", this.config]]),
                 take: ["build/yours.iso"]});
            const image = files.get("build/yours.iso");
            if (!image)
                throw new Error(`the terminal shows why (status ${status}).`);
            this.pc?.insert("image", image, name);
            await this.pc?.boot();
            state.textContent = "Booted: the PC shows what GRUB says.";
        } catch (error) {
            state.textContent = `No image could be made: ${reason(error)}`;
        }
    }
}

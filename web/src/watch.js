// SPDX-License-Identifier: 0BSD
// "Watch the CPU": the PC stopped at its kernel's entry and run one instruction
// at a time, as `make debug` does with gdb.
import {button, make, reason} from "./dom.js";
import {bitNames, hex} from "./pc/explain.js";

/** @typedef {import("./pc/bochs.js").Entry} Entry */
/** @typedef {import("./pc/bochs.js").Registers} Registers */

// mb2check's name of each entry.
const FACTS = {bios: "GRUB on BIOS", uefi: "GRUB on UEFI", pvh: "qemu -kernel"};
// GRUB's own code runs at this address first: only the kernel has this in EAX.
const GRUB_MAGIC = 0x36d76289;
const DIFFERS = {
    bios: "Bochs's BIOS leaves CD and NW in CR0 on; QEMU's does not.",
    uefi: "Addresses of memory that the firmware took (RSP, CR3 and others) " +
        "are not QEMU's: this PC has 64 MB.",
    pvh: "EAX to ESP are what Bochs's BIOS left there, and so are CD and NW " +
        "in CR0: not what QEMU's left.",
};
const WAITS = ["stopped", "stepped", "paused"]; // for the reader
const SHOWN = 64; // bytes of memory
const SECTOR = 2048; // of a CD
const ELF = 0x464c457f, ET_REL = 1; // what GRUB's modules are
const MULTIBOOT2 = 0xe85250d6, SEARCHED = 32768; // bytes, as the spec has it
const ROW = 16;

/**
 * @typedef {object} Panel of pc-panel.js
 * @property {Entry} entry the one that is chosen
 * @property {Uint8Array | null} image what it boots, or null for the page's own
 * @property {Uint8Array | null} kernel by PVH
 * @property {(entry: Entry, stop: {address: bigint, eax?: number}) =>
 *     Promise<void>} boot
 * @property {{send: (type: string, fields?: object) => void}} pc
 *
 * @typedef {object} Parts
 * @property {typeof import("./judge.js").judge} judge
 * @property {() => Promise<Uint8Array>} kernel the page's own
 * @property {(kernel: Uint8Array) => Promise<string>} lines
 *     `objdump --dwarf=decodedline` of its kernel.elf; "" where there is none
 * @property {(path: string, line: number) => void} open in the editor
 */

/**
 * Where the kernel's own code begins. Throws an Error for the reader.
 * @param {import("./judge.js").Judgement} judgement @param {Entry} entry
 */
export function entryStop({findings}, entry) {
    const fact = findings.find(({label}) => label === FACTS[entry]);
    const [, address] = /^at (0x[0-9a-f]+)/.exec(fact?.is ?? "") ?? [];
    if (!address)
        throw new Error(`mb2check finds no address for this entry: ${
            fact?.is ?? "this file is not a kernel"}.`);
    return {address: BigInt(address),
        eax: entry === "pvh" ? undefined : GRUB_MAGIC};
}

/**
 * The kernel in a CD image, where each file begins at a sector. Throws an Error
 * for the reader.
 * @param {Uint8Array} image
 * @param {Uint8Array | null} built looked for first, to have its exact size
 */
export function kernelIn(image, built) {
    const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
    for (let at = 0; at + SECTOR <= image.length; at += SECTOR) {
        if (view.getUint32(at, true) !== ELF ||
            view.getUint16(at + 16, true) === ET_REL)
            continue;
        if (built?.every((byte, i) => byte === image[at + i]))
            return built;
        const end = Math.min(at + SEARCHED, image.length - 3);
        for (let header = at; header < end; header += 8)
            if (view.getUint32(header, true) === MULTIBOOT2)
                return image.subarray(at);
    }
    throw new Error("This image has no ELF file with a Multiboot2 header: " +
        "where its kernel begins cannot be known.");
}

/**
 * The source line of each address where one begins.
 * @param {string} listing of objdump
 * @returns {{address: bigint, place: string, line: number}[]}
 */
export function readLines(listing) {
    let path = "";
    return listing.split("\n").flatMap((text) => {
        path = /^(?:CU: )?(?:\.\/|\/root\/ok\/)?(\S+\.[ch]):/.exec(text)?.[1] ?? path;
        const [, line, address] =
            /^\S+ +(\d+|-) +(0x[0-9a-f]+)/.exec(text) ?? [];
        return address ? [{address: BigInt(address), place: path,
            line: Number(line) || 0}] : []; // "-": the code ends
    }).sort((a, b) => Number(a.address - b.address) ||
        Number(a.line > 0) - Number(b.line > 0));
}

export class Watch {
    /**
     * @param {HTMLElement} parent
     * @param {Panel} pc
     * @param {Parts} parts
     */
    constructor(parent, pc, {judge, kernel, lines, open}) {
        this.pc = pc;
        this.judge = judge;
        this.kernel = kernel;
        this.lines = lines;
        this.open = open;
        this.state = "off";
        /** @type {ReturnType<typeof readLines>} */
        this.known = [];
        /** @type {Registers | null} at the last stop */
        this.before = null;

        this.said = make("p", {role: "status", "aria-label": "CPU"},
            "Stop at the entry boots the PC anew.");
        this.next = make("p", {role: "group", "aria-label": "Next instruction"});
        this.registers = make("ul", {className: "registers", tabIndex: 0,
            "aria-label": "Registers"});
        this.differs = make("p", {className: "note"});
        this.field = make("input", {value: "0xb8000", spellcheck: false,
            size: 18, onchange: () => this.read()});
        this.memory = make("pre", {tabIndex: 0, role: "group",
            "aria-label": "Memory"});
        /** @param {string} label @param {string} type */
        const order = (label, type) => button(label, () => this.order(type),
            {"aria-disabled": "true"});
        this.orders = {step: order("Step one instruction", "step"),
            go: order("Go on", "go"), pause: order("Pause", "pause")};
        this.element = make("details", {className: "watch"},
            make("summary", {}, "Watch the CPU"),
            make("div", {className: "bar"},
                button("Stop at the entry", () => this.stop(this.pc.entry)),
                ...Object.values(this.orders)),
            this.said, this.next, this.registers, this.differs,
            make("label", {className: "bar"}, "Memory at", this.field),
            this.memory);
        parent.lastElementChild?.before(this.element); // what is booted is less urgent
    }

    /**
     * Boots anew, and stops before the kernel's first instruction.
     * @param {Entry} entry
     */
    async stop(entry) {
        this.element.open = true;
        this.before = null;
        this.said.textContent = "Booting to the entry.";
        try {
            const {image, kernel: file} = this.pc;
            const kernel = entry === "pvh" ? file ?? await this.kernel()
                : image ? kernelIn(image, file) : await this.kernel();
            const stop = entryStop(this.judge(kernel), entry);
            this.differs.textContent =
                `Against gdb with QEMU: ${DIFFERS[entry]}`;
            await this.pc.boot(entry, stop);
            this.known = [];
            this.known = readLines(await this.lines(kernel));
            this.showNext();
        } catch (error) {
            this.said.textContent = reason(error);
        }
    }

    /** @param {string} type of the order; ignored if it makes no sense now */
    order(type) {
        if ((type === "pause") === (this.state === "running") &&
            (type === "pause" || WAITS.includes(this.state)))
            this.pc.pc.send(type);
    }

    read() {
        const {value} = this.field;
        if (/^(0x[0-9a-f]+|\d+)$/i.test(value.trim()))
            this.pc.pc.send("read",
                {address: BigInt(value.trim()), length: SHOWN});
        else
            this.memory.textContent = "An address is a number, like 0xb8000.";
    }

    /** @param {{state: string, mode?: string, detail?: string}} message */
    showState({state, mode, detail}) {
        this.state = state;
        this.mode = mode;
        const waits = WAITS.includes(state);
        for (const [type, one] of Object.entries(this.orders))
            one.setAttribute("aria-disabled",
                String(type === "pause" ? state !== "running" : !waits));
        this.said.textContent = `The CPU is ${[
            state === "stepped" ? "stopped" : state, mode, detail]
            .filter(Boolean).join("; ")}.`;
    }

    /** @param {{registers: Registers, instruction: string}} message */
    showCPU({registers, instruction}) {
        if (!this.element.open)
            return;
        this.instruction = instruction;
        this.address = registers.rip;
        this.showNext();
        const narrow = !this.mode?.startsWith("64");
        this.registers.replaceChildren(...Object.entries(registers).filter(
            ([name]) => !narrow || !/^r\d/.test(name)).map(([name, value]) => {
            const was = this.before?.[name];
            const bits = bitNames(name, value);
            const changed = was !== undefined && was !== value;
            const shown = narrow ? name.replace(/^r(?=..$|flags)/, "e") : name;
            return make("li", {className: bits ? "bits" : ""},
                make("b", {}, shown.toUpperCase()), ` ${hex(value)} ${bits} `,
                ...changed ? [make("mark", {}, `was ${hex(was)}`)] : []);
        }));
        this.before = registers;
        this.read();
    }

    /** @param {{address: bigint, bytes: Uint8Array}} message */
    showMemory({address, bytes}) {
        this.memory.textContent = dump(address, bytes);
    }

    showNext() {
        if (this.address === undefined)
            return;
        const {address} = this;
        const at = this.known.filter((one) => one.address <= address).at(-1);
        this.next.replaceChildren("Next: ", make("code", {},
            `${hex(address)}: ${this.instruction}`), " ",
        ...at?.line ? [button(`${at.place}, line ${at.line}`,
            () => this.open(at.place, at.line))] : []);
    }
}

/** @param {bigint} from @param {Uint8Array} bytes */
function dump(from, bytes) {
    const rows = [];
    for (let at = 0; at < bytes.length; at += ROW) {
        const part = [...bytes.subarray(at, at + ROW)];
        rows.push(`${hex(from + BigInt(at))}  ${part.map(
            (byte) => byte.toString(16).padStart(2, "0")).join(" ")}  ${part.map(
            (byte) => byte >= 0x20 && byte < 0x7f
                ? String.fromCharCode(byte) : ".").join("")}`);
    }
    return rows.join("\n") || "There is no memory at this address.";
}

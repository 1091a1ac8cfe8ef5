// SPDX-License-Identifier: 0BSD
// A 64-bit PC: Bochs, as web/pc/pc.cc exposes it. The page runs it in a worker.
// Nothing here waits: the caller says how long it runs.
import {judge} from "../judge.js";
import {pvhFiles} from "./pvh.js";

/**
 * @typedef {"bios" | "uefi" | "pvh"} Entry
 * @typedef {"running" | "stepped" | "stopped" | "halted" | "shutdown"} Reason
 *   why the CPU does not run now: the time is up; the step is done; it is at
 *   the address to stop at; `hlt` with interrupts off, so for ever; by a triple
 *   fault
 *
 * @typedef {object} Files what the PC is made of
 * @property {(options: object) => Promise<any>} program of bochs.js
 * @property {WebAssembly.Module} wasm bochs.wasm
 * @property {Uint8Array} bios for the UEFI entry: OVMF.fd
 * @property {Uint8Array} vgaBios
 * @property {Uint8Array} boots for the PVH entry the kernel's file, which takes
 *   startJudge() of judge.js before; else a CD
 *
 * @typedef {object} Fault
 * @property {number} vector
 * @property {number} errorCode
 * @property {bigint} address of the instruction
 * @property {bigint} cr2 the address that a page fault is about
 *
 * @typedef {Record<string, bigint>} Registers by name
 */

const REASONS = /** @type {Reason[]} */ (
    ["running", "stepped", "stopped", "halted", "shutdown"]);

const REGISTERS = ("rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 " +
    "r14 r15 rip rflags cr0 cr2 cr3 cr4 efer gdtr gdtr.limit idtr " +
    "idtr.limit cs ss ds es fs gs").split(" ");

// Bochs's keys, by number; "" is one that has no use here.
const KEYS = [
    "Control", "Shift", ...[..."123456789"].map((n) => `F${n}`), "F10", "F11",
    "F12", "", "", "", "", "Alt", "", ..."abcdefghijklmnopqrstuvwxyz",
    ..."0123456789", "Escape", ..." ',./;=[\\]-`", "Backspace", "Enter", "Tab",
    "", "", "", "", "Insert", "Delete", "Home", "End", "PageUp", "PageDown",
    ...Array(13).fill(""), "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
const RELEASED = 0x80000000;

// An American keyboard, as the firmware and GRUB expect: with Shift, and without.
const SHIFTED = "~!@#$%^&*()_+{}|:\"<>?";
const UNSHIFTED = "`1234567890-=[]\\;',./";

/** @param {Entry} entry */
const options = (entry) => `
cpu: model=core2_penryn_t9600, ips=4000000
memory: guest=64, host=64
clock: sync=none
vga: extension=vbe
vgaromimage: file=/vga-bios
romimage: file=/bios${entry === "uefi" ? ", address=$BIOS" : ""}
pci: enabled=1, chipset=i440fx${entry === "uefi" ? ", slot1=pcivga" : ""}
com1: enabled=1, mode=file, dev=/dev/console
log: /dev/null
panic: action=report
error: action=ignore
info: action=ignore
boot: cdrom
${entry === "pvh" ? `optromimage1: file=/option-rom, address=0xd0000
optramimage1: file=/ram, address=$RAM` :
        "ata0-master: type=cdrom, path=/cd, status=inserted"}
`;

const MEMORY = 160; // MB: INITIAL_MEMORY in web/pc/link.txt

/**
 * Has this CD a boot entry for UEFI? ("El Torito", 2.0: platform 0xef.)
 * @param {Uint8Array} cd
 */
function bootsByUefi(cd) {
    const view = new DataView(cd.buffer, cd.byteOffset, cd.byteLength);
    const catalog = cd.length > 0x9000 && 2048 * view.getUint32(0x8847, true);
    // The first entry, and the headers of the sections behind it.
    return catalog && catalog + 2048 <= cd.length &&
        (cd[catalog + 1] === 0xef || Array.from({length: 62}, (_, i) =>
            catalog + 64 + 32 * i).some((at) =>
            (cd[at] & 0xfe) === 0x90 && cd[at + 1] === 0xef));
}

export class Bochs {
    /**
     * A PC that is switched on. Throws an Error for the reader when it cannot be.
     * @param {Entry} entry
     * @param {Files} files
     * @param {(byte: number) => void} onSerial what goes to the serial port
     */
    static async make(entry, files, onSerial) {
        let said = "";
        if (entry === "uefi" && !bootsByUefi(files.boots))
            throw new Error("this image is for BIOS alone. Press Build and " +
                "boot: make iso makes one for both.");
        const program = await new Promise((resolve, reject) => files.program({
            print: () => {},
            printErr: (/** @type {string} */ line) => said += `${line}\n`,
            /** @param {WebAssembly.Imports} imports @param {Function} done */
            instantiateWasm(imports, done) {
                WebAssembly.instantiate(files.wasm, imports).then(
                    (instance) => done(instance, files.wasm),
                    (error) => reject(new Error("does this device have too " +
                        `little memory? The PC needs ${MEMORY} MB. (${error})`)));
                return {};
            },
        }).then(resolve, reject));
        const {FS} = program;
        FS.createDevice("/dev", "console", null, onSerial);
        // Firmware ends at 4 GB; Debian 12's OVMF has 2 MB, Debian 13's has 4.
        let text = options(entry).replace("$BIOS",
            `0x${(2 ** 32 - files.bios.length).toString(16)}`);
        if (entry === "pvh") {
            const {ram, address, rom} = pvhFiles(files.boots,
                judge(files.boots).findings);
            FS.writeFile("/ram", ram);
            FS.writeFile("/option-rom", rom);
            text = text.replace("$RAM", `0x${address.toString(16)}`);
        } else {
            FS.writeFile("/cd", files.boots);
        }
        FS.writeFile("/bios", files.bios);
        FS.writeFile("/vga-bios", files.vgaBios);
        FS.writeFile("/bochsrc", text);
        try {
            program._pc_start();
        } catch (error) {
            throw new Error(said || String(error));
        }
        return new Bochs(program);
    }

    /** @param {any} program */
    constructor(program) {
        this.program = program;
        /** @type {Reason} */
        this.reason = "running";
        this.stopAt = -1n;
        this.drawn = -1;
    }

    /**
     * @param {number} milliseconds
     * @returns {Reason} why it returned
     */
    run(milliseconds) {
        if (this.reason === "stopped" || this.reason === "stepped") {
            if (this.step() !== "stepped") // off the address where it stands
                return this.reason;
        }
        this.reason = REASONS[this.program._pc_run(milliseconds)];
        return this.reason;
    }

    /** One instruction, or the delivery of the fault that it raised. */
    step() {
        this.reason = REASONS[this.program._pc_step()];
        return this.reason;
    }

    /**
     * Stops the CPU before it runs the instruction at this address.
     * @param {bigint} address
     * @param {number} [eax] only when EAX is this
     */
    stop(address, eax) {
        this.program._pc_stop(address, eax === undefined ? 0 : 1, eax ?? 0);
    }

    /** How much time has passed for the PC, in seconds. */
    get seconds() {
        return this.program._pc_microseconds() / 1e6;
    }

    /** 16, 32 or 64: the CPU's mode. @returns {16 | 32 | 64} */
    get mode() {
        return this.program._pc_mode();
    }

    /** @returns {Registers} */
    registers() {
        const from = this.program._pc_registers();
        const values = new BigUint64Array(this.program.HEAPU8.buffer, from,
            REGISTERS.length);
        return Object.fromEntries(REGISTERS.map(
            (name, i) => [name, values[i]]));
    }

    /**
     * As many of these bytes as there are.
     * @param {bigint} address a linear one @param {number} length up to 4096
     */
    read(address, length) {
        const count = this.program._pc_read(address, length);
        const from = this.program._pc_memory();
        return this.program.HEAPU8.slice(from, from + count);
    }

    /**
     * The instruction at an address, its bytes and its name.
     * @param {bigint} address
     */
    instruction(address) {
        const bytes = this.read(address, 16);
        const text = bytes.length === 0 ? "(no memory here)" :
            this.program.UTF8ToString(
                this.program._pc_disassemble(address)).trim();
        return {text, bytes: bytes.slice(0, this.program._pc_length())};
    }

    /** How a triple fault came about, the first fault first. @returns {Fault[]} */
    faults() {
        const view = new DataView(this.program.HEAPU8.buffer,
            this.program._pc_faults());
        return Array.from({length: this.program._pc_fault_count()}, (_, i) => ({
            address: view.getBigUint64(32 * i, true),
            cr2: view.getBigUint64(32 * i + 8, true),
            vector: view.getUint32(32 * i + 24, true),
            errorCode: view.getUint32(32 * i + 28, true),
        }));
    }

    /**
     * What the screen shows, if that is not what it showed the last time:
     * characters and attributes of a text screen, and its cursor; or pixels.
     */
    screen() {
        const [graphics, columns, rows, changes, cursor, from] = new Uint32Array(
            this.program.HEAPU8.buffer, this.program._pc_screen(), 6);
        if (changes === this.drawn)
            return null;
        this.drawn = changes;
        const size = columns * rows * (graphics ? 4 : 2);
        const bytes = this.program.HEAPU8.slice(from, from + size);
        return {graphics: graphics === 1, columns, rows, cursor, bytes};
    }

    /**
     * Presses a key, and releases it.
     * @param {string} key as a browser names it: "a", "A", "Enter", "F10"
     * @param {boolean} [control] with the Control key
     */
    press(key, control = false) {
        const shift = SHIFTED.includes(key) || /^[A-Z]$/.test(key);
        const name = SHIFTED.includes(key) ? UNSHIFTED[SHIFTED.indexOf(key)]
            : shift ? key.toLowerCase() : key;
        const number = KEYS.indexOf(name);
        if (number < 0 || name === "")
            return;
        const numbers = [number];
        for (const [held, other] of /** @type {[boolean, string][]} */ (
            [[shift, "Shift"], [control, "Control"]]))
            if (held)
                numbers.unshift(KEYS.indexOf(other));
        numbers.forEach((n) => this.program._pc_key(n));
        numbers.reverse().forEach((n) => this.program._pc_key(n | RELEASED));
    }
}

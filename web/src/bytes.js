// SPDX-License-Identifier: 0BSD
// A kernel's file byte by byte: each byte is named by mb2check's fact about it
// or, in the code, by its instruction. A byte can be changed.
import {button, make, reason} from "./dom.js";
import {hex, showFinding} from "./verdict.js";

const SHOWN = 4096; // bytes, of a larger file

/**
 * @typedef {{offset: number, size: number, kind: string, text: string}} Region
 *
 * @typedef {object} Actions
 * @property {(bytes: Uint8Array) => import("./judge.js").Judgement} judge
 * @property {(bytes: Uint8Array) => void} boot
 * @property {(bytes: Uint8Array) => Promise<string>} disassemble objdump's
 *   listing of these bytes; empty if there is none
 */

export class Bytes {
    /**
     * @param {HTMLElement} parent
     * @param {Actions} actions
     */
    constructor(parent, actions) {
        this.actions = actions;
        this.title = make("h4");
        this.grid = make("div", {
            className: "hex", role: "listbox", tabIndex: 0,
            "aria-label": "Bytes of the kernel",
        });
        this.about = make("p", {className: "about", role: "status",
                                "aria-label": "This byte"});
        this.value = make("input", {
            size: 2, maxLength: 2, "aria-label": "New value, hexadecimal",
            autocomplete: "off", spellcheck: false,
        });
        this.change = button("Change byte", () => this.changeByte());
        this.undo = button("Undo all", () => this.undoAll(), {disabled: true});
        this.findings = make("ul", {className: "findings",
                                    "aria-label": "Broken rules"});
        parent.append(this.title, this.grid, this.about,
            make("div", {className: "bar"}, this.value, this.change, this.undo,
                 button("Boot these bytes", () => actions.boot(this.bytes))),
            this.findings);
        this.name = "";
        /** @type {Uint8Array} */
        this.original = new Uint8Array();
        this.bytes = this.original;
        /** @type {Region[]} */
        this.code = [];
        /** @type {Region[]} */
        this.regions = [];
        this.at = 0;
        this.value.addEventListener("keydown", (event) => {
            if (event.key === "Enter")
                this.changeByte();
        });
        this.grid.addEventListener("click", (event) => {
            const at = /** @type {HTMLElement} */ (event.target).dataset.at;
            if (at !== undefined)
                this.select(Number(at));
        });
        this.grid.addEventListener("keydown", (event) => {
            const step = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: 16,
                          ArrowUp: -16}[event.key];
            if (step) {
                event.preventDefault();
                this.select(this.at + step)?.scrollIntoView({block: "nearest"});
            } else if (event.key === "Enter") {
                event.preventDefault();
                this.value.focus();
                this.value.select();
            }
        });
    }

    /**
     * @param {string} name
     * @param {Uint8Array} bytes
     */
    show(name, bytes) {
        this.name = name;
        this.original = bytes;
        this.code = [];
        this.undoAll();
        this.nameCode();
    }

    /**
     * Names the code's bytes by their instructions, when somebody looks at them;
     * keeps what the reader has changed, and is typing.
     */
    async nameCode() {
        const {original} = this;
        if (!this.grid.clientHeight || this.code.length || !original.length)
            return;
        const listing = await this.actions.disassemble(original).catch(() => "");
        if (!listing || original !== this.original) // other bytes are shown now
            return;
        const typed = this.value.value;
        this.code = readListing(listing, this.judge(original).findings);
        this.draw();
        this.select(this.at);
        this.value.value = typed;
    }

    /** mb2check's findings; or that it is not loaded. @param {Uint8Array} bytes */
    judge(bytes) {
        try {
            return {...this.actions.judge(bytes), problem: []};
        } catch (error) {
            return {findings: [], problem: [make("li", {}, reason(error))]};
        }
    }

    changeByte() {
        const value = parseInt(this.value.value, 16);
        if (!/^[0-9a-f]{1,2}$/i.test(this.value.value)) {
            this.about.textContent =
                "A byte is one or two hexadecimal digits, 0 to 9 and a to f.";
            return;
        }
        this.bytes[this.at] = value;
        this.draw();
        this.select(this.at);
    }

    undoAll() {
        this.bytes = this.original.slice();
        this.draw();
        this.select(this.at);
    }

    draw() {
        const {bytes} = this;
        const {findings, problem} = this.judge(bytes);
        const changed = bytes.some((byte, at) => byte !== this.original[at]);
        this.undo.disabled = !changed;
        this.title.textContent = `${this.name}, ${bytes.length} bytes` +
            (changed ? ", changed" : "") +
            (bytes.length > SHOWN ? `; the first ${SHOWN} are shown` : "");
        this.findings.replaceChildren(...problem,
            ...findings.filter(({severity}) => severity !== "fact")
                .map(showFinding));
        this.regions = [
            ...findings
                .filter(({severity, size}) => severity === "fact" && size > 0)
                .map(({offset, size, rule, label, is, section}) => ({
                    offset, size, kind: kindOf(rule),
                    text: (label ? `${label}: ${is}` : is) +
                        (section ? ` (${section})` : ""),
                })),
            ...this.code,
        ];
        /** @type {string[]} */
        const kinds = Array(Math.min(bytes.length, SHOWN)).fill("none");
        // The narrower region names a byte: a field, not the tag around it.
        for (const {offset, size, kind} of
            [...this.regions].sort((a, b) => b.size - a.size))
            kinds.fill(kind, offset, offset + size);
        this.grid.replaceChildren();
        for (let row = 0; row < Math.min(bytes.length, SHOWN); row += 16) {
            const line = make("div", {className: "hex-row", role: "presentation"},
                make("span", {className: "offset", "aria-hidden": "true"},
                     row.toString(16).padStart(4, "0")));
            for (let at = row; at < Math.min(row + 16, bytes.length); at++)
                line.append(make("span", {
                    role: "option", id: `byte-${at}`,
                    "data-at": at, "aria-selected": "false",
                    className: `kind-${kinds[at]}` +
                        (bytes[at] === this.original[at] ? "" : " changed"),
                }, bytes[at].toString(16).padStart(2, "0")));
            this.grid.append(line);
        }
    }

    /** @param {number} at @returns {Element | null} its place in the grid */
    select(at) {
        const last = Math.min(this.bytes.length, SHOWN) - 1;
        if (last < 0)
            return null;
        this.at = Math.min(Math.max(at, 0), last);
        this.grid.querySelector("[aria-selected=true]")
            ?.setAttribute("aria-selected", "false");
        const cell = this.grid.querySelector(`#byte-${this.at}`);
        cell?.setAttribute("aria-selected", "true");
        this.grid.setAttribute("aria-activedescendant", `byte-${this.at}`);
        const names = this.regions
            .filter(({offset, size}) =>
                offset <= this.at && this.at < offset + size)
            .sort((a, b) => b.size - a.size)
            .map(({text}) => text);
        const value = this.bytes[this.at].toString(16).padStart(2, "0");
        this.value.value = value;
        this.about.textContent = `Offset ${hex(this.at)}, value ${value}. ` +
            (names.join("; ") || "mb2check has no fact about it.");
        return cell;
    }
}

/** @param {string} rule the group of a fact */
function kindOf(rule) {
    if (/^elf|file/i.test(rule))
        return "elf";
    if (/segment|program/i.test(rule))
        return "segment";
    if (/tag/i.test(rule))
        return "tag";
    if (/note|pvh/i.test(rule))
        return "note";
    return "header";
}

/**
 * What objdump -d printed, as regions of the file.
 * @param {string} listing
 * @param {import("./judge.js").Finding[]} findings of the file, for where its
 *     addresses are in it
 * @returns {Region[]}
 */
function readListing(listing, findings) {
    const segments = loadSegments(findings);
    /** @type {(Region & {symbol: string})[]} */
    let found = [];
    let symbol = "";
    for (const line of listing.split(/\r?\n/)) {
        symbol = /^[0-9a-f]+ <(.+)>:$/.exec(line)?.[1] ?? symbol;
        if (line.endsWith(`<${symbol}>:`)) // listed again: the last one counts
            found = found.filter((region) => region.symbol !== symbol);
        const code = /^ *([0-9a-f]+):\t((?:[0-9a-f]{2} )+) *\t?(.*)$/.exec(line);
        if (!code)
            continue;
        const address = parseInt(code[1], 16);
        const size = code[2].trim().split(" ").length;
        const segment = segments.find(({start, length}) =>
            address >= start && address < start + length);
        if (!segment)
            continue;
        const offset = address - segment.start + segment.offset;
        const before = found.at(-1);
        if (!code[3] && before && before.offset + before.size === offset)
            before.size += size; // objdump continued it in a second line
        else
            found.push({offset, size, kind: "code", symbol,
                text: `${symbol}: ${code[3].replace(/\s+/g, " ").trim()}`});
    }
    return found;
}

/** @param {import("./judge.js").Finding[]} findings */
function loadSegments(findings) {
    /** @param {string} name @returns {number[]} of each segment */
    const field = (name) => findings
        .filter(({rule, label}) => rule === "segment" && label === name)
        .map(({is}) => parseInt(is)); // "0x100000", or "1, PT_LOAD"
    const offsets = field("p_offset"), lengths = field("p_filesz");
    return field("p_vaddr").map((start, at) => (
        {start, offset: offsets[at], length: lengths[at]}));
}

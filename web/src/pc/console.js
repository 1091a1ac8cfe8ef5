// SPDX-License-Identifier: 0BSD
// What a PC prints to its serial port, as a screen of text: xterm knows the
// escape sequences.
// @ts-expect-error Its types are those of the package, whose own pointer to
// this file is wrong.
import {Terminal} from "@xterm/headless/lib-headless/xterm-headless.mjs";

const COLUMNS = 100, ROWS = 31; // OVMF's, for 800 pixels by 600

export class Console {
    /** @param {() => void} onChange */
    constructor(onChange) {
        /** @type {import("@xterm/headless").Terminal} */
        this.xterm = new Terminal({ cols: COLUMNS, rows: ROWS, scrollback: 0,
            allowProposedApi: true });
        this.xterm.onWriteParsed(onChange);
    }

    /** @param {Uint8Array} bytes */
    write(bytes) {
        this.xterm.write(bytes);
    }

    /** As a text screen has it: characters, and a VGA card's colours of each. */
    cells() {
        const buffer = this.xterm.buffer.active;
        const attributes = new Uint8Array(COLUMNS * ROWS);
        const lines = Array.from({length: ROWS}, (_, y) => {
            const line = buffer.getLine(y);
            for (let x = 0; x < COLUMNS; x++) {
                const cell = line?.getCell(x);
                const front = cell?.isFgPalette() ? vga(cell.getFgColor()) : 7;
                const back = cell?.isBgPalette() ? vga(cell.getBgColor()) : 0;
                attributes[y * COLUMNS + x] = front | (cell?.isBold() ? 8 : 0) |
                    back << 4;
            }
            return line?.translateToString().padEnd(COLUMNS) ?? "";
        });
        return {lines, attributes};
    }
}

/** A VGA card has red and blue in each other's place. @param {number} ansi */
function vga(ansi) {
    return ansi & 2 | ansi >> 2 & 1 | (ansi & 1) << 2 | ansi & 8;
}

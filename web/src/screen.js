// SPDX-License-Identifier: 0BSD
// The PC's screen: text, in the PC's colours; or pixels, and beside them what
// the serial console shows. Keys typed on it go to the PC.
import {make} from "./dom.js";

const COLUMNS = 80, ROWS = 25;

export class Screen {
    /**
     * @param {HTMLElement} element
     * @param {(key: string, control: boolean) => void} onKey
     */
    constructor(element, onKey) {
        this.text = make("span", {className: "cells"});
        this.canvas = make("canvas", {hidden: true});
        element.append(this.canvas, this.text);
        /** @type {string[]} what each row shows, to draw only what changed */
        this.drawn = [];
        element.addEventListener("keydown", (event) => {
            // Tab moves on; F10 is for GRUB, the others are for the browser.
            if (event.metaKey || event.altKey || event.key === "Tab" ||
                /^F(?!10)\d/.test(event.key))
                return;
            event.preventDefault();
            onKey(event.key, event.ctrlKey);
        });
        this.blank();
    }

    blank() {
        this.show({ lines: Array(ROWS).fill(" ".repeat(COLUMNS)),
            attributes: new Uint8Array(COLUMNS * ROWS).fill(7) });
        this.canvas.hidden = true;
    }

    /**
     * @param {{lines?: string[], attributes?: Uint8Array, cursor?: number,
     *     pixels?: Uint8Array, width?: number, height?: number,
     *     graphics?: boolean}} screen
     *     attributes: a cell's colours, the high half is the one in the
     *     background; cursor: the number of its cell; graphics: the text is
     *     the console's, beside pixels
     */
    show({lines, attributes, cursor = -1, pixels, width = 0, height = 0, graphics}) {
        if (pixels) {
            Object.assign(this.canvas, {width, height, hidden: false});
            this.canvas.getContext("2d")?.putImageData(new ImageData(
                new Uint8ClampedArray(pixels), width, height), 0, 0);
        }
        if (!lines || !attributes)
            return;
        this.canvas.hidden = !graphics;
        const columns = lines[0].length;
        this.text.style.setProperty("--columns", String(columns));
        if (this.drawn.length !== lines.length) {
            this.text.replaceChildren();
            this.drawn = [];
            lines.forEach((_, row) => this.text.append(
                ...(row ? ["\n"] : []), document.createElement("span")));
        }
        lines.forEach((line, row) => {
            const colours = attributes.subarray(row * columns, (row + 1) * columns);
            const column = cursor - row * columns;
            const here = column >= 0 && column < columns ? column : -1;
            const key = `${line} ${colours.join()} ${here}`;
            if (this.drawn[row] === key)
                return;
            this.drawn[row] = key;
            this.text.children[row].replaceChildren(...runs(line, colours, here));
        });
    }
}

/**
 * One element for each run of cells of the same colours; and the cursor.
 * @param {string} line
 * @param {Uint8Array} colours
 * @param {number} cursor its column
 */
function runs(line, colours, cursor) {
    const found = [];
    for (let start = 0, end; start < line.length; start = end) {
        const colour = colours[start];
        for (end = start + 1; end < line.length; end++)
            if (colours[end] !== colour || start === cursor || end === cursor)
                break;
        const run = document.createElement("span");
        run.className = `front-${colour & 15} back-${colour >> 4 & 7} ${
            start === cursor ? "underscore" : ""}`;
        run.textContent = line.slice(start, end);
        found.push(run);
    }
    return found;
}

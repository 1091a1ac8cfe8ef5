// SPDX-License-Identifier: 0BSD
// The PC's text screen, as text: 25 lines of 80 characters, in the PC's
// colours. Keys typed on it go to the PC.

import {KEYS} from "./keys.js";

const COLUMNS = 80, ROWS = 25;

export class Screen {
    /**
     * @param {HTMLElement} element
     * @param {(text: string) => void} onKey
     */
    constructor(element, onKey) {
        this.element = element;
        /** @type {string[]} what each row shows, to draw only what changed */
        this.drawn = [];
        element.addEventListener("keydown", (event) => {
            if (event.ctrlKey || event.metaKey || event.altKey)
                return;
            const text = KEYS[event.key] ??
                (event.key.length === 1 ? event.key : undefined);
            if (text === undefined || event.key === "Tab") // Tab leads on
                return;
            event.preventDefault();
            onKey(text);
        });
        this.blank();
    }

    blank() {
        this.show(Array(ROWS).fill(" ".repeat(COLUMNS)));
    }

    /**
     * @param {string[]} lines
     * @param {Uint8Array} [attributes] a cell's colours: the high half is the
     *     one in the background
     */
    show(lines, attributes) {
        if (lines.length === 0) {
            this.drawn = [];
            this.element.textContent =
                "The PC has switched to graphics. This page shows text only.";
            return;
        }
        if (this.drawn.length !== lines.length) {
            this.element.replaceChildren();
            this.drawn = [];
            lines.forEach((_, row) => this.element.append(
                ...(row ? ["\n"] : []), document.createElement("span")));
        }
        lines.forEach((line, row) => {
            const colours = attributes?.subarray(row * COLUMNS,
                                                 (row + 1) * COLUMNS);
            const key = `${line} ${colours?.join()}`;
            if (this.drawn[row] === key)
                return;
            this.drawn[row] = key;
            this.element.children[row].replaceChildren(...runs(line, colours));
        });
    }
}

/**
 * Neighbours of one colour, each as one element.
 * @param {string} line
 * @param {Uint8Array} [colours]
 */
function runs(line, colours) {
    const found = [];
    for (let start = 0, end; start < line.length; start = end) {
        const colour = colours?.[start] ?? 0x07;
        for (end = start + 1; end < line.length; end++)
            if ((colours?.[end] ?? 0x07) !== colour)
                break;
        const run = document.createElement("span");
        run.className = `front-${colour & 15} back-${colour >> 4 & 7}`;
        run.textContent = line.slice(start, end);
        found.push(run);
    }
    return found;
}

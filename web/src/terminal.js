// SPDX-License-Identifier: 0BSD
// A terminal: what a program writes, and keys for it. The escape sequences are
// xterm's business; this draws its rows as plain text, which can be selected,
// searched and read aloud.
// @ts-expect-error Its types are those of the package, whose own pointer to
// this file is wrong.
import {Terminal as Xterm} from "@xterm/headless/lib-headless/xterm-headless.mjs";
import {make} from "./dom.js";

// What a browser calls a key, as a terminal sends it to a program.
const KEYS = /** @type {Record<string, string>} */ ({
    Enter: "\r", Backspace: "\x7f", Tab: "\t", Escape: "\x1b",
    ArrowUp: "\x1b[A", ArrowDown: "\x1b[B",
    ArrowRight: "\x1b[C", ArrowLeft: "\x1b[D",
    Home: "\x1b[H", End: "\x1b[F", Delete: "\x1b[3~",
    PageUp: "\x1b[5~", PageDown: "\x1b[6~",
});
const COLUMNS = 80, ROWS = 24; // until its size is known; never more columns
const SCROLLBACK = 500;

export class Terminal {
    /**
     * @param {HTMLElement} parent
     * @param {object} actions
     * @param {(text: string) => void} actions.onData what the reader types
     * @param {(columns: number, rows: number) => void} actions.onSize
     */
    constructor(parent, {onData, onSize}) {
        this.onData = onData;
        this.onSize = onSize;
        /** @type {import("@xterm/headless").Terminal} */
        this.xterm = new Xterm({
            cols: COLUMNS, rows: ROWS, scrollback: SCROLLBACK,
            allowProposedApi: true,
        });
        // Answers to a program's questions, such as: where is the cursor?
        this.xterm.onData((text) => this.onData(text));

        // A phone shows its keyboard only for a text field.
        this.input = make("textarea", {
            className: "terminal-input", rows: 1, spellcheck: false,
            autocapitalize: "off", autocomplete: "off",
            "aria-label": "Terminal input", "autocorrect": "off",
        });
        this.rows = make("span");
        this.letter = make("span", {className: "terminal-letter"});
        this.element = make("pre", {
            className: "terminal", role: "log", "aria-label": "Terminal",
            tabIndex: -1,
        }, this.rows, this.input, this.letter);
        parent.append(this.element);
        /** @type {HTMLElement[]} */
        this.drawn = [];
        this.settled = 0; // rows that will not change any more
        this.frame = 0;
        this.leaving = false; // Esc was typed: Tab leaves
        this.xterm.onWriteParsed(() => this.redraw());
        new ResizeObserver(() => this.fit()).observe(this.element);

        this.element.addEventListener("click", () => {
            if (getSelection()?.isCollapsed !== false)
                this.input.focus({preventScroll: true});
        });
        this.element.addEventListener("keydown", (event) => this.key(event));
        this.input.addEventListener("input", () => {
            const text = this.input.value;
            this.input.value = "";
            this.onData(text.replaceAll("\n", "\r"));
        });
    }

    /** @param {Uint8Array | string} output */
    write(output) {
        this.xterm.write(output);
    }

    clear() {
        this.xterm.reset();
        this.drawn = [];
        this.settled = 0;
        this.rows.replaceChildren();
    }

    /** As many rows and columns as fit: programs can fill the terminal. */
    fit() {
        const {width, height} = this.letter.getBoundingClientRect();
        const {clientWidth, clientHeight} = this.element;
        const space = 2 * parseFloat(getComputedStyle(this.element).paddingLeft);
        const columns = Math.min(Math.floor((clientWidth - space) / width), COLUMNS);
        const rows = Math.floor((clientHeight - space) / height);
        if (columns < 2 || rows < 2 ||
            (columns === this.xterm.cols && rows === this.xterm.rows))
            return;
        this.xterm.resize(columns, rows);
        this.settled = 0;
        this.redraw();
        this.onSize(columns, rows);
    }

    /** The text of the row that the cursor is in, up to the cursor. */
    get cursorLine() {
        const buffer = this.xterm.buffer.active;
        return buffer.getLine(buffer.baseY + buffer.cursorY)
            ?.translateToString(false, 0, buffer.cursorX) ?? "";
    }

    /** @param {KeyboardEvent} event */
    key(event) {
        if (event.isComposing || event.metaKey || event.altKey)
            return;
        const leaving = this.leaving;
        this.leaving = event.key === "Escape";
        if (event.key === "Tab" && (leaving || event.shiftKey))
            return;
        const {modes, buffer} = this.xterm;
        if (event.key.startsWith("Page") && buffer.active.type === "normal")
            return; // scrolls
        let text = KEYS[event.key];
        if (modes.applicationCursorKeysMode)
            text = text?.replace(/\[(?=[A-Z])/, "O");
        if (event.ctrlKey) {
            const selected = getSelection()?.isCollapsed === false;
            if (!/^[a-z[\\\]]$/i.test(event.key) || event.shiftKey ||
                event.key === "v" || (event.key === "c" && selected))
                return;
            text = String.fromCharCode(event.key.toUpperCase().charCodeAt(0) & 31);
        } else if (text === undefined && event.target === this.element &&
                   event.key.length === 1) {
            text = event.key;
        }
        if (text === undefined)
            return; // the text field gets it
        event.preventDefault();
        this.onData(text);
    }

    /**
     * Resolves when something was written, or after a while.
     * @param {number} [milliseconds]
     */
    changed(milliseconds = 5000) {
        return new Promise((resolve) => {
            const written = this.xterm.onWriteParsed(() => done());
            const done = () => {
                clearTimeout(timer);
                written.dispose();
                resolve(null);
            };
            const timer = setTimeout(done, milliseconds);
        });
    }

    redraw() {
        this.frame ||= requestAnimationFrame(() => {
            this.frame = 0;
            this.draw();
        });
    }

    draw() {
        const buffer = this.xterm.buffer.active;
        const atEnd = this.element.scrollTop + this.element.clientHeight >=
            this.element.scrollHeight - 30;
        if (buffer.baseY === SCROLLBACK || buffer.baseY < this.settled)
            this.settled = 0; // the oldest rows are gone, or all are
        const cursor = buffer.baseY + buffer.cursorY;
        let last = buffer.baseY + this.xterm.rows - 1;
        while (!buffer.baseY && last > cursor &&
               !buffer.getLine(last)?.translateToString(true))
            last--;
        while (this.drawn.length > last + 1)
            this.drawn.pop()?.remove();
        for (let y = this.settled; y <= last; y++) {
            const row = this.row(y, y === cursor ? buffer.cursorX : -1);
            if (y < this.drawn.length)
                this.drawn[y].replaceWith(row);
            else
                this.rows.append(row);
            this.drawn[y] = row;
        }
        this.settled = buffer.baseY;
        if (atEnd)
            this.element.scrollTop = this.element.scrollHeight;
    }

    /**
     * @param {number} y
     * @param {number} cursor its column, or -1 if it is in another row
     */
    row(y, cursor) {
        const buffer = this.xterm.buffer.active;
        const line = buffer.getLine(y);
        const row = make("span");
        if (!line)
            return row;
        // A long line that xterm has folded is one line of text again.
        if (y > 0 && !line.isWrapped)
            row.append("\n");
        let length = Math.max(line.translateToString(true).length, cursor + 1);
        if (buffer.getLine(y + 1)?.isWrapped)
            length = this.xterm.cols;
        let text = "", style = "";
        const flush = () => {
            if (text)
                row.append(style ? make("span", {className: style}, text) : text);
            text = "";
        };
        for (let x = 0; x < length; x++) {
            const cell = line.getCell(x);
            if (!cell || cell.getWidth() === 0)
                continue;
            const here = [
                x === cursor ? "cursor" : "",
                cell.isFgPalette() && cell.getFgColor() < 16
                    ? `ansi-${cell.getFgColor() & 7}` : "",
                cell.isBold() ? "bold" : "",
                cell.isInverse() ? "inverse" : "",
            ].filter(Boolean).join(" ");
            if (here !== style) {
                flush();
                style = here;
            }
            text += cell.getChars() || " ";
        }
        flush();
        return row;
    }
}

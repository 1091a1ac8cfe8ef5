// SPDX-License-Identifier: 0BSD
// The editor: a tab for each file, marks for the lines that a tool complained
// of, and the difference from the project's own file.
import {defaultKeymap, history, historyKeymap, indentWithTab}
    from "@codemirror/commands";
import {cpp} from "@codemirror/lang-cpp";
import {bracketMatching, indentUnit, syntaxHighlighting}
    from "@codemirror/language";
import {lintGutter, lintKeymap, setDiagnostics} from "@codemirror/lint";
import {diff, unifiedMergeView} from "@codemirror/merge";
import {Compartment, EditorState} from "@codemirror/state";
import {EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers,
        placeholder} from "@codemirror/view";
import {classHighlighter} from "@lezer/highlight";
import {StyleModule} from "style-mod";
import {button, find} from "./dom.js";

// CodeMirror puts its styles into a <style> element, which the page's
// Content-Security-Policy refuses. It allows a constructed style sheet.
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [sheet];
StyleModule.mount = (_root, modules) => sheet.replaceSync(
    [modules].flat().map((module) => module.getRules()).join(""));

/**
 * @typedef {{path: string, line: number, severity: "error" | "warning" | "info",
 *            text: string}} Problem
 */

/** The first tabs; other files get one when they are shown. */
const FIRST = ["kernel.c", "screen.h", "uefi.c", "uefi.h", "pvh.c",
               "multiboot2.h", "linker.ld", "grub/grub.cfg", "Makefile"];

export class Editor {
    /**
     * @param {HTMLElement} tabs
     * @param {HTMLElement} parent
     * @param {import("./store.js").Store[]} stores the folders that are edited
     */
    constructor(tabs, parent, stores) {
        this.tabs = tabs;
        this.store = stores[0];
        /** @type {string[]} those with a tab */
        this.files = [];
        /** @type {Map<string, EditorState>} */
        this.states = new Map();
        /** @type {Problem[]} */
        this.problems = [];
        this.showChanges = false;
        this.path = "";
        this.difference = new Compartment();
        this.view = new EditorView({parent});
        this.use(this.store);
        for (const store of stores)
            store.addEventListener("change", (event) => {
                if (store === this.store)
                    this.hear(/** @type {CustomEvent} */ (event).detail.path);
            });
        tabs.addEventListener("keydown", (event) => {
            const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
            if (!step)
                return;
            event.preventDefault();
            const at = this.files.indexOf(this.path) + step;
            this.show(this.files[(at + this.files.length) % this.files.length]);
            this.tab()?.focus();
        });
    }

    /** Edits another folder. @param {import("./store.js").Store} store */
    use(store) {
        this.store = store;
        this.states.clear();
        this.problems = [];
        this.files = store.own ? store.paths
            : FIRST.filter((path) => store.has(path));
        for (const path of store.changed)
            if (!this.files.includes(path))
                this.files.push(path);
        this.path = "";
        this.show(this.files[0] ?? "");
        this.drawTabs();
    }

    /**
     * The tabs of an example, whose files replace the kernel's own of that name.
     * @param {string} name "" is the kernel itself
     */
    setExample(name) {
        const folder = `examples/${name}/`;
        const own = name
            ? this.store.paths.filter((path) => path.startsWith(folder)) : [];
        this.files = [...own, ...FIRST.filter(
            (path) => !own.includes(folder + path))];
        this.show(this.files[0]);
    }

    /** A file changed, came or went. @param {string} path */
    hear(path) {
        if (this.store.own && this.store.has(path) !== this.files.includes(path)) {
            this.files = this.store.paths;
            if (!this.files.includes(this.path)) {
                this.path = "";
                this.show(this.files[0] ?? "");
            }
        }
        this.take(path);
        this.drawTabs();
    }

    /** @param {string} path "" where there is no file */
    state(path) {
        return EditorState.create({
            doc: this.store.get(path),
            extensions: [
                path ? [] : [EditorState.readOnly.of(true), placeholder(
                    "This folder is empty. New makes its first file.")],
                lineNumbers(), history(), drawSelection(), highlightActiveLine(),
                bracketMatching(), lintGutter(),
                indentUnit.of(path === "Makefile" ? "\t" : "    "),
                /\.[ch]$/.test(path) ? cpp() : [],
                syntaxHighlighting(classHighlighter),
                keymap.of([...defaultKeymap.filter(
                               ({key}) => key !== "Mod-Enter"),
                           ...historyKeymap, ...lintKeymap, indentWithTab]),
                EditorView.contentAttributes.of({
                    "aria-label": "Editor",
                    "aria-description": path,
                    tabindex: "0",
                }),
                EditorView.updateListener.of((update) => {
                    if (update.docChanged)
                        this.store.set(path, update.state.doc.toString());
                }),
                this.difference.of(this.comparison(path)),
            ],
        });
    }

    /** @param {string} path */
    comparison(path) {
        return this.showChanges ? unifiedMergeView({
            original: this.store.original(path),
            mergeControls: false, gutter: true, highlightChanges: !this.store.own,
        }) : [];
    }

    /** @param {boolean} on show what differs from the project's own files? */
    setShowChanges(on) {
        this.showChanges = on;
        /** @type {HTMLInputElement} */ (find("show-changes")).checked = on;
        this.view.dispatch({
            effects: this.difference.reconfigure(this.comparison(this.path))});
    }

    /**
     * @param {string} path
     * @param {number} [line] from 1
     */
    show(path, line) {
        if (path ? !this.store.has(path) : this.files.length > 0)
            return;
        if (path && !this.files.includes(path))
            this.files.push(path);
        if (path !== this.path || !path) {
            if (this.path)
                this.states.set(this.path, this.view.state);
            this.path = path;
            this.view.setState(this.states.get(path) ?? this.state(path));
            this.take(path);
            this.setShowChanges(this.showChanges);
            this.mark();
        }
        this.drawTabs();
        if (line) {
            const {from} = this.view.state.doc.line(
                Math.min(line, this.view.state.doc.lines));
            this.view.dispatch({
                selection: {anchor: from},
                effects: EditorView.scrollIntoView(from, {y: "center"}),
            });
        }
    }

    /** show(), and takes the focus, to type there. @param {string} path @param {number} [line] */
    open(path, line) {
        this.show(path, line);
        this.view.focus();
    }

    /**
     * Takes over a text that changed elsewhere.
     * @param {string} path
     */
    take(path) {
        if (path !== this.path) {
            this.states.delete(path);
            return;
        }
        const old = this.view.state.doc.toString();
        const text = this.store.get(path);
        if (text !== old) // only where it differs: the cursor stays
            this.view.dispatch({changes: changes(old, text)});
    }

    /**
     * @param {Problem[]} problems what the last build complained of
     * @returns {Problem[]} those in files that can be edited
     */
    setProblems(problems) {
        this.problems = problems.filter(({path}) => this.store.has(path));
        this.mark();
        this.drawTabs();
        return this.problems;
    }

    mark() {
        const {doc} = this.view.state;
        this.view.dispatch(setDiagnostics(this.view.state, this.problems
            .filter(({path, line}) => path === this.path && line <= doc.lines)
            .map(({line, severity, text}) => ({
                from: doc.line(line).from, to: doc.line(line).to, severity,
                message: text,
                markClass: `marked-${severity}`,
            }))));
    }

    tab() {
        return /** @type {HTMLElement | null} */ (
            this.tabs.querySelector("[aria-selected=true]"));
    }

    drawTabs() {
        const focused = this.tabs.contains(document.activeElement);
        this.tabs.replaceChildren(...this.files.map((path) => {
            const selected = path === this.path;
            const changed = !this.store.own && this.store.edits.has(path);
            const wrong = this.problems.some(
                (problem) => problem.path === path && problem.severity === "error");
            return button(path + (changed ? " (changed)" : ""),
                          () => this.show(path), {
                role: "tab", "aria-selected": selected,
                tabIndex: selected ? 0 : -1,
                className: wrong ? "wrong" : "",
            });
        }));
        if (focused)
            this.tab()?.focus();
    }
}

/**
 * The edit that turns one text into the other.
 * @param {string} old
 * @param {string} text
 */
export function changes(old, text) {
    return diff(old, text).map(({fromA, toA, fromB, toB}) => (
        {from: fromA, to: toA, insert: text.slice(fromB, toB)}));
}

/**
 * The messages of gcc, ld, make and grub-script-check that name a line.
 * @param {string} output
 * @returns {Problem[]}
 */
export function readProblems(output) {
    /** @type {Problem[]} */
    const problems = [];
    for (const line of output.split(/\r?\n/)) {
        // kernel.c:12:5: error: ...   ld:linker.ld:5: syntax error
        // Makefile:7: *** missing separator.  Stop.
        // build/k.cfg:9: ... is grub-script-check's, about the copy of grub.cfg
        const found = /^(?:[\w./-]*ld:\s?)?([\w./+-]+):(\d+):(?:\d+:)? (.*)$/
            .exec(line);
        const grub = /error: line no: (\d+)|[Ss]yntax error at line (\d+)/
            .exec(line);
        if (found) {
            const kind = /^(fatal error|error|warning|note)/.exec(found[3])?.[1];
            problems.push({
                path: found[1], line: Number(found[2]), text: found[3],
                severity: kind === "warning" ? "warning"
                    : kind === "note" ? "info" : "error",
            });
        } else if (grub) {
            problems.push({path: "grub/grub.cfg", severity: "error", text: line,
                           line: Number(grub[1] ?? grub[2])});
        }
    }
    return problems;
}

// SPDX-License-Identifier: 0BSD
// The folder that is edited: the project's, or one of the reader's own, which
// begins empty; and what can be done with the reader's own.
import {strFromU8, strToU8, unzipSync, zipSync} from "fflate";
import {find, reason, reveal, saveFile} from "./dom.js";
import {typed} from "./typed.js";

const KEY = "ok-kernel:folder";
const LARGEST = 1 << 20; // bytes of an archive's file

export class Folder {
    /**
     * @param {import("./store.js").Store[]} stores the project's, and the reader's
     * @param {import("./editor.js").Editor} editor
     * @param {import("./status.js").Status} status
     * @param {import("./shell.js").Shell} shell
     */
    constructor(stores, editor, status, shell) {
        this.stores = stores;
        this.own = stores[1];
        this.editor = editor;
        this.status = status;
        this.shell = shell;
        /** @type {{block: object, before: string, after: string} | undefined} */
        this.last = undefined; // of the text's changes
        this.choice = /** @type {HTMLSelectElement} */ (find("folder"));
        this.choice.addEventListener("change", () => {
            const {value} = this.choice;
            this.choose(value === "own");
            this.choice.value = value;
            if (value !== "own")
                editor.setExample(value);
        });
        find("new-file").addEventListener("click", () => this.create());
        find("remove-file").addEventListener("click", () => this.remove());
        find("save-zip").addEventListener("click", () => saveFile("myos.zip", zipSync(
            Object.fromEntries(this.own.paths.map(
                (path) => [path, strToU8(this.own.get(path))])))));
        const zip = /** @type {HTMLInputElement} */ (find("zip"));
        find("open-zip").addEventListener("click", () => zip.click());
        zip.addEventListener("change", async () => {
            this.take(new Uint8Array(await zip.files?.[0].arrayBuffer() ?? []));
            zip.value = "";
        });
        try {
            this.choose(localStorage.getItem(KEY) === "own");
        } catch {
            // The browser keeps nothing: the project's.
        }
    }

    /** @param {boolean} own */
    choose(own) {
        if (this.editor.store.own === own)
            return;
        this.choice.value = own ? "own" : "";
        for (const one of /** @type {NodeListOf<HTMLElement>} */ (
            document.querySelectorAll("[data-own]")))
            one.hidden = one.dataset.own !== String(own);
        this.editor.setShowChanges(false);
        this.editor.use(this.stores[Number(own)]);
        try {
            localStorage.setItem(KEY, this.choice.value);
        } catch {
            // It stays chosen until the page is closed.
        }
        this.enter();
    }

    /** The terminal goes there, too. */
    enter() {
        this.shell.entered = this.shell.enter(
            this.editor.store.own ? "~/myos" : "~/ok");
    }

    /** Adds files, or says why not. @param {Map<string, string>} files */
    add(files) {
        try {
            this.own.add(files);
        } catch (error) {
            this.status.say(reason(error));
            return;
        }
        this.choose(true);
        this.editor.show([...files.keys()][0] ?? "");
    }

    create() {
        const path = prompt("Name of the new file, for instance kernel.c")?.trim();
        if (path && !this.own.has(path))
            this.add(new Map([[path, ""]]));
        this.editor.open(path ?? "");
    }

    remove() {
        const {path} = this.editor;
        if (path && confirm(`Remove ${path} from your folder?`))
            this.own.set(path, null);
    }

    /** @param {Uint8Array} archive */
    take(archive) {
        try {
            const entries = Object.entries(unzipSync(archive, {
                filter: ({name, originalSize}) => !name.endsWith("/") &&
                    originalSize <= LARGEST}));
            this.add(new Map(entries.map(([path, bytes]) => [path, strFromU8(bytes)])));
        } catch (error) {
            this.status.say(`This is not a .zip archive: ${reason(error)}`);
        }
    }

    /**
     * Types a block of the texts; the editor shows what is new.
     * @param {import("./typed.js").Block} block
     * @param {boolean} back
     * @returns {string} what was done, or why not
     */
    write(block, back) {
        const {own} = this;
        const {path} = block;
        const before = own.edits.get(path);
        try {
            // The whole text as it was, or only the lines, if it was edited since.
            const text = back && this.last?.block === block &&
                this.last.after === before
                ? this.last.before : typed(block, before, back);
            own.originals.set(path, before ?? "");
            own.add(new Map([[path, text]]));
            this.last = {block, before: before ?? "", after: text};
        } catch (error) {
            return reason(error);
        }
        this.choose(true);
        reveal("editor");
        this.editor.show(path);
        this.editor.setShowChanges(true);
        const text = own.get(path);
        const old = (before ?? "").split("\n");
        const line = text.split("\n").findIndex((one, at) => one !== old[at]) + 1;
        this.editor.show(path, line || 1);
        return back ? `${path} is as it was.` : `Done: the editor marks what is new.`;
    }
}

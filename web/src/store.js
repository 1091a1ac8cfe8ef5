// SPDX-License-Identifier: 0BSD
// A folder's files as the reader has them: the project's with the reader's
// edits, or a folder of the reader's own. They are kept in the browser, so that
// they survive a reload; a second tab sees them too.

const MOST_FILES = 100;
const MOST_CHARACTERS = 200_000;

/**
 * Why these cannot be a folder of the reader's own; "" if they can.
 * @param {Map<string, string>} files
 */
export function refusal(files) {
    for (const path of files.keys())
        if (path.length > 100 || /[\0-\x1f\\\x7f]/.test(path) ||
            path.split("/").some((part) => ["", ".", ".."].includes(part)))
            return `This is not the name of a file in the folder: ${path.slice(0, 80)}`;
    const characters = [...files.values()].reduce((sum, {length}) => sum + length, 0);
    return files.size > MOST_FILES || characters > MOST_CHARACTERS
        ? `A folder has at most ${MOST_FILES} files of ${MOST_CHARACTERS} ` +
          `characters together; this would be ${files.size} of ${characters}.`
        : "";
}

/** Sends "change" with detail {path} whenever a file's text changes. */
export class Store extends EventTarget {
    /**
     * @param {Map<string, string>} originals the project's files; for a folder of
     *   the reader's own, what a file was before the text's last change of it
     * @param {string} [name] of the reader's own folder, as the VM has it
     */
    constructor(originals, name = "") {
        super();
        this.originals = originals;
        this.own = name !== "";
        this.folder = name && `../${name}/`; // seen from the project's
        this.prefix = this.own ? `ok-kernel:${name}:` : "ok-kernel:file:";
        /** @type {Map<string, string>} only files that differ; or all, if own */
        this.edits = new Map();
        this.lasting = true; // are edits kept?
        try {
            for (const key of Object.keys(localStorage).sort())
                if (key.startsWith(this.prefix))
                    this.hear(key.slice(this.prefix.length));
        } catch {
            this.lasting = false;
        }
        addEventListener("storage", ({key}) => {
            if (key === null)
                this.paths.forEach((path) => this.hear(path));
            else if (key.startsWith(this.prefix))
                this.hear(key.slice(this.prefix.length));
        });
    }

    get paths() {
        return [...(this.own ? this.edits : this.originals).keys()];
    }

    /** @param {string} path */
    has(path) {
        return (this.own ? this.edits : this.originals).has(path);
    }

    /** @param {string} path */
    original(path) {
        return this.originals.get(path) ?? "";
    }

    /** @param {string} path */
    get(path) {
        return this.edits.get(path) ?? (this.own ? "" : this.original(path));
    }

    /** The paths of the files that differ from the project's; or all, if own. */
    get changed() {
        return this.paths.filter((path) => this.edits.has(path));
    }

    /**
     * Another tab has changed a file. It is not written again: the other tab
     * would hear of that, and so on. What counts is what is kept by now, so
     * that both tabs end with the same.
     * @param {string} path
     */
    hear(path) {
        this.put(path, localStorage.getItem(this.prefix + path));
    }

    /**
     * Changes it here. Returns whether that was a change.
     * @param {string} path
     * @param {string | null} text null: as it was, or for an own file: gone
     */
    put(path, text) {
        const kept = this.own || text !== this.originals.get(path) ? text : null;
        if (kept === (this.edits.get(path) ?? null) ||
            !this.own && !this.originals.has(path))
            return false;
        if (kept === null)
            this.edits.delete(path);
        else
            this.edits.set(path, kept);
        this.dispatchEvent(new CustomEvent("change", {detail: {path}}));
        return true;
    }

    /**
     * @param {string} path
     * @param {string | null} text
     */
    set(path, text) {
        if (!this.put(path, text))
            return;
        try {
            const kept = this.edits.get(path);
            if (kept !== undefined)
                localStorage.setItem(this.prefix + path, kept);
            else
                localStorage.removeItem(this.prefix + path);
        } catch {
            this.lasting = false;
        }
    }

    /**
     * Takes files into the reader's own folder.
     * @param {Map<string, string>} files
     * @throws {Error} with a sentence
     */
    add(files) {
        const why = refusal(new Map([...this.edits, ...files]));
        if (why)
            throw new Error(why);
        for (const [path, text] of files)
            this.set(path, text);
    }

    reset() {
        for (const path of this.changed)
            this.set(path, null);
    }
}

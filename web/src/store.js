// SPDX-License-Identifier: 0BSD
// The project's files, and the reader's edits of them. Edits are kept in the
// browser, so that they survive a reload; a second tab sees them too.

const PREFIX = "ok-kernel:file:";

/** Sends "change" with detail {path} whenever a file's text changes. */
export class Store extends EventTarget {
    /** @param {Map<string, string>} originals the project's files */
    constructor(originals) {
        super();
        this.originals = originals;
        /** @type {Map<string, string>} only files that differ */
        this.edits = new Map();
        this.lasting = true; // are edits kept?
        try {
            for (const path of originals.keys()) {
                const text = localStorage.getItem(PREFIX + path);
                if (text !== null && text !== originals.get(path))
                    this.edits.set(path, text);
            }
        } catch {
            this.lasting = false;
        }
        addEventListener("storage", (event) => {
            if (event.key === null) {
                this.paths.forEach((path) => this.hear(path));
            } else if (event.key.startsWith(PREFIX)) {
                this.hear(event.key.slice(PREFIX.length));
            }
        });
    }

    get paths() {
        return [...this.originals.keys()];
    }

    /** @param {string} path */
    original(path) {
        return this.originals.get(path) ?? "";
    }

    /** @param {string} path */
    get(path) {
        return this.edits.get(path) ?? this.original(path);
    }

    /** The paths of the files that differ from the project's. */
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
        this.put(path, localStorage.getItem(PREFIX + path) ?? this.original(path));
    }

    /**
     * Changes it here; is it a change?
     * @param {string} path
     * @param {string} text
     */
    put(path, text) {
        if (!this.originals.has(path) || text === this.get(path))
            return false;
        if (text === this.originals.get(path))
            this.edits.delete(path);
        else
            this.edits.set(path, text);
        this.dispatchEvent(new CustomEvent("change", {detail: {path}}));
        return true;
    }

    /**
     * @param {string} path
     * @param {string} text
     */
    set(path, text) {
        if (!this.put(path, text))
            return;
        try {
            if (this.edits.has(path))
                localStorage.setItem(PREFIX + path, text);
            else
                localStorage.removeItem(PREFIX + path);
        } catch {
            this.lasting = false;
        }
    }

    reset() {
        for (const path of this.changed)
            this.set(path, this.original(path));
    }
}

// SPDX-License-Identifier: 0BSD
// The project's files, and the reader's edits of them. Edits are kept in the
// browser, so that they survive a reload; a second tab sees them too.

const PREFIX = "ok-kernel:file:";

/** Sends "change" with detail {path, from} whenever a file's text changes. */
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
                this.reset("another tab");
            } else if (event.key.startsWith(PREFIX)) {
                const path = event.key.slice(PREFIX.length);
                const text = event.newValue ?? originals.get(path);
                if (text !== undefined && originals.has(path))
                    this.set(path, text, "another tab");
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
     * @param {string} path
     * @param {string} text
     * @param {string} from who changed it: a listener may be the one
     */
    set(path, text, from) {
        if (!this.originals.has(path) || text === this.get(path))
            return;
        if (text === this.originals.get(path))
            this.edits.delete(path);
        else
            this.edits.set(path, text);
        try {
            if (this.edits.has(path))
                localStorage.setItem(PREFIX + path, text);
            else
                localStorage.removeItem(PREFIX + path);
        } catch {
            this.lasting = false;
        }
        this.dispatchEvent(new CustomEvent("change", {detail: {path, from}}));
    }

    /** @param {string} from */
    reset(from) {
        for (const path of this.changed)
            this.set(path, this.original(path), from);
    }
}

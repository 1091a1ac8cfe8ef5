// SPDX-License-Identifier: 0BSD
// Edits by a link: makes one of the reader's edits, and offers what one brings.
import {button, find, make, reason} from "./dom.js";
import {decode, encode, isLink} from "./link.js";

export class Sharing {
    /**
     * @param {import("./store.js").Store} store
     * @param {import("./editor.js").Editor} editor
     * @param {import("./status.js").Status} status
     */
    constructor(store, editor, status) {
        this.store = store;
        this.editor = editor;
        this.status = status;
        find("copy-link").addEventListener("click", () => this.copyLink());
        addEventListener("hashchange", () => this.offer());
        this.offer();
    }

    async offer() {
        if (!isLink(location.hash))
            return;
        const offer = find("offer");
        offer.hidden = false;
        try {
            offer.replaceChildren(
                ...this.choice(await decode(location.hash, this.store.paths)));
        } catch (error) {
            offer.replaceChildren(make("p", {}, reason(error)),
                                  button("Close", () => this.close()));
        }
        offer.scrollIntoView({block: "nearest"});
    }

    /** @param {Map<string, string>} files that the link brings */
    choice(files) {
        /** @param {[string, string]} file */
        const line = ([path, text]) => make("li", {},
            `${path}: ${countLines(this.store.original(path), text)}` +
            (this.store.edits.has(path) && this.store.get(path) !== text
                ? "; replaces your own edit of it" : ""));
        return [
            make("p", {}, "This link carries edits. Nothing of it is built until " +
                          "you say so. Its files differ from the project's:"),
            make("ul", {}, ...[...files].map(line)),
            make("div", {className: "bar"},
                button("Open these files", () => {
                    for (const [path, text] of files)
                        this.store.set(path, text);
                    this.editor.setShowChanges(true);
                    this.editor.show([...files.keys()][0]);
                    this.close();
                }),
                button("Keep mine", () => this.close())),
        ];
    }

    close() {
        find("offer").hidden = true;
        find("offer").replaceChildren();
        history.replaceState(null, "", location.pathname + location.search);
    }

    async copyLink() {
        const {changed} = this.store;
        if (changed.length === 0) {
            this.status.say("Nothing is changed yet: the page's own address does.");
            return;
        }
        let link;
        try {
            link = location.href.replace(/#.*/, "") + await encode(new Map(
                changed.map((path) => [path, this.store.get(path)])));
        } catch (error) {
            this.status.say(reason(error));
            return;
        }
        try {
            await navigator.clipboard.writeText(link);
            this.status.say(`Copied: a link with your ${changed.join(", ")}.`);
        } catch {
            this.status.offer("Link", link); // no permission to copy
        }
    }
}

/**
 * For instance "2 lines added, 1 line removed".
 * @param {string} old
 * @param {string} now
 */
function countLines(old, now) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const line of old.split("\n"))
        counts.set(line, (counts.get(line) ?? 0) - 1);
    for (const line of now.split("\n"))
        counts.set(line, (counts.get(line) ?? 0) + 1);
    let added = 0, removed = 0;
    for (const count of counts.values())
        count > 0 ? added += count : removed -= count;
    /** @param {number} n */
    const lines = (n) => `${n} line${n === 1 ? "" : "s"}`;
    return `${lines(added)} added, ${lines(removed)} removed`;
}

// SPDX-License-Identifier: 0BSD
// Links that carry files: makes one of the reader's, and offers what one holds.
import {button, find, make, reason, reveal} from "./dom.js";
import {decode, encode, isLink} from "./link.js";

export class Sharing {
    /**
     * @param {import("./store.js").Store[]} stores the project's, and the reader's
     * @param {import("./editor.js").Editor} editor
     * @param {import("./status.js").Status} status
     * @param {(own: boolean) => void} choose the folder that is edited
     */
    constructor(stores, editor, status, choose) {
        this.stores = stores;
        this.editor = editor;
        this.status = status;
        this.choose = choose;
        find("copy-link").addEventListener("click", () => this.copyLink());
        addEventListener("hashchange", () => this.offer());
        this.offer();
    }

    offer() {
        if (!isLink(location.hash))
            return;
        reveal("editor");
        const offer = find("offer");
        offer.hidden = false;
        try {
            offer.replaceChildren(...this.choice(
                decode(location.hash, this.stores[0].paths)));
        } catch (error) {
            offer.replaceChildren(make("p", {}, reason(error)),
                                  button("Close", () => this.close()));
        }
        offer.scrollIntoView({block: "nearest"});
    }

    /** @param {{own: boolean, files: Map<string, string>}} link what it holds */
    choice({own, files}) {
        const store = this.stores[Number(own)];
        /** @param {string} path */
        const before = (path) => own ? store.get(path) : store.original(path);
        /** @param {[string, string]} file */
        const line = ([path, text]) => make("li", {},
            `${path}: ${countLines(before(path), text)}` +
            (store.edits.has(path) && store.get(path) !== text
                ? "; replaces your own edit of it" : ""));
        const lost = own ? store.paths.filter((path) => !files.has(path)) : [];
        return [
            make("p", {}, own
                ? "This link carries a whole folder, which takes the place of yours."
                : "This link carries edits. Its files differ from the project's:",
                 " Nothing is built from it until you say so."),
            make("ul", {}, ...[...files].map(line),
                 ...lost.map((path) => make("li", {}, `${path}: yours is removed`))),
            make("div", {className: "bar"},
                button("Open these files", () => {
                    for (const [path, text] of files) {
                        if (own)
                            store.originals.set(path, text);
                        store.set(path, text);
                    }
                    lost.forEach((path) => store.set(path, null));
                    this.choose(own);
                    this.editor.setShowChanges(!own);
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
        const {store} = this.editor;
        const {changed} = store;
        if (changed.length === 0) {
            this.status.say(store.own ? "Your folder is still empty."
                : "Nothing is changed yet: the page's own address is enough.");
            return;
        }
        let link;
        try {
            link = location.href.replace(/#.*/, "") + encode(new Map(
                changed.map((path) => [path, store.get(path)])), store.own);
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

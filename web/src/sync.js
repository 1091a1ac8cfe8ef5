// SPDX-License-Identifier: 0BSD
// The editor's files and the VM's are the same. Who made a change is never
// asked: whoever hears of one compares the text with what they have, and does
// nothing if it is the same. So it is in the editor and between tabs, too.

const SOON = 400; // milliseconds after an edit

/** What builds leave behind, and hidden files, are not kept. */
const PRODUCT = /^(iso|build)\/|(^|\/)\.|\.(o|a|bin|elf|iso|log|img)$/;

export class Sync {
    /**
     * @param {import("./vm.js").LinuxVM} vm
     * @param {import("./store.js").Store[]} stores the project's, and the reader's
     * @param {(why: string) => void} refuse says why a file is not kept
     */
    constructor(vm, stores, refuse) {
        this.vm = vm;
        this.stores = stores;
        this.refuse = refuse;
        this.there = this.fresh();
        for (const store of stores)
            store.addEventListener("change", () => this.soon());
    }

    /** What the VM's folders hold, as far as is known here: as they are at first. */
    fresh() {
        return new Map(this.stores.map((store) =>
            [store, new Map(store.own ? [] : store.originals)]));
    }

    /** Starts the VM anew, with the edits in it. Is it there then? */
    async start() {
        try {
            const started = this.vm.start();
            this.there = this.fresh();
            await started;
            await this.write();
            return true;
        } catch {
            return false; // the VM's onState was told why
        }
    }

    /** An edit goes to the VM soon, so that the terminal sees it. */
    soon() {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.now(), SOON);
    }

    /** Resolves when the VM has all edits. @returns {Promise<unknown>} */
    now() {
        clearTimeout(this.timer);
        // That includes what is already on its way.
        this.written = Promise.all([this.written, this.write()]).catch(() => {});
        return this.written;
    }

    /** What the VM lacks, for run()'s `give`; null: a file to remove. */
    edits() {
        /** @type {Map<string, Uint8Array | null>} */
        const edits = new Map();
        for (const [store, there] of this.there) {
            for (const path of store.paths) {
                const text = store.get(path);
                if (there.get(path) !== text)
                    edits.set(store.folder + path, new TextEncoder().encode(text));
                there.set(path, text);
            }
            for (const path of there.keys())
                if (!store.has(path) && there.delete(path))
                    edits.set(store.folder + path, null);
        }
        return edits;
    }

    async write() {
        if (!this.vm.ready)
            return;
        const give = this.edits();
        if (give.size > 0)
            await this.vm.run("", {give});
    }

    /**
     * @param {string[]} paths that changed in the VM
     * @param {string[]} gone those that went
     */
    async hear(paths, gone) {
        for (const whole of paths) {
            const [store, there] = [...this.there].reverse()
                .find(([{folder}]) => whole.startsWith(folder)) ?? [];
            const path = whole.slice(store?.folder.length);
            if (!store || !there || !(store.own ? !PRODUCT.test(path) : store.has(path)))
                continue;
            const before = there.get(path);
            if (gone.includes(whole)) {
                there.delete(path); // the next build writes the project's
                if (store.own && before !== undefined && store.get(path) === before)
                    store.set(path, null);
                continue;
            }
            const text = await this.vm.read(whole).then(
                (bytes) => new TextDecoder("utf-8", {fatal: store.own}).decode(bytes))
                .catch(() => undefined);
            if (text === undefined || text === before || text.includes("\0") ||
                before !== there.get(path))
                continue; // no text, nothing new, or an edit was written meanwhile
            there.set(path, text);
            // What was typed in the editor meanwhile is not lost.
            if ((store.has(path) ? store.get(path) : undefined) !== before) {
                this.soon();
                continue;
            }
            try {
                store.own ? store.add(new Map([[path, text]])) : store.set(path, text);
            } catch (error) {
                there.delete(path);
                this.refuse(`${path} stays in the workshop only. ${
                    /** @type {Error} */ (error).message}`);
            }
        }
    }
}

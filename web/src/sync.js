// SPDX-License-Identifier: 0BSD
// The editor's files and the VM's are the same. Who made a change is never
// asked: whoever hears of one compares the text with what they have, and does
// nothing if it is the same. So it is in the editor and between tabs, too.

const SOON = 400; // milliseconds after an edit

export class Sync {
    /**
     * @param {import("./vm.js").LinuxVM} vm
     * @param {import("./store.js").Store} store
     */
    constructor(vm, store) {
        this.vm = vm;
        this.store = store;
        /** What the VM's folder holds, as far as is known here. */
        this.there = new Map(store.originals);
        store.addEventListener("change", () => this.soon());
    }

    /** Starts the VM anew, with the edits in it. Is it there then? */
    async start() {
        try {
            const started = this.vm.start();
            this.there = new Map(this.store.originals);
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
        this.timer = setTimeout(() => this.write().catch(() => {}), SOON);
    }

    /** What the VM's folder lacks, for the next command to be given. */
    edits() {
        const edits = new Map();
        for (const path of this.store.paths) {
            const text = this.store.get(path);
            if (this.there.get(path) !== text)
                edits.set(path, new TextEncoder().encode(text));
            this.there.set(path, text);
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

    /** @param {string[]} paths that changed in the VM */
    async hear(paths) {
        for (const path of paths.filter((one) => this.store.originals.has(one))) {
            const before = this.there.get(path);
            const text = await this.vm.read(path).then(
                (bytes) => new TextDecoder().decode(bytes), () => undefined);
            if (text === before || before !== this.there.get(path))
                continue; // nothing new, or an edit was written meanwhile
            if (text === undefined) {
                this.there.delete(path); // removed: the next build writes it
                continue;
            }
            this.there.set(path, text);
            // What was typed in the editor meanwhile is not lost.
            if (this.store.get(path) === before)
                this.store.set(path, text);
            else
                this.soon();
        }
    }
}

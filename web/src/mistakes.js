// SPDX-License-Identifier: 0BSD
// "Break it": the mistakes of tests/mistakes, made in the editor.
import {ChangeSet, Text} from "@codemirror/state";
import {button, make} from "./dom.js";
import {changes} from "./editor.js";

/**
 * @typedef {object} Mistake
 * @property {string} name
 * @property {string} title what the learner does
 * @property {{file: string, pattern: string, replacement: string}[]} edits
 * @property {string} stage who notices
 * @property {string} says the words that the learner then reads
 * @property {string[]} make arguments
 * @property {import("./pc.js").Entry} entry
 */

const NOTICED = /** @type {Record<string, string>} */ ({
    compile: "the compiler", link: "the linker", mb2check: "mb2check",
    mkiso: "mkiso.sh", boot: "the boot", harmless: "nobody",
});

/**
 * Who noticed, by the build's own words; empty if nobody did.
 * @param {string} output
 * @param {number} status
 */
function noticedBy(output, status) {
    if (status === 0)
        return "";
    if (/: offset 0x[0-9a-f]+: /.test(output))
        return "mb2check";
    if (/GRUB cannot read|mkiso\.sh/.test(output))
        return "mkiso";
    if (/^(\S*ld): /m.test(output))
        return "link";
    return "compile";
}

/**
 * The text that the reader has now, without the mistake: the change from before
 * to after is undone where later edits have moved it; null if they touched it.
 * @param {string} before
 * @param {string} after
 * @param {string} now
 */
function without(before, after, now) {
    if (now === before)
        return now; // the reader has undone it
    const edits = ChangeSet.of(changes(after, now), after.length);
    const undo = changes(after, before);
    if (undo.some(({from, to}) => edits.touchesRange(from, to)))
        return null;
    return ChangeSet.of(undo, after.length).map(edits)
        .apply(Text.of(now.split("\n"))).toString();
}

export class Mistakes {
    /**
     * @param {HTMLElement} parent
     * @param {Mistake[]} mistakes
     * @param {import("./store.js").Store} store
     * @param {{show: (path: string, line: number) => void,
     *          build: () => void,
     *          choose: (entry: import("./pc.js").Entry) => void}} actions
     */
    constructor(parent, mistakes, store, actions) {
        this.store = store;
        this.mistakes = mistakes;
        this.actions = actions;
        /** @type {Mistake | null} the one that is made now */
        this.made = null;
        /** @type {Map<string, {before: string, after: string}>} its files */
        this.texts = new Map();
        this.choice = make("select", {"aria-label": "Mistakes"},
            ...Object.entries(NOTICED).map(([stage, who]) =>
                make("optgroup", {label: `Noticed by ${who}`},
                     ...mistakes.filter((one) => one.stage === stage)
                         .map(({name, title}) => make("option", {value: name},
                                                      title.replaceAll("`", ""))))));
        this.about = make("p", {"aria-label": "What the table says",
                                role: "status"});
        this.outcome = make("p", {"aria-label": "What happened", role: "status"});
        this.make = button("Make this mistake", () => this.commit());
        this.undo = button("Undo", () => this.takeBack(), {disabled: true});
        this.build = button("Build and boot it", () => actions.build(),
                            {disabled: true});
        parent.append(
            make("p", {}, "Mistakes that learners make. Choose one: its edit " +
                          "is made in the editor. Build, and see who notices."),
            this.choice, this.about,
            make("div", {className: "bar"}, this.make, this.build, this.undo),
            this.outcome);
        this.choice.addEventListener("change", () => this.describe());
        this.describe();
    }

    get chosen() {
        return /** @type {Mistake} */ (this.mistakes.find(
            ({name}) => name === this.choice.value));
    }

    describe() {
        const mistake = this.chosen;
        const recorded = mistake.make.some((word) => /clang|lld/.test(word));
        this.make.disabled = recorded || mistake === this.made;
        this.about.replaceChildren(
            ...(mistake.stage === "harmless"
                ? [`The table says: nobody notices, because ${mistake.says}.`]
                : [`The table says: ${NOTICED[mistake.stage]} notices, with the ` +
                   "words ", make("q", {}, mistake.says), "."]),
            mistake.make.length ? ` It is built with ${mistake.make.join(" ")}.` : "",
            recorded ? " This was recorded: it needs clang, which is not in the " +
                "workshop." : "");
    }

    commit() {
        const kept = this.takeBack();
        const mistake = this.chosen;
        const texts = new Map();
        for (const {file, pattern, replacement} of mistake.edits) {
            const text = texts.get(file) ?? this.store.get(file);
            const places = [...text.matchAll(new RegExp(pattern, "gm"))];
            if (places.length !== 1) {
                this.outcome.textContent =
                    `${file} no longer has the lines that this mistake is made ` +
                    "in. Start over, and choose it again.";
                return;
            }
            texts.set(file, text.replace(new RegExp(pattern, "m"),
                                         () => replacement));
        }
        const [path] = texts.keys();
        const old = this.store.get(path).split("\n");
        this.made = mistake;
        this.actions.choose(mistake.entry);
        for (const [one, after] of texts) {
            this.texts.set(one, {before: this.store.get(one), after});
            this.store.set(one, after);
        }
        const now = texts.get(path).split("\n");
        this.actions.show(path, now.findIndex(
            (/** @type {string} */ line, /** @type {number} */ at) =>
                line !== old[at]) + 1);
        this.undo.disabled = this.build.disabled = false;
        this.make.disabled = true;
        this.outcome.textContent =
            `${kept}Made in ${[...texts.keys()].join(", ")}. Now build it.`;
    }

    /** Takes the mistake back, and no other edit. @returns {string} what was not */
    takeBack() {
        let kept = "";
        for (const [path, {before, after}] of this.texts) {
            const text = without(before, after, this.store.get(path));
            if (text === null)
                kept += `${path}: you have edited the mistake's lines ` +
                    "since; they stay as they are. ";
            else
                this.store.set(path, text);
        }
        this.forget();
        this.outcome.textContent = kept;
        return kept;
    }

    /** There is no mistake any more. */
    forget() {
        this.texts.clear();
        this.made = null;
        this.undo.disabled = this.build.disabled = true;
        this.outcome.textContent = "";
        this.describe();
    }

    /**
     * @param {string} output of the build
     * @param {number} status
     */
    built(output, status) {
        if (!this.made)
            return;
        const who = noticedBy(output, status);
        this.outcome.textContent = who
            ? `This time: ${NOTICED[who]} noticed` + this.words(output)
            : "This time: it was built, and boots.";
    }

    /**
     * @param {string} screen what the PC shows
     * @param {string} state
     */
    booted(screen, state) {
        if (!this.made)
            return;
        const first = screen.split("\n").map((line) => line.trim())
            .find(Boolean) ?? "nothing";
        this.outcome.textContent = "This time: it was built, and the PC shows " +
            `\u201c${first}\u201d, ${state}` + this.words(screen);
    }

    /** @param {string} told */
    words(told) {
        /** @param {string} text mb2check folds its lines */
        const oneLine = (text) => text.replace(/\s+/g, " ");
        return this.made && this.made.stage !== "harmless" &&
            oneLine(told).includes(oneLine(this.made.says))
            ? ", in the table's words." : ".";
    }
}

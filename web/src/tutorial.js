// SPDX-License-Identifier: 0BSD
// The project's texts, a chapter at a time, with buttons that do what they say.
import MarkdownIt from "markdown-it";
import {button, make} from "./dom.js";

/** Those that are shown. The page's address with #NAME is where one begins. */
export const TEXTS = [
    {name: "tonight", path: "docs/tonight.md", own: true},
    {name: "grows", path: "docs/grows.md", own: true},
    {name: "tutorial", path: "docs/tutorial.md", own: false},
];

/** Commands that cannot be run here, and why. */
/** @type {[RegExp, string][]} */
const CANNOT = [
    [/clang|lld|llvm/, "clang is not in the workshop"],
    [/python3?\b|pytest|make (-s )?(mistakes?|screenshot|test|lint|fuzz|bench|docs|doctor)/,
     "Python is not in the workshop"],
    [/\bgit\b/, "git is not in the workshop"],
    [/\bbochs\b/, "Bochs does not run in this page"],
];
const DEBUGS = /\bgdb\b|make debug/;
const BOOTS = /\bmake\b.*\brun\b|\bqemu-system-x86_64\b/;

/**
 * @typedef {object} Actions
 * @property {(commands: string[], own: boolean) => void} type into the terminal,
 *   in the reader's own folder or the project's
 * @property {(commands: string[]) => void} boot do them; make run and QEMU are
 *   the page's PC
 * @property {(entry: import("./pc.js").Entry, own: boolean) => void} watch the
 *   CPU from the kernel's entry on
 * @property {(path: string, line: number) => void} open in the editor
 * @property {(path: string) => string | undefined} read the text of a file
 * @property {(block: import("./typed.js").Block, back: boolean) => string} write
 *   into the reader's own folder, or put that back; says what was done
 * @property {string} base where the project's files are
 */

/** @param {string} heading as GitHub makes an anchor of it */
function slug(heading) {
    return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "")
        .trim().replaceAll(" ", "-");
}

/**
 * @typedef {{text: string, own: boolean, id: string, title: string,
 *            body: HTMLElement}} Chapter
 *
 * @param {string} markdown
 * @param {{name: string, own: boolean}} text
 */
function chapters(markdown, {name, own}) {
    const whole = make("div");
    const reader = new MarkdownIt({html: true});
    const {fence} = reader.renderer.rules;
    // "```c +kernel.c": what follows the language says what is typed.
    reader.renderer.rules.fence = (tokens, at, ...rest) =>
        (fence?.(tokens, at, ...rest) ?? "").replace("<pre", `<pre data-info="${
            reader.utils.escapeHtml(tokens[at].info)}"`);
    whole.innerHTML = reader.render(markdown);
    for (const heading of whole.querySelectorAll("h1, h2, h3"))
        heading.id = slug(heading.textContent ?? "");
    /** @type {Chapter[]} */
    const found = [];
    for (const child of [...whole.childNodes]) {
        if (child instanceof HTMLElement && /^H[12]$/.test(child.tagName))
            found.push({text: found.length ? "" : name, own, id: child.id,
                        title: child.textContent ?? "", body: make("article")});
        found.at(-1)?.body.append(child);
    }
    return found;
}

export class Tutorial {
    /**
     * @param {HTMLElement} parent
     * @param {string[]} texts in Markdown, as TEXTS has them
     * @param {Actions} actions
     */
    constructor(parent, texts, actions) {
        this.parent = parent;
        this.actions = actions;
        const parts = texts.map((text, at) => chapters(text, TEXTS[at]));
        this.chapters = parts.flat();
        for (const {body, own} of this.chapters)
            this.furnish(body, own);
        this.choice = make("select", {"aria-label": "Chapter"},
            ...parts.map((part, at) => make("optgroup",
                {label: `Part ${"I".repeat(at + 1)}`},
                ...part.map(({id, title}) => make("option", {value: id}, title)))));
        this.choice.addEventListener("change", () => this.go(this.choice.value));
        this.page = make("div", {className: "chapter"});
        parent.replaceChildren(
            make("h2", {className: "hidden"}, "Tutorial"),
            make("nav", {className: "bar", "aria-label": "Chapters"},
                 this.choice,
                 button("Back", () => this.step(-1)),
                 button("Next", () => this.step(1))),
            this.page);
        this.current = this.chapters[0];
        addEventListener("hashchange", () => this.follow());
        addEventListener("pagehide", () => this.keepPlace());
        this.follow(true);
    }

    /** The element that scrolls: the area itself, or on a phone the page. */
    get scroller() {
        return this.parent.scrollHeight > this.parent.clientHeight + 1
            ? this.parent : document.scrollingElement;
    }

    keepPlace() {
        try {
            sessionStorage.setItem("ok-kernel:place", JSON.stringify(
                [this.current.id, this.scroller?.scrollTop ?? 0]));
        } catch {
            // A browser that keeps nothing: the chapter's address is enough.
        }
    }

    /** @param {boolean} [reloaded] go back to where the reader was */
    follow(reloaded = false) {
        const id = location.hash.slice(1);
        const chapter = this.chapters.find((one) => one.id === id ||
            one.text === id || (id && one.body.querySelector(`[id="${CSS.escape(id)}"]`)));
        this.show(chapter ?? (reloaded ? this.chapters[0] : this.current));
        let place;
        try {
            place = reloaded &&
                JSON.parse(sessionStorage.getItem("ok-kernel:place") ?? "null");
        } catch {
            place = null;
        }
        if (Array.isArray(place) && place[0] === this.current.id)
            this.scroller?.scrollTo(0, Number(place[1]) || 0);
        else if (chapter && chapter.id !== id && chapter.text !== id)
            this.page.querySelector(`[id="${CSS.escape(id)}"]`)?.scrollIntoView();
        else if (!reloaded && chapter)
            this.parent.scrollIntoView({block: "nearest"});
    }

    /** @param {Chapter} chapter */
    show(chapter) {
        if (this.page.firstChild !== chapter.body)
            this.parent.scrollTop = 0;
        this.current = chapter;
        this.choice.value = chapter.id;
        this.page.replaceChildren(chapter.body);
    }

    /** @param {string} id of a chapter, which becomes the page's address */
    go(id) {
        location.hash = id;
    }

    /** @param {number} by */
    step(by) {
        const next = this.chapters[this.chapters.indexOf(this.current) + by];
        if (next)
            this.go(next.id);
    }

    /** @param {HTMLElement} chapter @param {boolean} own is the reader's folder meant? */
    furnish(chapter, own) {
        const {base} = this.actions;
        for (const image of chapter.querySelectorAll("img"))
            image.src = new URL(image.getAttribute("src") ?? "",
                                `${base}docs/`).href;
        for (const link of chapter.querySelectorAll("a")) {
            const href = link.getAttribute("href") ?? "";
            const [path, place] = href.split("#");
            const text = TEXTS.find((one) => one.path === `docs/${path}`);
            if (text)
                link.href = `#${place ?? text.name}`;
            if (text || !path)
                continue;
            link.href = new URL(href, `${base}docs/`).href;
            link.target = "_blank";
            link.rel = "noreferrer";
        }
        for (const table of chapter.querySelectorAll("table")) {
            const frame = make("div", {className: "wide", tabIndex: 0,
                                       role: "group", "aria-label": "Table"});
            table.replaceWith(frame);
            frame.append(table);
        }
        for (const code of chapter.querySelectorAll("pre > code")) {
            const pre = /** @type {HTMLElement} */ (code.parentElement);
            pre.tabIndex = 0;
            const [kind, word = ""] = (pre.dataset.info ?? "").split(" ");
            const text = code.textContent ?? "";
            if (kind === "console")
                pre.after(this.consoleBar(text, own));
            else if (kind === "sh")
                pre.after(make("p", {className: "note"}, "For your own machine: " +
                    (/\bdd\b/.test(text) ? "Tools has a button for os.iso."
                        : "here, all is there, and your files are in My folder.")));
            else if (own && kind !== "text" && word && !word.startsWith("="))
                pre.after(this.typedBar({kind, how: /^[+~]?/.exec(word)?.[0] ?? "",
                                         path: word.replace(/^[+~]/, ""), text}));
            else if (kind && !own)
                this.excerpt(pre, text);
        }
    }

    /** @param {import("./typed.js").Block} block */
    typedBar(block) {
        const told = make("span", {className: "note", role: "status"});
        /** @param {string} words @param {boolean} back */
        const offer = (words, back) => button(`${words} ${block.path}`, () => {
            told.textContent = this.actions.write(block, back);
        });
        return make("div", {className: "bar typed-bar"},
            offer(block.kind === "diff" ? "Change" : block.how ? "Add to" : "Write",
                  false),
            ...block.how === "~" ? [offer("Put back", true)] : [], told);
    }

    /** @param {string} text of a console block @param {boolean} own */
    consoleBar(text, own) {
        const commands = text.split("\n").filter((line) => line.startsWith("$ "))
            .map((line) => line.slice(2));
        const bar = make("div", {className: "bar console-bar"});
        const why = CANNOT.find(([pattern]) => pattern.test(commands.join("\n")));
        const debugs = commands.find((command) => DEBUGS.test(command));
        if (debugs) {
            const entry = /-kernel|ENTRY=pvh/.test(debugs) ? "pvh"
                : /ENTRY=uefi|ovmf/i.test(debugs) ? "uefi" : "bios";
            bar.append(button("Watch it on the page's PC",
                              () => this.actions.watch(entry, own)),
                make("span", {className: "note"},
                     "There is no gdb here; the page shows the same registers."));
        } else if (why) {
            bar.append(make("p", {className: "note"},
                `Recorded, above: ${why[1]}.`));
        } else if (commands.some((command) => BOOTS.test(command))) {
            bar.append(button("Do it, and boot the page's PC",
                              () => this.actions[own ? "type" : "boot"](commands, own)),
                make("span", {className: "note"}, own ? ""
                    : "The answer above was recorded; here the PC shows it."));
        } else {
            bar.append(button("Type it into the terminal",
                              () => this.actions.type(commands, own)));
        }
        return bar;
    }

    /**
     * @param {HTMLElement} pre
     * @param {string} text
     */
    excerpt(pre, text) {
        const mark = pre.previousSibling?.previousSibling;
        const path = mark instanceof Comment && /excerpt: (\S+)/.exec(mark.data)?.[1];
        if (!path || this.actions.read(path) === undefined)
            return;
        const open = button(`Open ${path}`, () => {
            const first = text.split("\n").find((line) => line.trim()) ?? "";
            const lines = (this.actions.read(path) ?? "").split("\n");
            // Looked up in the file as it is now: an edit may have moved it.
            const at = findBlock(lines, text.replace(/\n$/, "").split("\n"));
            this.actions.open(path, (at >= 0 ? at : lines.indexOf(first)) + 1 || 1);
        });
        pre.after(make("div", {className: "bar"}, open));
    }
}

/**
 * @param {string[]} lines
 * @param {string[]} block
 */
function findBlock(lines, block) {
    return lines.findIndex((_, at) =>
        block.every((line, index) => lines[at + index] === line));
}

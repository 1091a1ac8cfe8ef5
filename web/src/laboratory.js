// SPDX-License-Identifier: 0BSD
// Everything beside the PC, put together: each part knows nothing of the
// others, and this says who is told what.
import {Bytes, readListing} from "./bytes.js";
import {button, download, find, make, megabytes, reason} from "./dom.js";
import {Editor, readProblems} from "./editor.js";
import {quote} from "./guest.js";
import {judge, loadJudge} from "./judge.js";
import {decode, encode, isLink} from "./link.js";
import {notice} from "./main.js";
import {Mistakes} from "./mistakes.js";
import {Store} from "./store.js";
import {Terminal} from "./terminal.js";
import {Tutorial} from "./tutorial.js";
import {showVerdict} from "./verdict.js";
import {Workshop} from "./workshop.js";

const PROJECT = new URL("project/", document.baseURI).href;
const LARGEST = 64 << 20; // bytes of a file that is dropped
const PROMPT = /[$#] $/;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** @param {string} path */
async function fetchText(path) {
    const answer = await fetch(PROJECT + path);
    if (!answer.ok)
        throw new Error(`${path} could not be loaded (${answer.status}).`);
    return answer.text();
}

/** @param {string} path */
async function fetchFile(path) {
    const answer = await fetch(new URL(path, document.baseURI));
    if (!answer.ok)
        throw new Error(`${path} could not be loaded (${answer.status}).`);
    return new Uint8Array(await answer.arrayBuffer());
}

/** @param {import("./main.js").TheMachine | null} machine null: no WebAssembly */
export async function openLaboratory(machine) {
    /** @type {string[]} */
    const paths = JSON.parse(await fetchText("index.json"));
    const texts = await Promise.all(paths.map(fetchText));
    const store = new Store(new Map(paths.map((path, at) => [path, texts[at]])));
    const laboratory = new Laboratory(machine, store);
    await laboratory.start();
}

class Laboratory {
    /**
     * @param {import("./main.js").TheMachine | null} machine
     * @param {Store} store
     */
    constructor(machine, store) {
        this.machine = machine;
        this.store = store;
        /** What the workshop's folder holds. @type {Map<string, string>} */
        this.inWorkshop = new Map(store.originals);
        this.ready = false;
        this.building = false;
        this.imageStamp = ""; // of build/os.iso, when it was put into the PC
        /** @type {{name: string, bytes: Uint8Array} | null} */
        this.yours = null;

        this.editor = new Editor(find("files"), find("editor"), store);
        this.terminal = new Terminal(find("terminal"),
                                     (text) => this.workshop.type(text));
        this.workshop = new Workshop({
            onOutput: (bytes) => this.terminal.write(bytes),
            onState: (state, detail) => this.workshopState(state, detail),
            onProgress: (loaded, total) => this.progress(loaded, total),
            onFiles: (changed) => this.filesChanged(changed),
        });
        this.bytes = new Bytes(find("bytes"), {
            judge,
            boot: (bytes) => this.bootKernel("the changed bytes", bytes),
        });
        store.addEventListener("change", () => this.edited());
        if (!store.lasting)
            this.say("This browser keeps nothing for this page: edits are lost " +
                     "when it is closed.");
    }

    /** @param {string} text */
    say(text) {
        find("workshop-state").textContent = text;
    }

    async start() {
        this.listen();
        await Promise.all([
            this.openTutorial(), this.openMistakes(), this.openJudge(),
            this.openLink(),
        ].map((part) => part.catch((error) => notice(reason(error)))));
        if (!this.machine)
            return;
        this.machine.refresh = () => this.refreshImage();
        // First the PC: what the workshop needs is ten times as much.
        await Promise.race([
            this.machine.settled,
            new Promise((resolve) => setTimeout(resolve, 20_000)),
        ]);
        await this.startWorkshop();
    }

    listen() {
        find("build").addEventListener("click", () => this.build());
        addEventListener("keydown", (event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                event.stopPropagation();
                this.build();
            }
        }, {capture: true});
        find("start-over").addEventListener("click", () => this.startOver());
        find("restart").addEventListener("click", () => this.restart());
        find("copy-link").addEventListener("click", () => this.copyLink());
        const changes = /** @type {HTMLInputElement} */ (find("show-changes"));
        changes.addEventListener("change",
                                 () => this.editor.setShowChanges(changes.checked));
        for (const one of find("downloads").querySelectorAll("button"))
            one.addEventListener("click", async () => {
                const path = one.dataset.file ?? "";
                try {
                    download(path.replace(/.*\//, ""),
                             await this.workshop.read(path));
                } catch {
                    this.say(`${path} is not there. Press Build and boot.`);
                }
            });
        const input = /** @type {HTMLInputElement} */ (find("your-kernel"));
        input.addEventListener("change", () => this.take(input.files));
        input.disabled = false;
        addEventListener("dragover", (event) => {
            if (event.dataTransfer?.types.includes("Files"))
                event.preventDefault();
        }, {capture: true});
        addEventListener("drop", (event) => {
            if (!event.dataTransfer?.files.length)
                return;
            event.preventDefault();
            event.stopPropagation(); // the editor would insert its text
            this.take(event.dataTransfer.files);
        }, {capture: true});
        find("boot-yours").addEventListener("click", () => {
            if (this.yours)
                this.bootKernel(this.yours.name, this.yours.bytes);
        });
        find("bytes-tool").addEventListener("toggle", () => this.showCode());
    }

    // --- The parts that need no workshop ----------------------------------------

    async openTutorial() {
        const text = await fetchText("docs/tutorial.md");
        new Tutorial(find("tutorial"), text, {
            type: (commands) => this.typeCommands(commands),
            boot: (commands) => this.doAndBoot(commands),
            open: (path, line) => this.openAt(path, line),
            read: (path) => this.store.originals.has(path)
                ? this.store.get(path) : undefined,
            base: PROJECT,
        });
    }

    async openMistakes() {
        const mistakes = JSON.parse(await fetchText("mistakes.json"));
        this.mistakes = new Mistakes(find("mistakes"), mistakes, this.store, {
            show: (path, line) => {
                this.setShowChanges(true);
                this.editor.show(path, line);
            },
            build: () => this.build(),
        });
    }

    async openJudge() {
        await loadJudge(new URL("judge.wasm", document.baseURI).href);
        this.bytes.show("kernel.bin", await fetchFile("pc/kernel.bin"));
    }

    async openLink() {
        addEventListener("hashchange", () => this.offerLink());
        await this.offerLink();
    }

    async offerLink() {
        const offer = find("offer");
        if (!isLink(location.hash))
            return;
        offer.hidden = false;
        let files;
        try {
            files = await decode(location.hash, this.store.paths);
        } catch (error) {
            offer.replaceChildren(make("p", {}, reason(error)),
                button("Close", () => this.closeOffer()));
            return;
        }
        offer.replaceChildren(
            make("p", {}, "This link carries edits. Nothing of it is built until " +
                          "you say so. Its files differ from the project's:"),
            make("ul", {}, ...[...files].map(([path, text]) => make("li", {},
                `${path}: ${countLines(this.store.original(path), text)}` +
                (this.store.edits.has(path) && this.store.get(path) !== text
                    ? "; replaces your own edit of it" : "")))),
            make("div", {className: "bar"},
                button("Open these files", () => {
                    for (const [path, text] of files)
                        this.store.set(path, text, "link");
                    this.setShowChanges(true);
                    const [first] = files.keys();
                    this.editor.show(first);
                    this.closeOffer();
                }),
                button("Keep mine", () => this.closeOffer())));
        offer.scrollIntoView({block: "nearest"});
    }

    closeOffer() {
        find("offer").hidden = true;
        find("offer").replaceChildren();
        history.replaceState(null, "", location.pathname + location.search);
    }

    /** @param {boolean} on */
    setShowChanges(on) {
        /** @type {HTMLInputElement} */ (find("show-changes")).checked = on;
        this.editor.setShowChanges(on);
    }

    async copyLink() {
        const changed = this.store.changed;
        if (changed.length === 0) {
            this.say("Nothing is changed yet: the page's own address does.");
            return;
        }
        const fragment = await encode(new Map(
            changed.map((path) => [path, this.store.get(path)])));
        const link = location.href.replace(/#.*/, "") + fragment;
        try {
            await navigator.clipboard.writeText(link);
            this.say(`Copied: a link with your ${changed.join(", ")}.`);
        } catch {
            // No permission, or not a secure address: show it instead.
            const field = make("input", {value: link, readOnly: true,
                                         "aria-label": "Link"});
            find("workshop-state").replaceChildren(
                "Copy this link: ", field);
            field.select();
        }
    }

    /**
     * @param {string} path
     * @param {number} line
     */
    openAt(path, line) {
        this.editor.show(path, line);
        this.editor.focus();
    }

    startOver() {
        const changed = this.store.changed;
        this.mistakes?.takeBack();
        this.store.reset("start over");
        this.setShowChanges(false);
        this.editor.setProblems([]);
        find("problems").replaceChildren();
        this.say(changed.length
            ? `The project's own files are back: ${changed.join(", ")}.`
            : "No file was changed.");
    }

    // --- The workshop -----------------------------------------------------------

    async startWorkshop() {
        if (await this.furnish(this.workshop.start()))
            this.showCode();
    }

    /**
     * Puts the edits into the workshop when it is there. Resolves with false if
     * it cannot be used: then workshopState() has said why.
     * @param {Promise<void>} started
     */
    async furnish(started) {
        try {
            await started;
        } catch {
            return false;
        }
        await this.sync();
        return true;
    }

    /**
     * @param {string} state
     * @param {string} [detail]
     */
    workshopState(state, detail) {
        this.ready = state === "ready" || state === "busy";
        find("build").toggleAttribute("disabled", !this.ready || this.building);
        for (const one of find("downloads").querySelectorAll("button"))
            one.disabled = !this.ready;
        find("boot-yours").toggleAttribute("disabled", !this.yours || !this.ready);
        if (state === "loading") {
            this.say("The workshop is loading. All else works meanwhile.");
        } else if (state === "failed") {
            this.hideProgress();
            this.say(`The workshop cannot be used: ${detail ?? "it failed."} ` +
                     "Press Restart workshop to try again. The rest of the page " +
                     "goes on.");
        } else if (state === "ready" && !this.building && !this.said) {
            this.hideProgress();
            this.said = true;
            this.say("The workshop is ready.");
        }
    }

    /**
     * @param {number} loaded
     * @param {number} total
     */
    progress(loaded, total) {
        const bar = /** @type {HTMLProgressElement} */ (find("progress"));
        bar.hidden = false;
        bar.max = total || 1;
        bar.value = loaded;
        // Not in the state's own words: a screen reader would say each number.
        find("progress-text").textContent =
            `${megabytes(loaded)} of ${megabytes(total)}`;
    }

    hideProgress() {
        find("progress").hidden = true;
        find("progress-text").textContent = "";
    }

    async restart() {
        this.said = false;
        this.building = false;
        this.inWorkshop = new Map(this.store.originals);
        this.terminal.clear();
        if (await this.furnish(this.workshop.restart()))
            this.say("The workshop is as it was at first, with your edits in it.");
    }

    /** An edit goes to the workshop soon, so that the terminal sees it. */
    edited() {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.sync().catch(() => {}), 400);
    }

    /** Writes what differs into the workshop's folder. */
    async sync() {
        if (!this.ready)
            return;
        for (const path of this.store.paths) {
            const text = this.store.get(path);
            if (this.inWorkshop.get(path) === text)
                continue;
            this.inWorkshop.set(path, text);
            await this.workshop.write(path, encoder.encode(text));
        }
    }

    /** @param {string[]} changed in the workshop, by the terminal's commands */
    async filesChanged(changed) {
        for (const path of changed) {
            if (!this.store.originals.has(path))
                continue;
            const before = this.inWorkshop.get(path);
            try {
                const text = decoder.decode(await this.workshop.read(path));
                if (text === before || before !== this.inWorkshop.get(path))
                    continue; // sync() wrote it, or has written since
                this.inWorkshop.set(path, text);
                // What was typed in the editor meanwhile is not lost.
                if (this.store.get(path) === before)
                    this.store.set(path, text, "terminal");
                else
                    this.edited();
            } catch {
                // Removed there: the editor keeps it, the next build writes it.
                this.inWorkshop.delete(path);
            }
        }
    }

    /** When build/os.iso was made; empty if it is not there. */
    async stampOfImage() {
        const {status, output} = await this.workshop.run(
            "stat -c '%Y %i' build/os.iso 2>/dev/null", {quiet: true});
        return status === 0 ? output : "";
    }

    /** The terminal may have made a newer image. */
    async refreshImage() {
        if (!this.ready || this.building)
            return;
        const stamp = await this.stampOfImage();
        if (!stamp || stamp === this.imageStamp)
            return;
        this.imageStamp = stamp;
        this.machine?.insert(await this.workshop.read("build/os.iso"),
                             "build/os.iso, made in the workshop");
    }

    /** Saves, runs the real make, and boots the image that it made. */
    async build() {
        if (!this.ready || this.building)
            return;
        this.building = true;
        find("build").setAttribute("disabled", "");
        const words = this.mistakes?.made?.make ?? [];
        const command = ["make", "iso", ...words.map(quote)].join(" ");
        this.say(`Building: ${command}`);
        try {
            await this.sync();
            const {status, output} = await this.show(command);
            this.showProblems(output);
            this.mistakes?.built(output, status);
            if (status !== 0) {
                this.say(`The build failed, with status ${status}: the terminal ` +
                         "shows why. The PC keeps the image that it had.");
                return;
            }
            await this.bootBuilt();
            this.say("Built: kernel.bin, kernel.elf and os.iso.");
            await this.watchBoot();
        } catch (error) {
            this.say(`The build was broken off: ${reason(error)}`);
        } finally {
            this.building = false;
            find("build").toggleAttribute("disabled", !this.ready);
        }
    }

    async bootBuilt() {
        const iso = await this.workshop.read("build/os.iso");
        this.imageStamp = await this.stampOfImage();
        this.machine?.insert(iso, "build/os.iso, made in the workshop");
        await this.machine?.boot();
        this.bytes.show("build/kernel.bin",
                        await this.workshop.read("build/kernel.bin"));
    }

    /** Tells the mistakes what came of the boot, if it ends soon. */
    async watchBoot() {
        await Promise.race([
            this.machine?.settled,
            new Promise((resolve) => setTimeout(resolve, 8000)),
        ]);
        this.mistakes?.booted(find("screen").textContent ?? "",
                              find("pc-state").textContent ?? "");
        await this.showCode();
    }

    /**
     * Runs a command; the terminal shows it and what it says.
     * @param {string} command
     */
    async show(command) {
        this.terminal.write(`\r\n\x1b[1m$ ${command}\x1b[0m\r\n`);
        const answer = await this.workshop.run(command);
        this.workshop.type("\r"); // a new prompt
        return answer;
    }

    /** @param {string} output */
    showProblems(output) {
        const problems = readProblems(output)
            .filter(({path}) => this.store.originals.has(path));
        this.editor.setProblems(problems);
        find("problems").replaceChildren(...problems.map((problem) =>
            make("li", {}, button(
                `${problem.path}:${problem.line}: ${problem.text}`,
                () => this.openAt(problem.path, problem.line)))));
        const first = problems.find(({severity}) => severity === "error") ??
            problems[0];
        if (first)
            this.editor.show(first.path, first.line);
    }

    /** objdump's words for the bytes, when somebody looks at them. */
    async showCode() {
        const tool = /** @type {HTMLDetailsElement} */ (find("bytes-tool"));
        if (!this.ready || !tool.open || !this.bytes.name.endsWith("kernel.bin"))
            return;
        const {original} = this.bytes;
        // `start` alone is 32-bit code. The last word on an address counts.
        const {status, output} = await this.workshop.run(
            "objdump -d build/kernel.elf && " +
            "objdump -M i386 --disassemble=start build/kernel.elf", {quiet: true});
        // Other bytes may have come meanwhile, and the reader changed some.
        if (status === 0 && original === this.bytes.original)
            this.bytes.describe(readListing(output, original));
    }

    // --- The tutorial's commands ------------------------------------------------

    /** @param {string[]} commands typed one by one, each after a prompt */
    async typeCommands(commands) {
        if (!this.ready) {
            this.say("The workshop is still loading. Press it again when it is ready.");
            return;
        }
        this.typing = commands;
        await this.sync();
        for (const command of commands) {
            if (!await this.prompt() || this.typing !== commands)
                return;
            this.workshop.type(`${command}\r`);
            await this.terminal.changed();
        }
    }

    /** Resolves with true when the shell waits for a command. */
    async prompt() {
        const deadline = Date.now() + 120_000;
        while (!PROMPT.test(this.terminal.cursorLine)) {
            if (Date.now() > deadline) {
                this.say("The terminal is busy. Ctrl-C in it stops what runs.");
                return false;
            }
            await this.terminal.changed(500);
        }
        return true;
    }

    /** @param {string[]} commands `make run` among them boots the page's PC */
    async doAndBoot(commands) {
        if (!this.ready) {
            this.say("The workshop is still loading. Press it again when it is ready.");
            return;
        }
        await this.sync();
        for (const command of commands) {
            if (!/\bmake\b.*\brun\b/.test(command)) {
                await this.show(command);
                continue;
            }
            const {status} = await this.show("make -s iso");
            if (status === 0) {
                await this.bootBuilt();
                this.say("Built, and booted on the page's PC.");
            } else {
                this.say("The build failed: the terminal shows why.");
            }
        }
    }

    // --- Your kernel ------------------------------------------------------------

    /** @param {FileList | null} files */
    async take(files) {
        const file = files?.[0];
        if (!file)
            return;
        const tool = /** @type {HTMLDetailsElement} */ (find("judge-tool"));
        tool.open = true;
        this.yours = null;
        find("boot-yours").setAttribute("disabled", "");
        find("yours-state").textContent = "";
        /** @param {string} text */
        const refuse = (text) => find("verdict").replaceChildren(
            make("h4", {}, file.name), make("p", {}, text));
        if (file.size > LARGEST) {
            refuse(`This file has ${megabytes(file.size)}. The page takes at ` +
                   `most ${megabytes(LARGEST)}; a kernel is smaller.`);
            return;
        }
        if (file.size === 0) {
            refuse("This file is empty: 0 bytes. Was it still being written?");
            return;
        }
        let bytes;
        try {
            bytes = new Uint8Array(await file.arrayBuffer());
        } catch (error) {
            refuse(`It could not be read: ${reason(error)}`);
            return;
        }
        if (decoder.decode(bytes.subarray(0x8001, 0x8006)) === "CD001") {
            refuse(`A CD image of ${megabytes(bytes.length)}: it is booted as ` +
                   "it is.");
            this.machine?.insert(bytes, file.name);
            await this.machine?.boot();
            return;
        }
        this.yours = {name: file.name, bytes};
        find("boot-yours").toggleAttribute("disabled", !this.ready);
        try {
            find("verdict").replaceChildren(
                ...showVerdict(file.name, bytes.length, judge(bytes)));
            this.bytes.show(file.name, bytes);
        } catch (error) {
            refuse(`It could not be judged: ${reason(error)}`);
        }
    }

    /**
     * Boots a kernel by GRUB, good or bad, without the project's build.
     * @param {string} name
     * @param {Uint8Array} bytes
     */
    async bootKernel(name, bytes) {
        const state = find("yours-state");
        if (!this.ready) {
            this.say("The workshop makes the image, and it is not ready yet.");
            return;
        }
        state.textContent = "GRUB's image is being made.";
        try {
            await this.workshop.write("build/yours.bin", bytes);
            await this.workshop.write("build/yours.cfg", encoder.encode(
                this.store.original("grub/grub.cfg")));
            const {status} = await this.show(
                "scripts/mkiso.sh build/yours.bin build/yours.cfg build/yours.iso");
            if (status !== 0)
                throw new Error("the terminal shows why.");
            this.machine?.insert(await this.workshop.read("build/yours.iso"), name);
            await this.machine?.boot();
            state.textContent = "Booted: the PC shows what GRUB says.";
        } catch (error) {
            state.textContent = `No image could be made: ${reason(error)}`;
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

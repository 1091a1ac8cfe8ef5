// SPDX-License-Identifier: 0BSD
// Everything beside the PC, put together: each part knows nothing of the
// others, and this says who is told what.
import {Builder} from "./builder.js";
import {Bytes} from "./bytes.js";
import {find, reason, reveal, saveFile, showError} from "./dom.js";
import {fetchBytes} from "./download.js";
import {Editor} from "./editor.js";
import {Folder} from "./folder.js";
import {judge, startJudge} from "./judge.js";
import {Mistakes} from "./mistakes.js";
import {OwnKernel} from "./own-kernel.js";
import {Sharing} from "./sharing.js";
import {Shell} from "./shell.js";
import {Status} from "./status.js";
import {Store} from "./store.js";
import {Sync} from "./sync.js";
import {Terminal} from "./terminal.js";
import {TEXTS, Tutorial} from "./tutorial.js";
import {LinuxVM} from "./vm.js";
import {Watch} from "./watch.js";

const PATIENCE = 20_000; // milliseconds that the VM's download waits for the PC

/** @param {string} path of the page's own files */
const fetchFile = (path) => fetchBytes(new URL(path, document.baseURI));

/** @param {string} path */
const fetchText = async (path) =>
    new TextDecoder().decode(await fetchFile(`project/${path}`));

/** @param {import("./pc-panel.js").PCPanel | null} pc null: no WebAssembly */
export async function openApp(pc) {
    /** @type {Record<string, string>} */
    const files = JSON.parse(await fetchText("files.json"));
    const store = new Store(new Map(Object.entries(files)));
    const own = new Store(new Map(), "myos");
    const editor = new Editor(find("files"), find("editor"), [store, own]);
    const status = new Status();
    /** @type {Promise<unknown>} */
    let typing = Promise.resolve();
    const terminal = new Terminal(find("terminal"), {
        onData: (text) => {
            // A command finds what was edited before it was typed.
            typing = typing.then(() => text.includes("\r") && sync.now())
                .then(() => vm.type(text));
        },
        onSize: (columns, rows) => vm.resize(columns, rows),
    });
    const vm = new LinuxVM({
        onOutput: (bytes) => terminal.write(bytes),
        onState: (state, detail) => status.showVM(state, detail),
        onProgress: (loaded, total) => status.showProgress(loaded, total),
        onFiles: (changed, gone) => {
            sync.hear(changed, gone);
            builder.hear(changed);
        },
        onBoot: (entry, name, image) => builder.start(entry, name, image),
    });
    const sync = new Sync(vm, [store, own], (why) => status.say(why));
    const shell = new Shell(vm, terminal, sync, status);
    const bytes = new Bytes(find("bytes"), {
        judge,
        boot: (changed) => ownKernel.boot("the changed bytes", changed),
        disassemble: (kernel) => builder.disassemble(kernel),
    });
    /** @type {OwnKernel} */
    const ownKernel = new OwnKernel({
        pc, shell, status, bytes, config: store.original("grub/grub.cfg")});
    /** @type {Mistakes | undefined} */
    let mistakes;
    /** @type {Builder} */
    const builder = new Builder({
        pc, shell, status, editor, bytes, mistakes: () => mistakes});
    const folder = new Folder([store, own], editor, status, shell);
    new Sharing([store, own], editor, status, (mine) => folder.choose(mine));
    for (const one of find("parts").querySelectorAll("button"))
        one.addEventListener("click", () => reveal(one.dataset.shows ?? ""));
    if (pc)
        pc.watch = new Watch(find("pc"), pc, {
            judge,
            kernel: () => fetchFile("pc/kernel.bin"),
            lines: (kernel) => builder.lines(kernel),
            open: (path, line) => editor.open(path, line),
        });

    find("build").addEventListener("click", () => builder.build());
    addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            event.stopPropagation();
            builder.build();
        }
    }, {capture: true});
    find("start-over").addEventListener("click", () => {
        const {changed} = store;
        store.reset();
        mistakes?.forget();
        editor.setShowChanges(false);
        builder.showProblems("");
        status.say(changed.length
            ? `The project's own files are back: ${changed.join(", ")}.`
            : "No file was changed.");
    });
    find("restart").addEventListener("click", async () => {
        terminal.clear();
        if (await sync.start())
            folder.enter();
        if (vm.ready)
            status.say("The workshop is as it was at first, with your edits in it.");
    });
    const changes = /** @type {HTMLInputElement} */ (find("show-changes"));
    changes.addEventListener("change",
                             () => editor.setShowChanges(changes.checked));
    find("bytes-tool").addEventListener("toggle", () => bytes.nameCode());
    for (const one of find("downloads").querySelectorAll("button"))
        one.addEventListener("click", async () => {
            const name = one.dataset.file ?? "";
            try {
                saveFile(name, await vm.read(
                    (editor.store.own ? own.folder : "build/") + name));
            } catch {
                status.say(`${name} is not there. Press Build and boot.`);
            }
        });
    if (!store.lasting)
        status.say("This browser keeps nothing for this page: edits are lost " +
                   "when it is closed.");

    new Tutorial(find("tutorial"), TEXTS.map(({path}) => files[path]), {
        type: (commands, mine) => {
            folder.choose(mine);
            reveal("terminal");
            shell.type(commands);
        },
        boot: (commands) => {
            reveal("pc");
            builder.follow(commands);
        },
        watch: async (entry, mine) => {
            folder.choose(mine);
            reveal("pc");
            await builder.refresh().catch(() => {}); // then what is there
            await pc?.watch?.stop(entry);
        },
        open: (path, line) => {
            folder.choose(false);
            reveal("editor");
            editor.open(path, line);
        },
        write: (block, back) => folder.write(block, back),
        read: (path) => store.originals.has(path) ? store.get(path) : undefined,
        base: new URL("project/", document.baseURI).href,
    });

    // What is missing takes nothing else with it.
    await Promise.all([
        fetchText("mistakes.json").then((table) => {
            mistakes = new Mistakes(find("mistakes"), JSON.parse(table), store, {
                show: (path, line) => {
                    folder.choose(false);
                    editor.setShowChanges(true);
                    editor.show(path, line);
                },
                build: () => builder.build(),
                choose: (entry) => {
                    if (pc)
                        pc.entry = entry;
                },
            });
        }),
        fetchFile("judge.wasm").then((wasm) => pc && startJudge(wasm)).finally(
            async () => bytes.show("kernel.bin", await fetchFile("pc/kernel.bin"))),
    ].map((part) => part.catch((error) => showError(reason(error)))));

    if (!pc)
        return;
    pc.refresh = () => builder.refresh();
    pc.locate = (address) => builder.locate(address);
    // First the PC: what the VM needs is ten times as much.
    await Promise.race([
        pc.stopped, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    if (await sync.start()) {
        bytes.nameCode();
        folder.enter();
        if (own.paths.length > 0)
            status.say("The workshop is ready, with your files in it. What was " +
                       "made of them is not kept: do those commands again.");
    }
}

// SPDX-License-Identifier: 0BSD
// Commands that the page runs for the reader: the terminal shows them.
import {PROMPT} from "./guest.js";

const WAITS = /[$#] $/; // how a line ends where the shell waits for a command
const TYPES = /^\S*[$#] /; // and how one begins that the reader is typing
const PATIENCE = 120_000; // milliseconds for a command that runs

export class Shell {
    /**
     * @param {import("./vm.js").LinuxVM} vm
     * @param {import("./terminal.js").Terminal} terminal
     * @param {import("./sync.js").Sync} sync
     * @param {import("./status.js").Status} status
     */
    constructor(vm, terminal, sync, status) {
        this.vm = vm;
        this.terminal = terminal;
        this.sync = sync;
        this.status = status;
        /** Resolves when the terminal is where it was told to go. */
        this.entered = Promise.resolve();
    }

    /**
     * Runs a command with the newest edits, beside what the reader may be
     * typing; the terminal shows it and what it says.
     * @param {string} command
     * @param {{give?: Map<string, Uint8Array | null>, take?: string[]}} [options]
     */
    async run(command, {give = new Map(), take = []} = {}) {
        const prompt = TYPES.test(this.terminal.cursorLine);
        this.terminal.write(`\r\n\x1b[1m$ ${command}\x1b[0m\r\n`);
        const answer = await this.vm.run(command, {
            give: new Map([...this.sync.edits(), ...give]), take, aloud: true,
        });
        if (prompt) { // or else a program runs there, which would get the key
            this.vm.type(PROMPT); // not Return: the reader may be in the middle of a word
            await this.terminal.changed();
        }
        return answer;
    }

    /** @param {string[]} commands typed one by one, each after a prompt */
    async type(commands) {
        if (this.status.mustWait())
            return;
        await this.entered;
        this.typing = commands;
        await this.sync.now();
        for (const command of commands) {
            if (!await this.prompt() || this.typing !== commands)
                return;
            this.vm.type(`${command}\r`);
            await this.terminal.changed();
        }
    }

    /** Goes to a folder, unless it is there. @param {string} folder "~/..." */
    async enter(folder) {
        if (this.status.ready && await this.prompt() &&
            this.terminal.cursorLine !== `${folder}$ `)
            this.vm.type(`cd ${folder}\r`);
    }

    /** Resolves with true when the shell waits for a command. */
    async prompt() {
        const deadline = Date.now() + PATIENCE;
        while (!WAITS.test(this.terminal.cursorLine)) {
            if (Date.now() > deadline) {
                this.status.say(
                    "The terminal is busy. Ctrl-C in it stops what is running.");
                return false;
            }
            await this.terminal.changed(500);
        }
        return true;
    }
}

// SPDX-License-Identifier: 0BSD
// The PC's part of the page: screen, buttons, entry, and what is in the PC.
import {find, megabytes, reason, showError} from "./dom.js";
import {tripleFault} from "./pc/explain.js";
import {PC} from "./pc.js";
import {Screen} from "./screen.js";

/**
 * @typedef {import("./pc.js").PCState} PCState
 * @typedef {import("./pc.js").Entry} Entry
 */

const STATES = {
    off: "off",
    running: "running",
    paused: "paused",
    stopped: "stopped",
    stepped: "stopped after a step",
    halted: "halted, interrupts off",
    shutdown: "shut down by a triple fault",
};
const ENDS = ["off", "halted", "shutdown"];

const ABOUT = {
    bios: "BIOS: GRUB boots the image, as in make run.",
    uefi: "UEFI: GRUB boots the image, as in make run-uefi. It takes ten to " +
        "twenty seconds.",
    pvh: "PVH: kernel.bin is booted without an image, as in make run-kernel.",
};

export class PCPanel {
    constructor() {
        /** @type {Uint8Array | null} the image; null is the page's own */
        this.image = null;
        /** @type {Uint8Array | null} and what PVH boots */
        this.kernel = null;
        /** @type {import("./watch.js").Watch | undefined} */
        this.watch = undefined;
        /** Called before each boot: inserts what is newer. */
        this.refresh = async () => {};
        /**
         * Which line of C is at an address of what was booted: "", or
         * "kernel.c:75".
         * @type {(address: bigint) => Promise<string>}
         */
        this.locate = async () => "";
        this.screen = new Screen(find("screen"),
            (key, control) => this.pc.send("press", {key, control}));
        this.pc = new PC("pc/", {
            screen: (screen) => this.screen.show(screen),
            loaded: ({loaded}) => {
                find("pc-loaded").textContent = `${megabytes(loaded)} loaded`;
            },
            state: (message) => {
                this.show(message);
                this.watch?.showState(message);
            },
            cpu: (message) => this.watch?.showCPU(message),
            memory: (message) => this.watch?.showMemory(message),
        });
        find("boot").addEventListener("click", async () => {
            await this.refresh().catch(() => {}); // then what is there
            await this.boot();
        });
        find("power").addEventListener("click", () => {
            this.pc.powerOff();
            this.screen.blank();
        });
        find("entries").addEventListener("change", () => this.explain());
        this.explain();
        this.stopped = this.next();
    }

    /** @returns {Entry} */
    get entry() {
        return /** @type {any} */ (document.querySelector(
            "#entries :checked")).value;
    }

    set entry(entry) {
        /** @type {HTMLInputElement} */ (document.querySelector(
            `#entries [value=${entry}]`)).checked = true;
        this.explain();
    }

    explain() {
        find("about-entry").textContent = ABOUT[this.entry];
    }

    /** @returns {Promise<PCState>} */
    next() {
        return new Promise((resolve) => {
            this.stop = resolve;
        });
    }

    /** @param {Parameters<import("./pc.js").Listeners["state"]>[0]} message */
    async show({state, mode, detail, faults}) {
        const fault = faults?.length ? tripleFault(faults, detail ?? "") : detail;
        find("pc-state").textContent =
            [STATES[state], mode, fault].filter(Boolean).join("; ");
        find("pc-loaded").textContent = "";
        find("power").toggleAttribute("disabled", state === "off");
        if (ENDS.includes(state))
            this.stop?.(state);
        if (!faults?.length)
            return;
        const {stopped} = this;
        const line = await this.locate(faults[0].address).catch(() => "");
        if (line && stopped === this.stopped) // and no other boot has begun
            find("pc-state").append(`, of ${line}`);
    }

    /**
     * @param {"image" | "kernel"} kind what PVH boots is a kernel
     * @param {Uint8Array} bytes
     * @param {string} what it is
     */
    insert(kind, bytes, what) {
        this[kind] = bytes;
        find(`pc-${kind}`).textContent = what;
    }

    /**
     * Afterwards `stopped` resolves with the state in which this boot ends.
     * @param {Entry} [entry] by which it is booted from now on
     * @param {{address: bigint, eax?: number} | null} [stop] where to stop
     */
    async boot(entry = this.entry, stop = null) {
        this.entry = entry;
        this.pc.powerOff(); // which ends the boot before this one
        this.stopped = this.next();
        this.screen.blank();
        find("pc-state").textContent = "starting";
        find("power").removeAttribute("disabled");
        try {
            await this.pc.boot(entry, entry === "pvh" ? this.kernel : this.image,
                stop);
            showError("");
        } catch (error) {
            showError(`${reason(error)} The rest of the page still works.`);
        }
    }
}

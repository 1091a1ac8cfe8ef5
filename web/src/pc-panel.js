// SPDX-License-Identifier: 0BSD
// The PC's part of the page: screen, buttons, and the image that is in it.
import {find, megabytes, reason, showError} from "./dom.js";
import {PC} from "./pc.js";
import {Screen} from "./screen.js";

const STATES = {
    off: "off",
    running: "running",
    halted: "halted, interrupts off",
    shutdown: "shut down by a triple fault",
};

/** @typedef {import("./pc.js").PCState} PCState */

export class PCPanel {
    constructor() {
        /** @type {Uint8Array | null} the image; null is the page's own */
        this.image = null;
        /** Asked before each boot: is there a newer image? */
        this.refresh = async () => {};
        this.screen = new Screen(find("screen"), (text) => this.pc.sendKey(text));
        this.pc = new PC({
            base: "pc/",
            onScreen: (lines, attributes) => this.screen.show(lines, attributes),
            onLoaded: (bytes) => {
                find("pc-loaded").textContent = `${megabytes(bytes)} loaded`;
            },
            onState: (state) => this.show(state),
        });
        find("boot").addEventListener("click", async () => {
            await this.refresh().catch(() => {}); // then the image that is there
            await this.boot();
        });
        find("power").addEventListener("click", () => {
            this.pc.powerOff();
            this.screen.blank();
        });
        this.stopped = this.next();
    }

    /** @returns {Promise<PCState>} */
    next() {
        return new Promise((resolve) => {
            this.stop = resolve;
        });
    }

    /** @param {PCState} state */
    show(state) {
        find("pc-state").textContent = STATES[state];
        find("pc-loaded").textContent = "";
        find("power").toggleAttribute("disabled", state === "off");
        if (state !== "running")
            this.stop?.(state);
    }

    /**
     * @param {Uint8Array} image
     * @param {string} what it is
     */
    insert(image, what) {
        this.image = image;
        find("pc-image").textContent = `Image: ${what}.`;
    }

    /** Afterwards `stopped` resolves with the state in which this boot ends. */
    async boot() {
        this.pc.powerOff(); // which ends the boot before
        this.stopped = this.next();
        this.screen.blank();
        find("pc-state").textContent = "starting";
        find("power").removeAttribute("disabled");
        try {
            await this.pc.boot(this.image);
            showError("");
        } catch (error) {
            showError(`${reason(error)} Press Boot to try again. ` +
                      "The rest of the page goes on.");
        }
    }
}

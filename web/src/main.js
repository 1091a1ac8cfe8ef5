// SPDX-License-Identifier: 0BSD
// The page starts here: the PC first, so that OK is seen at once, and then
// everything else.
import {find, megabytes, reason} from "./dom.js";
import {PC} from "./pc.js";
import {Screen} from "./screen.js";

const STATES = {
    off: "off",
    running: "running",
    halted: "halted, interrupts off",
    shutdown: "shut down by a triple fault",
};

/** @param {string} text */
export function notice(text) {
    find("notice").textContent = text;
}

/** The PC and what it boots. */
class Machine {
    constructor() {
        /** @type {Uint8Array | null} the image; null is the page's own */
        this.image = null;
        /** Asked before each boot: is there a newer image? */
        this.refresh = async () => {};
        /** Resolves with the state when the CPU has stopped. */
        this.settled = this.unsettled();
        this.screen = new Screen(find("screen"), (text) => this.pc.sendKey(text));
        this.pc = new PC({
            base: "pc/",
            onScreen: (lines, attributes) => this.screen.show(lines, attributes),
            onLoaded: (bytes) => {
                find("pc-loaded").textContent = `${megabytes(bytes)} loaded`;
            },
            onState: (state) => {
                find("pc-state").textContent = STATES[state];
                find("pc-loaded").textContent = "";
                find("power").toggleAttribute("disabled", state === "off");
                if (state === "halted" || state === "shutdown")
                    this.settle?.(state);
            },
        });
        find("boot").addEventListener("click", async () => {
            await this.refresh().catch(() => {}); // then the image that is there
            await this.boot();
        });
        find("power").addEventListener("click", () => {
            this.pc.powerOff();
            this.screen.blank();
        });
    }

    /** @returns {Promise<string>} */
    unsettled() {
        return new Promise((resolve) => {
            this.settle = resolve;
        });
    }

    /**
     * @param {Uint8Array} image
     * @param {string} what it is
     */
    insert(image, what) {
        this.image = image;
        find("pc-image").textContent = `Image: ${what}.`;
    }

    async boot() {
        this.settled = this.unsettled();
        this.screen.blank();
        find("pc-state").textContent = "starting";
        try {
            await this.pc.boot(this.image);
            notice("");
        } catch (error) {
            find("pc-state").textContent = "off";
            notice(`${reason(error)} Press Boot to try again. ` +
                   "The rest of the page goes on.");
            this.settle?.("failed");
        }
    }
}

if (typeof WebAssembly === "undefined" || typeof Worker === "undefined") {
    notice("This browser has no WebAssembly, or it is switched off. The PC and " +
           "the workshop need it; the tutorial can be read.");
    find("boot").setAttribute("disabled", "");
    find("build").setAttribute("disabled", "");
    import("./laboratory.js").then(({openLaboratory}) => openLaboratory(null));
} else {
    const machine = new Machine();
    machine.boot();
    import("./laboratory.js")
        .then(({openLaboratory}) => openLaboratory(machine))
        .catch((error) => notice(`A part of this page could not be loaded: ` +
                                 `${reason(error)} Reload it to try again.`));
}

/** @typedef {Machine} TheMachine */

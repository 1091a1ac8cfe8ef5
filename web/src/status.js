// SPDX-License-Identifier: 0BSD
// The status line: what the Linux VM and the build are doing; and the buttons
// that can be pressed meanwhile.
import {find, make, megabytes} from "./dom.js";

export class Status {
    constructor() {
        this.ready = false; // can the VM be used?
        this.building = false;
    }

    /** @param {...(string | Node)} words */
    say(...words) {
        find("vm-state").replaceChildren(...words);
    }

    /** @param {string} label @param {string} text to be copied by hand */
    offer(label, text) {
        const field = make("input", {value: text, readOnly: true,
                                     "aria-label": label});
        this.say("Copy this: ", field);
        field.select();
    }

    /** Says so if the VM cannot be used yet. */
    mustWait() {
        if (!this.ready)
            this.say("The workshop is not ready. Try again when it is.");
        return !this.ready;
    }

    /** @param {boolean} building */
    setBuilding(building) {
        this.building = building;
        this.enable();
    }

    enable() {
        for (const one of document.querySelectorAll("[data-needs-vm]"))
            one.toggleAttribute("disabled", !this.ready);
        find("build").toggleAttribute("disabled", !this.ready || this.building);
    }

    /**
     * @param {import("./vm.js").VMState} state
     * @param {string} [detail]
     */
    showVM(state, detail) {
        this.ready = state === "ready";
        this.building &&= this.ready;
        this.enable();
        if (state !== "loading") {
            find("progress").hidden = true;
            find("progress-text").textContent = "";
        }
        this.say({
            loading: "The workshop is loading. Everything else already works.",
            ready: "The workshop is ready.",
            failed: `The workshop cannot be used: ${detail} Press Restart ` +
                "workshop to try again. The rest of the page still works.",
        }[state]);
    }

    /**
     * @param {number} loaded bytes
     * @param {number} total
     */
    showProgress(loaded, total) {
        const bar = /** @type {HTMLProgressElement} */ (find("progress"));
        bar.hidden = false;
        bar.max = total || 1;
        bar.value = loaded;
        // Not in the state's text: a screen reader would read out each number.
        find("progress-text").textContent =
            `${megabytes(loaded)} of ${megabytes(total)}`;
    }
}

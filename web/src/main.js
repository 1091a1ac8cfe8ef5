// SPDX-License-Identifier: 0BSD
// The page starts here: the PC first, so that OK is seen at once, and then
// everything else.
import {find, reason, showError} from "./dom.js";
import {PCPanel} from "./pc-panel.js";
import {startSplitters} from "./split.js";

startSplitters();

/** @type {PCPanel | null} */
let pc = null;
if (typeof WebAssembly === "undefined" || typeof Worker === "undefined") {
    showError("This browser has no WebAssembly, or it is switched off. The PC " +
              "and the workshop need it; the tutorial can be read.");
    for (const id of ["boot", "power"])
        find(id).setAttribute("disabled", "");
} else {
    pc = new PCPanel();
    pc.boot();
}
import("./app.js")
    .then(({openApp}) => openApp(pc))
    .catch((error) => showError("A part of this page could not be loaded: " +
                                `${reason(error)} Reload it to try again.`));

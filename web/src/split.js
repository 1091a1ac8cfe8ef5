// SPDX-License-Identifier: 0BSD
// The splitters between the page's parts: moved by the pointer, or by the arrow
// keys; where they are is kept.

const KEY = "ok-kernel:splits";

export function startSplitters() {
    /** @type {Record<string, number>} */
    let kept = {};
    try {
        kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    } catch {
        // Nothing was kept, or nothing usable: they start in their first places.
    }
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (
        document.querySelectorAll("[role=separator]"))) {
        const name = one.dataset.splits ?? "";
        const upright = one.getAttribute("aria-orientation") === "vertical";
        /** @param {number} percent of what it splits, before it */
        const move = (percent) => {
            const now = Math.round(Math.min(Math.max(percent, 15), 85));
            one.setAttribute("aria-valuenow", String(now));
            document.documentElement.style.setProperty(`--${name}`, String(now));
            kept[name] = now;
        };
        const keep = () => {
            try {
                localStorage.setItem(KEY, JSON.stringify(kept));
            } catch {
                // It lasts until the page is closed, then.
            }
        };
        if (Number.isFinite(kept[name]))
            move(kept[name]);
        one.addEventListener("pointerdown", (event) => {
            event.preventDefault();
            one.setPointerCapture(event.pointerId);
        });
        one.addEventListener("pointermove", (event) => {
            if (!one.hasPointerCapture(event.pointerId))
                return;
            const {left, top, width, height} = /** @type {HTMLElement} */ (
                one.parentElement).getBoundingClientRect();
            move(100 * (upright ? (event.clientX - left) / width
                : (event.clientY - top) / height));
        });
        one.addEventListener("lostpointercapture", keep);
        one.addEventListener("keydown", (event) => {
            const keys = upright ? ["ArrowLeft", "ArrowRight"]
                : ["ArrowUp", "ArrowDown"];
            const step = [-2, 2][keys.indexOf(event.key)];
            if (!step)
                return;
            event.preventDefault();
            move(Number(one.getAttribute("aria-valuenow")) + step);
            keep();
        });
    }
}

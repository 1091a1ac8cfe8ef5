// SPDX-License-Identifier: 0BSD
// The splitters between the page's parts: moved by the pointer, or by the arrow
// keys.

export function startSplitters() {
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (
        document.querySelectorAll("[role=separator]"))) {
        const upright = one.getAttribute("aria-orientation") === "vertical";
        /** @param {number} percent of what it splits, before it */
        const move = (percent) => {
            const now = Math.round(Math.min(Math.max(percent, 15), 85));
            one.setAttribute("aria-valuenow", String(now));
            document.documentElement.style.setProperty(
                `--${one.dataset.splits}`, String(now));
        };
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
        one.addEventListener("keydown", (event) => {
            const keys = upright ? ["ArrowLeft", "ArrowRight"]
                : ["ArrowUp", "ArrowDown"];
            const step = [-2, 2][keys.indexOf(event.key)];
            if (!step)
                return;
            event.preventDefault();
            move(Number(one.getAttribute("aria-valuenow")) + step);
        });
    }
}

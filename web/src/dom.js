// SPDX-License-Identifier: 0BSD
// Elements made in code. Text is always set as text: a file's name or a tool's
// output with HTML in it is shown as it is.

/**
 * For instance make("p", {className: "note"}, "Hello ", make("b", {}, "you")).
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, unknown>} [properties] names with a "-" are attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, properties = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
        if (key.includes("-") || key === "role")
            element.setAttribute(key, String(value));
        else
            Object.assign(element, {[key]: value});
    }
    element.append(...children);
    return element;
}

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id of an element that index.html has
 * @returns {T}
 */
export function find(id) {
    return /** @type {T} */ (document.getElementById(id));
}

/**
 * @param {string} label
 * @param {() => void} action
 * @param {Record<string, unknown>} [properties]
 */
export function button(label, action, properties = {}) {
    return make("button", {type: "button", onclick: action, ...properties}, label);
}

/** @param {number} bytes for instance "21.4 MB" */
export function megabytes(bytes) {
    return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** For what every reader must know. @param {string} text "" removes it */
export function showError(text) {
    find("error").textContent = text;
}

/** @param {unknown} error */
export function reason(error) {
    return error instanceof Error ? error.message : String(error);
}

/**
 * @param {string} name
 * @param {Uint8Array} bytes
 */
export function saveFile(name, bytes) {
    const url = URL.createObjectURL(
        new Blob([/** @type {BlobPart} */ (bytes)]));
    make("a", {href: url, download: name}).click();
    // The browser has started the download by then.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Where one part is shown at a time, shows this one. @param {string} part */
export function reveal(part) {
    document.body.dataset.part = part;
    for (const one of find("parts").querySelectorAll("button"))
        one.setAttribute("aria-pressed", String(one.dataset.shows === part));
}

// SPDX-License-Identifier: 0BSD
// A link that carries files in its fragment, which a browser never sends: #edit=
// and then the project's changed files, or #folder= and then all of the reader's
// own, as JSON, compressed, in base64url.
import {deflateSync, inflateSync, strFromU8, strToU8} from "fflate";
import {refusal} from "./store.js";

const KEY = /^#(edit|folder)=/;
const LONGEST = 200_000; // characters of a fragment
const LARGEST = 1 << 20; // bytes of JSON

/**
 * @param {Map<string, string>} files
 * @param {boolean} own are they the reader's own folder?
 * @returns {string} a fragment
 * @throws {Error} with a sentence
 */
export function encode(files, own) {
    const json = strToU8(JSON.stringify(Object.fromEntries(files)));
    const fragment = (own ? "#folder=" : "#edit=") +
        btoa(strFromU8(deflateSync(json), true))
            .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    if (fragment.length > LONGEST || json.length > LARGEST)
        throw new Error(
            "These files are too long for a link: it would have " +
            `${fragment.length} characters; at most ${LONGEST} are allowed. ` +
            "Nothing was copied.");
    return fragment;
}

/** @param {string} fragment */
export function isLink(fragment) {
    return KEY.test(fragment);
}

/**
 * @param {string} fragment anything at all: somebody else wrote it
 * @param {Iterable<string>} paths the files that the project has
 * @returns {{own: boolean, files: Map<string, string>}} those that differ; or a
 *   whole folder, for the reader's own
 * @throws {Error} with a sentence
 */
export function decode(fragment, paths) {
    if (fragment.length > LONGEST)
        throw new Error("This link is too long to be one of this page's.");
    let value;
    try {
        const packed = atob(fragment.replace(KEY, "").replaceAll("-", "+")
            .replaceAll("_", "/"));
        // A few bytes can unpack to very many: what has no room is cut off.
        value = JSON.parse(strFromU8(inflateSync(strToU8(packed, true),
            {out: new Uint8Array(LARGEST)})));
    } catch (error) {
        throw new Error("This link is damaged: its end may be missing.",
                        {cause: error});
    }
    if (typeof value !== "object" || value === null || Array.isArray(value))
        throw new Error("This link does not hold a list of files.");
    const known = new Set(paths);
    const own = fragment.startsWith("#folder=");
    const files = new Map();
    for (const [path, text] of Object.entries(value)) {
        if (!own && !known.has(path))
            throw new Error(`This link changes a file that the project does ` +
                            `not have: ${path.slice(0, 80)}`);
        if (typeof text !== "string")
            throw new Error(`This link has no text for ${path}.`);
        files.set(path, text);
    }
    if (files.size === 0)
        throw new Error("This link carries no file.");
    const why = own && refusal(files);
    if (why)
        throw new Error(`This link cannot be used. ${why}`);
    return {own, files};
}

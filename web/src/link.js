// SPDX-License-Identifier: 0BSD
// A link that carries files in its fragment, which a browser never sends: #edit=
// and then the project's changed files, or #folder= and then all of the reader's
// own, as JSON, compressed, in base64url.
import {refusal} from "./store.js";

const KEY = /^#(edit|folder)=/;
const LONGEST = 200_000; // characters of a fragment
const LARGEST = 1 << 20; // bytes of JSON

/**
 * @param {Map<string, string>} files
 * @param {boolean} own are they the reader's own folder?
 * @returns {Promise<string>} a fragment
 * @throws {Error} with a sentence
 */
export async function encode(files, own) {
    const json = new Blob([JSON.stringify(Object.fromEntries(files))]);
    const stream = json.stream().pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    let binary = "";
    for (const byte of bytes)
        binary += String.fromCharCode(byte);
    const fragment = (own ? "#folder=" : "#edit=") + btoa(binary).replaceAll("+", "-")
        .replaceAll("/", "_").replace(/=+$/, "");
    if (fragment.length > LONGEST || json.size > LARGEST)
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
 * @returns {Promise<{own: boolean, files: Map<string, string>}>} those that
 *   differ; or a whole folder, for the reader's own
 * @throws {Error} with a sentence
 */
export async function decode(fragment, paths) {
    if (fragment.length > LONGEST)
        throw new Error("This link is too long to be one of this page's.");
    let value;
    try {
        value = JSON.parse(await inflate(fragment.replace(KEY, "")));
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

/** @param {string} base64url */
async function inflate(base64url) {
    const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const reader = new Blob([bytes]).stream()
        .pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const decoder = new TextDecoder("utf-8", {fatal: true});
    let text = "", size = 0;
    for (;;) {
        const {done, value} = await reader.read();
        if (done)
            return text + decoder.decode();
        size += value.length;
        // A few bytes can unpack to very many.
        if (size > LARGEST)
            throw new Error("too large");
        text += decoder.decode(value, {stream: true});
    }
}

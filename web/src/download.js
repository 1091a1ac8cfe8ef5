// SPDX-License-Identifier: 0BSD
// Fetches files; the VM's state, some 30 MB, over a bad connection, too.
import {sha256} from "@noble/hashes/sha2.js"; // the browser's own needs https

const TRIES = 5;
const PAUSE = 1000; // milliseconds, before the second try; doubled each time

/**
 * @param {string | URL} url
 * @param {(size: number) => void} [onPart] told the size of each part that arrives
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function fetchBytes(url, onPart = () => {}) {
    const response = await fetch(url);
    if (!response.ok || !response.body)
        throw new Error(`${url}: the server says ${response.status}`);
    const parts = [];
    const reader = response.body.getReader();
    for (;;) {
        const {done, value} = await reader.read();
        if (done)
            break;
        parts.push(value);
        onPart(value.length);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/**
 * Throws an Error for the reader if it is not available, or damaged.
 * @param {string} base the folder that has it, with its manifest.json
 * @param {(loaded: number, total: number) => void} onProgress
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function download(base, onProgress) {
    const manifest = JSON.parse(new TextDecoder().decode(
        await again(() => fetchBytes(base + "manifest.json"))));
    const {file, size} = manifest;
    const bytes = new Uint8Array(size);
    let loaded = 0;
    await again(async () => {
        // Continues where the last try stopped, if the server supports that.
        const answer = await fetch(base + file, loaded === 0 ? {}
            : { headers: { Range: `bytes=${loaded}-` } });
        if (!answer.ok || !answer.body)
            throw new Error(`the server says ${answer.status}`);
        if (answer.status !== 206)
            loaded = 0;
        const reader = answer.body.getReader();
        for (;;) {
            const {done, value} = await reader.read();
            if (done)
                break;
            if (loaded + value.length > size)
                throw new Damaged();
            bytes.set(value, loaded);
            loaded += value.length;
            onProgress(loaded, size);
        }
        if (loaded < size)
            throw new Error("the download was interrupted");
    });
    const digest = Array.from(sha256(bytes),
        (byte) => byte.toString(16).padStart(2, "0"));
    if (digest.join("") !== manifest.sha256)
        throw new Damaged();
    return bytes;
}

class Damaged extends Error {
    constructor() {
        super("The workshop's file is damaged: it is not the one that was " +
            "published. Reload the page; if that does not help, the server's " +
            "copy is damaged.");
    }
}

/**
 * @template Value
 * @param {() => Promise<Value>} attempt
 * @returns {Promise<Value>}
 */
async function again(attempt) {
    for (let count = 1;; count++) {
        try {
            return await attempt();
        } catch (error) {
            if (error instanceof Damaged)
                throw error;
            if (count === TRIES)
                throw new Error("The workshop cannot be downloaded: " +
                    `${/** @type {Error} */ (error).message}.`);
        }
        await new Promise((resolve) =>
            setTimeout(resolve, PAUSE * 2 ** (count - 1)));
    }
}

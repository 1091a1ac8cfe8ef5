// SPDX-License-Identifier: 0BSD
// Blocks of the texts that are typed into a file of the reader's own folder:
// tests/typed.py, which types them on a PC, says what their first lines mean.

/** @typedef {{kind: string, how: string, path: string, text: string}} Block */

/**
 * @param {Block} block
 * @param {string | undefined} before the file; undefined: it is not there
 * @param {boolean} back put back what the block changes
 * @returns {string} the file with it
 * @throws {Error} with a sentence
 */
export function typed({kind, how, path, text}, before, back) {
    if (kind !== "diff") {
        if (how === "+" && before === undefined)
            throw new Error(`There is no ${path} yet. Write it first.`);
        if (how === "+" ? before?.endsWith(text) : before === text)
            throw new Error(`${path} has that already.`);
        return (how === "+" ? before ?? "" : "") + text;
    }
    const lines = text.split(/(?<=\n)/);
    /** @param {string} sign @returns {string} one side of the change */
    const side = (sign) => lines.filter((line) => ` \n${sign}`.includes(line[0]))
        .map((line) => line.slice(1) || "\n").join("");
    const [from, to] = back ? [side("+"), side("-")] : [side("-"), side("+")];
    /** @param {string} part */
    const count = (part) => part ? (before ?? "").split(part).length - 1 : 0;
    if (count(to) === 1 && (count(from) !== 1 || to.includes(from)))
        throw new Error(back ? `${path} is as it was already.`
            : `${path} has that change already.`);
    if (count(from) !== 1)
        throw new Error(`${path} does not have the lines that this changes` +
            `${from ? ` (once): ${JSON.stringify(from.trim().split("\n")[0])}` : ""}. ` +
            "Do what stands before it in the text, or change it by hand.");
    return /** @type {string} */ (before).replace(from, () => to);
}

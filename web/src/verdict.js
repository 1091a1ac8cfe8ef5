// SPDX-License-Identifier: 0BSD
// mb2check's verdict on a file: its findings, with the four texts of each.
import {make} from "./dom.js";

/**
 * @typedef {import("./judge.js").Judgement} Judgement
 * @typedef {import("./judge.js").Finding} Finding
 */

const WORST = /** @type {Record<string, string>} */ ({
    fact: "Good: mb2check finds nothing wrong.",
    warning: "Good, with warnings.",
    violation: "Loads, but breaks a rule of the specification.",
    error: "Bad: GRUB refuses it, or it cannot run.",
});

/** @param {number} offset for instance 0xe8 */
export function hex(offset) {
    return `0x${offset.toString(16)}`;
}

/**
 * @param {string} name of the file judged
 * @param {number} size
 * @param {Judgement} judgement
 */
export function showVerdict(name, size, judgement) {
    const told = judgement.findings.filter(
        ({severity}) => severity !== "fact");
    const facts = judgement.findings.filter(({severity}) => severity === "fact");
    return [
        make("h4", {}, `${name}, ${size} bytes`),
        make("p", {className: `worst-${judgement.worst}`},
             WORST[judgement.worst] ?? judgement.worst),
        make("ul", {className: "findings"}, ...told.map(showFinding)),
        make("details", {}, make("summary", {}, "What a loader sees"),
             make("pre", {tabIndex: 0}, facts.map((fact) =>
                 `${hex(fact.offset).padEnd(10)} ` +
                 `${fact.label ? `  ${fact.label}: ` : ""}${fact.is}`)
                 .join("\n"))),
    ];
}

/** @param {Finding} finding */
export function showFinding(finding) {
    const texts = [["found", finding.is], ["must", finding.must],
                   ["why", finding.why], ["try", finding.hint]];
    return make("li", {},
        make("b", {}, `${finding.severity}: ${finding.rule}`),
        ` at offset ${hex(finding.offset)}`,
        make("dl", {}, ...texts.flatMap(([name, text]) => text
            ? [make("dt", {}, String(name)), make("dd", {}, text)] : [])));
}

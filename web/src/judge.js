// SPDX-License-Identifier: 0BSD
// mb2check's judge as WebAssembly: ../judge_wasm.c is its other half.

/**
 * @typedef {"fact" | "warning" | "violation" | "error"} Severity
 *
 * @typedef {object} Finding what mb2check/judge.h describes
 * @property {Severity} severity
 * @property {string} rule of a fact: what it is a part of
 * @property {number} offset in bytes from the file's beginning
 * @property {number} size of the bytes meant
 * @property {string | null} label of a fact: the field's name, if it is one
 * @property {string} is
 * @property {string | null} must a fact has no must, why and hint
 * @property {string | null} why
 * @property {string | null} hint
 * @property {string | null} section of the specification
 *
 * @typedef {{worst: Severity, findings: Finding[]}} Judgement
 */

/** @type {Severity[]} */
const SEVERITIES = ["fact", "warning", "violation", "error"];
const PAGE = 65536; // what WebAssembly's memory grows by

/** @type {any} */
let exports;
/** @type {Finding[]} */
let findings = [];

/** @param {number} pointer a C string's @returns {string | null} */
function text(pointer) {
    if (!pointer)
        return null;
    const bytes = new Uint8Array(exports.memory.buffer, pointer);
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}

/**
 * As an unsigned number, in hexadecimal from 10 on.
 * @param {bigint} value @param {number} decimal
 */
function number(value, decimal) {
    const unsigned = BigInt.asUintN(64, value);
    return decimal || unsigned < 10n ? String(unsigned)
        : `0x${unsigned.toString(16)}`;
}

/**
 * @param {number} severity @param {number} rule @param {bigint} offset
 * @param {bigint} size @param {number} label @param {number} is
 * @param {number} must @param {number} why @param {number} hint
 * @param {number} section @param {bigint} found @param {bigint} wanted
 * @param {bigint} count @param {number} subject @param {number} decimal
 */
function finding(severity, rule, offset, size, label, is, must, why, hint,
    section, found, wanted, count, subject, decimal) {
    /** @type {Record<string, string | null>} */
    const values = {
        found: number(found, decimal),
        wanted: number(wanted, decimal),
        number: number(count, 1),
        subject: text(subject),
        section: text(section),
    };
    /** @param {number} template */
    const filled = (template) => text(template)?.replace(/\{(\w+)\}/g,
        (whole, name) => name in values ? values[name] ?? "" : whole) ?? null;
    findings.push({
        severity: SEVERITIES[severity],
        rule: text(rule) ?? "",
        offset: Number(offset),
        size: Number(size),
        label: text(label),
        is: filled(is) ?? "",
        must: filled(must),
        why: filled(why),
        hint: filled(hint),
        section: text(section),
    });
}

/** @param {BufferSource} wasm judge.wasm */
export async function startJudge(wasm) {
    const {instance} = await WebAssembly.instantiate(wasm,
        {page: {finding}});
    exports = instance.exports;
}

/**
 * mb2check's findings about a file. Throws an Error for the reader if it cannot
 * be judged.
 * @param {Uint8Array} bytes
 * @returns {Judgement}
 */
export function judge(bytes) {
    if (!exports)
        throw new Error("mb2check is not loaded.");
    const start = exports.__heap_base.value;
    const missing = start + bytes.length - exports.memory.buffer.byteLength;
    if (missing > 0)
        exports.memory.grow(Math.ceil(missing / PAGE));
    new Uint8Array(exports.memory.buffer).set(bytes, start);
    findings = [];
    const worst = SEVERITIES[exports.judge(start, bytes.length)];
    return {worst, findings};
}

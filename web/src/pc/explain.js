// SPDX-License-Identifier: 0BSD
// The CPU's registers and faults, in the words of Intel's manual (SDM).

/** @typedef {import("./bochs.js").Fault} Fault */

// SDM 3A, table 6-1.
const FAULTS = new Map([
    [0, "#DE, divide error"], [1, "#DB, debug exception"],
    [3, "#BP, breakpoint"], [4, "#OF, overflow"],
    [5, "#BR, BOUND range exceeded"], [6, "#UD, invalid opcode"],
    [7, "#NM, device not available"], [8, "#DF, double fault"],
    [10, "#TS, invalid TSS"], [11, "#NP, segment not present"],
    [12, "#SS, stack-segment fault"], [13, "#GP, general protection"],
    [14, "#PF, page fault"], [16, "#MF, x87 floating-point error"],
    [17, "#AC, alignment check"], [18, "#MC, machine check"],
    [19, "#XM, SIMD floating-point exception"]]);

/** The bits that have a name (SDM 3A, 2.3 and 2.5; EFER: 2.2.1). */
const BITS = /** @type {Record<string, Record<string, number>>} */ ({
    rflags: { CF: 0, PF: 2, AF: 4, ZF: 6, SF: 7, TF: 8, IF: 9, DF: 10, OF: 11,
        NT: 14, RF: 16, VM: 17, AC: 18, VIF: 19, VIP: 20, ID: 21 },
    cr0: { PE: 0, MP: 1, EM: 2, TS: 3, ET: 4, NE: 5, WP: 16, AM: 18, NW: 29,
        CD: 30, PG: 31 },
    cr4: { VME: 0, PVI: 1, TSD: 2, DE: 3, PSE: 4, PAE: 5, MCE: 6, PGE: 7,
        PCE: 8, OSFXSR: 9, OSXMMEXCPT: 10, UMIP: 11, SMXE: 14, FSGSBASE: 16,
        PCIDE: 17, OSXSAVE: 18, SMEP: 20, SMAP: 21 },
    efer: {SCE: 0, LME: 8, LMA: 10, NXE: 11},
});

/**
 * The names of the bits that are 1: "PE PG".
 * @param {string} register
 * @param {bigint} value
 */
export function bitNames(register, value) {
    return Object.entries(BITS[register] ?? {}).filter(
        ([, bit]) => value >> BigInt(bit) & 1n).map(([name]) => name).join(" ");
}

/** @param {16 | 32 | 64} mode */
export function modeName(mode) {
    return { 16: "16-bit mode", 32: "32-bit protected mode",
        64: "64-bit long mode" }[mode];
}

/** @param {bigint} value */
export function hex(value) {
    return `0x${value.toString(16)}`;
}

/**
 * Which fault a triple fault began with, in one sentence.
 * @param {Fault[]} faults
 * @param {string} instruction that raised it
 */
export function tripleFault([first], instruction) {
    const what = FAULTS.get(first.vector) ?? `exception ${first.vector}`;
    const about = first.vector === 14 ? `, for address ${hex(first.cr2)} (CR2)` : "";
    return `it began with ${what}${about}, at ${
        hex(first.address)}: ${instruction}`;
}

// SPDX-License-Identifier: 0BSD
// The PVH entry, as `qemu-system-x86_64 -kernel` has it: the kernel is in memory
// when the PC is switched on, and an option ROM, which the BIOS calls, enters
// it at its note's address, in 32-bit mode with paging off.

const ROM = 0xd0000, ROM_SIZE = 512;
const RAM = 64 << 20;
const START_INFO = 128, MEMORY_MAP = 192; // in the ROM

/**
 * What the PC finds when it is switched on. Throws an Error for the reader when
 * the file is no PVH kernel.
 * @param {Uint8Array} file
 * @param {import("../judge.js").Finding[]} findings mb2check's, about the file
 */
export function pvhFiles(file, findings) {
    /** @param {string} label of facts @param {string} rule */
    const numbers = (label, rule = "segment") => findings.filter((one) =>
        one.severity === "fact" && one.rule === rule && one.label === label)
        .map(({is}) => Number(is));
    const [entry] = numbers("entry", "note");
    const [offsets, addresses, sizes, memory] =
        ["p_offset", "p_paddr", "p_filesz", "p_memsz"].map((one) => numbers(one));
    const loads = offsets.map((offset, i) => ({ offset, paddr: addresses[i],
        filesz: sizes[i], memsz: memory[i] })).filter(({memsz}) => memsz > 0);
    if (entry === undefined || loads.length === 0)
        throw new Error("This file has no PVH entry: an ELF note of Xen's, of " +
            "type 18, in a PT_NOTE segment (docs/tutorial.md).");
    const address = Math.min(...loads.map(({paddr}) => paddr));
    const end = Math.max(...loads.map(({paddr, memsz}) => paddr + memsz));
    if (end > RAM)
        throw new Error(`This kernel asks for memory up to 0x${
            end.toString(16)}. The PC has ${RAM >> 20} MB.`);
    const ram = new Uint8Array(end - address);
    for (const {offset, paddr, filesz} of loads)
        ram.set(file.subarray(offset, offset + filesz), paddr - address);
    return {ram, address, rom: optionRom(entry)};
}

/** @param {number} entry */
function optionRom(entry) {
    const rom = new Uint8Array(ROM_SIZE);
    const view = new DataView(rom.buffer);
    let at = 0;
    /** @param {number[]} bytes */
    const put = (...bytes) => {
        rom.set(bytes, at);
        at += bytes.length;
    };
    /** @param {number} value */
    const put32 = (value) => {
        view.setUint32(at, value, true);
        at += 4;
    };
    const GDT = 96;
    put(0x55, 0xaa, ROM_SIZE / 512); // the BIOS calls what comes next
    put(0xfa); // cli
    put(0x2e, 0x66, 0x0f, 0x01, 0x16, GDT, 0); // lgdtl %cs:GDT
    put(0x0f, 0x20, 0xc0, 0x0c, 1, 0x0f, 0x22, 0xc0); // CR0.PE = 1
    put(0x66, 0xea); // ljmpl $8, the next instruction
    put32(ROM + at + 6);
    put(8, 0);
    put(0x66, 0xb8, 16, 0); // mov $16, %ax: the data segment
    for (const reg of [0xd8, 0xc0, 0xd0, 0xe0, 0xe8])
        put(0x8e, reg); // mov %ax, %ds; the same for ES, SS, FS, GS
    put(0xbb); // mov $START_INFO, %ebx
    put32(ROM + START_INFO);
    put(0xe9); // jmp entry
    put32(entry - (ROM + at + 4));

    at = GDT; // its own first entry, which no one uses, says where it is
    put(23, 0);
    put32(ROM + GDT);
    put(0, 0, 0xff, 0xff, 0, 0, 0, 0x9a, 0xcf, 0); // code: 0 to 4 GB
    put(0xff, 0xff, 0, 0, 0, 0x92, 0xcf, 0); // data

    // Xen's struct hvm_start_info, version 1.
    view.setUint32(START_INFO, 0x336ec578, true);
    view.setUint32(START_INFO + 4, 1, true);
    view.setUint32(START_INFO + 40, ROM + MEMORY_MAP, true);
    view.setUint32(START_INFO + 48, 2, true); // entries
    [[0, 0x9f000], [1 << 20, RAM - (1 << 20)]].forEach(([start, size], i) => {
        view.setUint32(MEMORY_MAP + 24 * i, start, true);
        view.setUint32(MEMORY_MAP + 24 * i + 8, size, true);
        view.setUint32(MEMORY_MAP + 24 * i + 16, 1, true); // RAM
    });
    rom[ROM_SIZE - 1] = -rom.reduce((sum, byte) => sum + byte, 0);
    return rom;
}

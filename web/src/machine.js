// SPDX-License-Identifier: 0BSD
// The two PCs, as v86's options.
const CD_FIRST = 0x213; // boot order: CD, floppy disk, hard disk

export const PC = {
    memory_size: 64 << 20,
    vga_memory_size: 2 << 20,
    boot_order: CD_FIRST,
};

// The workshop's. A saved state fits this one only.
export const MACHINE = {
    memory_size: 224 << 20, // the initramfs and its files at a time
    vga_memory_size: 1 << 20,
    disable_keyboard: true,
    filesystem: {}, // shared with the page: host9p there
    uart1: true,
};

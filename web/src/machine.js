// SPDX-License-Identifier: 0BSD
// The workshop's PC. A saved state fits this one only.
export const MACHINE = {
    memory_size: 224 << 20, // the initramfs and its files at a time
    vga_memory_size: 1 << 20,
    disable_keyboard: true,
    filesystem: {}, // shared with the page: host9p there
    uart1: true,
};

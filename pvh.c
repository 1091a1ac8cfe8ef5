/* SPDX-License-Identifier: 0BSD */
/* The PVH entry, for `qemu-system-x86_64 -kernel`: QEMU knows Multiboot 1 and
 * PVH, not Multiboot2. A PVH kernel holds its entry address in an ELF note, in
 * a PT_NOTE segment. QEMU jumps there like GRUB: in 32-bit mode, paging off. */
#include <stdint.h>

/* Xen's number for a note that holds a 32-bit entry point. */
#define XEN_ELFNOTE_PHYS32_ENTRY 18

void start(void); /* in kernel.c */

/* An ELF note: sizes of name and descriptor, type, name, descriptor. */
static const struct {
    uint32_t namesz;
    uint32_t descsz;
    uint32_t type;
    char name[4];
    void (*entry)(void);
} __attribute__((packed)) note
    __attribute__((section(".note.Xen"), used, aligned(4))) = {
        .namesz = sizeof "Xen", /* 4: with the 0 that ends the string */
        .descsz = sizeof note.entry,
        .type = XEN_ELFNOTE_PHYS32_ENTRY,
        .name = "Xen",
        .entry = start,
};
_Static_assert(sizeof note == 24, "compile for 64 bits");

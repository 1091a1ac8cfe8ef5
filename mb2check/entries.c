/* SPDX-License-Identifier: 0BSD */
/* By which entries the kernel can be started, and what is missing for the
 * others: by GRUB, and by `qemu -kernel`, which knows a PVH note and
 * Multiboot 1. */
#include "entries.h"

#define ENTRY(k, name, ...) FACT(k, .rule = "entry", .label = name, __VA_ARGS__)

static void grub_facts(struct kernel *k)
{
    uint64_t efi64 = k->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64];
    bool services = k->tag[MULTIBOOT_HEADER_TAG_EFI_BS] != 0;
    bool by_efi64 = services && efi64 != 0;
    bool screen = k->tag[MULTIBOOT_HEADER_TAG_FRAMEBUFFER] != 0;
    bool no_console = k->console_required && !screen;
    struct mb2_finding bios =
        start_at(k, k->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS]);
    struct mb2_finding uefi = by_efi64 ? start_at(k, efi64) : bios;

    bios.label = "GRUB on BIOS";
    bios.is = bios.size == 0 ? "no: an entry address tag is missing"
                             : "at {found}, in 32-bit mode";
    tell(k, MB2_FACT, bios);

    if (no_console)
        uefi.offset = uefi.size = uefi.found = 0;
    uefi.label = "GRUB on UEFI";
    uefi.is =
        no_console ? "no: a console is required, and the framebuffer tag that "
                     "would make one is missing"
        : by_efi64 ? "at {found}, in 64-bit mode, boot services on"
        : uefi.size == 0 ? "no: an entry address tag is missing"
        : services ? "at {found}, in 32-bit mode, boot services on; for 64-bit "
                     "mode, tag 9 is missing"
        : screen ? "at {found}, in 32-bit mode; for 64-bit mode, tags 7 and 9 "
                   "are missing"
                 : "at {found}, in 32-bit mode and without a screen: a "
                   "framebuffer tag is missing, or tags 7 and 9 for 64-bit "
                   "mode and the firmware's console";
    tell(k, MB2_FACT, uefi);
}

#define MULTIBOOT1_HAS_ADDRESSES 0x10000

/* QEMU takes no ELF64 file by Multiboot 1, unless the header has addresses of
 * its own. */
static void qemu_facts(struct kernel *k)
{
    uint64_t old = k->multiboot1;
    if (old < k->size && (!k->is_64 || !k->is_elf ||
                          read32(k, old + 4) & MULTIBOOT1_HAS_ADDRESSES))
        ENTRY(k, "qemu -kernel", .offset = old, .size = 12,
              .is = "by its Multiboot 1 header");
    else if (old < k->size)
        ENTRY(k, "qemu -kernel", .offset = old, .size = 12,
              .is = "no: it uses the Multiboot 1 header, and takes no ELF64 "
                    "file with one");
    else if (k->note.at == 0 || !elf_counts(k))
        ENTRY(k, "qemu -kernel",
              .is = "no: a PVH note is missing, or a Multiboot 1 header");
    else if (k->note.qemu_desc != k->note.desc)
        ENTRY(k, "qemu -kernel", ELF_PLACE(k, k->note.in.at, P_ALIGN),
              .is = "no: it misreads the PVH note, since p_align is {found}",
              .found = k->note.in.align);
    else
        ENTRY(k, "qemu -kernel", .offset = k->note.desc, .size = 4,
              .is = "at {found}, in 32-bit mode, by its PVH note",
              .found = read32(k, k->note.desc));
}

void entry_facts(struct kernel *k)
{
    FACT(k, .rule = "entry", .is = "entries into the kernel");
    if (k->has_header)
        grub_facts(k);
    limine_facts(k);
    if (k->has_header)
        qemu_facts(k);
}

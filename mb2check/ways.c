/* SPDX-License-Identifier: 0BSD */
/* By which ways the kernel can be entered, and what is missing for the others:
 * by GRUB, and by `qemu -kernel`, which knows a PVH note and Multiboot 1. */
#include "internal.h"

/* --- The PVH note --------------------------------------------------------- */

#define XEN_ELFNOTE_PHYS32_ENTRY 18
#define NOTE_HEAD 12   /* three 32-bit numbers: two sizes, and the type */
#define MAX_NOTES 1024 /* in the whole file; a kernel has a few */

/* The address that the note holds, in `desc`. */
static void judge_note(struct judge *j, uint64_t at, uint64_t desc,
                       uint64_t desc_size, uint64_t *pvh_at)
{
    if (desc_size != 4 && desc_size != 8) {
        BREACH(j, .rule = "pvh-note", .offset = at + 4, .size = 4,
               .is = "the PVH note's address has {found} bytes",
               .must = "have 4 or 8", .found = desc_size, .decimal = true,
               .why = "qemu -kernel reads a 32-bit or 64-bit address from it; "
                      "GRUB does not look at it",
               .hint = "descsz counts the address alone, not the note's head");
        return;
    }
    uint64_t address = read_bytes(j, desc, (unsigned)desc_size);
    FACT(j, .rule = "note", .offset = at, .size = desc + desc_size - at,
         .is = "PVH note");
    FACT(j, .rule = "note", .offset = at, .size = 4, .label = "namesz",
         .is = "{found}", .found = read32(j, at), .decimal = true);
    FACT(j, .rule = "note", .offset = at + 4, .size = 4, .label = "descsz",
         .is = "{found}", .found = desc_size, .decimal = true);
    FACT(j, .rule = "note", .offset = at + 8, .size = 4, .label = "type",
         .is = "{found}, PVH entry", .found = XEN_ELFNOTE_PHYS32_ENTRY,
         .decimal = true);
    FACT(j, .rule = "note", .offset = at + NOTE_HEAD, .size = 4,
         .label = "name", .is = "Xen");
    FACT(j, .rule = "note", .offset = desc, .size = desc_size, .label = "entry",
         .is = "{found}", .found = address);
    judge_entry(j, (struct entry){.severity = MB2_BREACH,
                                  .subject = "the PVH entry",
                                  .offset = desc,
                                  .size = desc_size,
                                  .address = address,
                                  .why = "qemu -kernel enters there; GRUB does "
                                         "not look at it"});
    *pvh_at = desc;
}

void judge_notes(struct judge *j, uint64_t *pvh_at)
{
    unsigned left = MAX_NOTES;
    for (uint64_t i = 0; i < j->segments; i++) {
        struct segment s = segment(j, i);
        if (s.type != PT_NOTE || !inside(j, s.offset, s.filesz))
            continue;
        uint64_t pad = s.align == 8 ? 8 : 4;
        uint64_t end = s.offset + s.filesz;
        for (uint64_t at = s.offset; at + NOTE_HEAD <= end && left > 0;
             left--) {
            uint64_t name_size = read32(j, at);
            uint64_t desc_size = read32(j, at + 4);
            uint64_t desc = at + NOTE_HEAD + align_up(name_size, pad);
            if (desc + desc_size > end)
                break;
            if (read32(j, at + 8) == XEN_ELFNOTE_PHYS32_ENTRY &&
                name_size == 4 && text_is(j, at + NOTE_HEAD, "Xen"))
                judge_note(j, at, desc, desc_size, pvh_at);
            at = desc + align_up(desc_size, pad);
        }
    }
}

/* --- Multiboot 1 ---------------------------------------------------------- */

#define MULTIBOOT1_SEARCH 8192 /* in the file's first bytes, in steps of 4 */
#define MULTIBOOT1_HAS_ADDRESSES 0x10000

bool multiboot1_at(const struct judge *j, uint64_t at)
{
    uint32_t sum = read32(j, at) + read32(j, at + 4) + read32(j, at + 8);
    return inside(j, at, 12) && read32(j, at) == MULTIBOOT1_MAGIC && sum == 0;
}

/* QEMU takes no ELF64 file by it, unless the header has addresses of its own.
 * Returns the header's offset, or the file's size if there is none. */
static uint64_t multiboot1(const struct judge *j)
{
    for (uint64_t at = 0; at < MULTIBOOT1_SEARCH; at += 4)
        if (multiboot1_at(j, at))
            return at;
    return j->size;
}

/* --- The ways in ---------------------------------------------------------- */

#define WAY(j, name, ...) FACT(j, .rule = "way", .label = name, __VA_ARGS__)

static void grub_facts(struct judge *j)
{
    bool has_addresses = j->tag[MULTIBOOT_HEADER_TAG_ADDRESS] != 0;
    uint64_t tag = j->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS];
    uint64_t efi64 = j->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64];
    uint64_t console = j->tag[MULTIBOOT_HEADER_TAG_CONSOLE_FLAGS];
    bool services = j->tag[MULTIBOOT_HEADER_TAG_EFI_BS] != 0;
    bool screen = j->tag[MULTIBOOT_HEADER_TAG_FRAMEBUFFER] != 0;
    bool console_required =
        console != 0 &&
        FIELD(j, console, multiboot_header_tag_console_flags, console_flags) &
            MULTIBOOT_CONSOLE_FLAGS_CONSOLE_REQUIRED;

    uint64_t entry = 0, at = elf_at(j, 0, E_ENTRY), size = elf_size(j, E_ENTRY);
    if (tag != 0) {
        at = AT(tag, multiboot_header_tag_entry_address, entry_addr);
        size = 4;
        entry = read32(j, at);
    } else if (!has_addresses) {
        elf_entry(j, &entry);
    }

    if (has_addresses && tag == 0)
        WAY(j, "GRUB on BIOS", .is = "no: an entry address tag is missing");
    else
        WAY(j, "GRUB on BIOS", .offset = at, .size = size, .found = entry,
            .is = "at {found}, in 32-bit mode");

    if (console_required && !screen)
        WAY(j, "GRUB on UEFI",
            .is = "no: a console is required, and the framebuffer tag that "
                  "would make one is missing");
    else if (services && efi64 != 0)
        WAY(j, "GRUB on UEFI",
            PLACE(efi64, multiboot_header_tag_entry_address, entry_addr),
            .found =
                FIELD(j, efi64, multiboot_header_tag_entry_address, entry_addr),
            .is = "at {found}, in 64-bit mode, boot services on");
    else if (has_addresses && tag == 0)
        WAY(j, "GRUB on UEFI", .is = "no: an entry address tag is missing");
    else
        WAY(j, "GRUB on UEFI", .offset = at, .size = size, .found = entry,
            .is = services ? "at {found}, in 32-bit mode, boot services on; "
                             "for 64-bit mode, tag 9 is missing"
                  : screen ? "at {found}, in 32-bit mode; for 64-bit mode, "
                             "tags 7 and 9 are missing"
                           : "at {found}, in 32-bit mode and without a screen: "
                             "a framebuffer tag is missing, or tags 7 and 9 "
                             "for 64-bit mode and the firmware's console");
}

static void qemu_facts(struct judge *j, uint64_t pvh_at)
{
    uint64_t old = multiboot1(j);
    if (old < j->size && (!j->is_64 || !j->is_elf ||
                          read32(j, old + 4) & MULTIBOOT1_HAS_ADDRESSES))
        WAY(j, "qemu -kernel", .offset = old, .size = 12,
            .is = "by its Multiboot 1 header");
    else if (old < j->size)
        WAY(j, "qemu -kernel", .offset = old, .size = 12,
            .is = "no: it goes by the Multiboot 1 header, and takes no ELF64 "
                  "file by that");
    else if (pvh_at != 0)
        WAY(j, "qemu -kernel", .offset = pvh_at, .size = 4,
            .is = "at {found}, in 32-bit mode, by its PVH note",
            .found = read32(j, pvh_at));
    else
        WAY(j, "qemu -kernel",
            .is = "no: a PVH note is missing, or a Multiboot 1 header");
}

void way_facts(struct judge *j, uint64_t pvh_at)
{
    if (!j->has_header)
        return;
    FACT(j, .rule = "way", .is = "ways to enter the kernel");
    grub_facts(j);
    qemu_facts(j, pvh_at);
}

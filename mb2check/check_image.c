/* SPDX-License-Identifier: 0BSD */
/* The rules of what is loaded, to which addresses, and at which of them the
 * kernel is entered. */
#include "checks.h"

#define MIB 0x100000
#define GIB4 UINT64_C(0x100000000)
#define BIOS_TABLES 0x500       /* below it are the BIOS's own tables */
#define VGA 0xa0000             /* from here to 1 MiB: screen, then ROM */
#define SCREEN 0xb8000          /* there is memory here even in text mode */
#define SCREEN_END 0xc0000      /* and its end */
#define QEMU_MEMORY (127 * MIB) /* what a kernel gets of QEMU's default */
#define NO_MEMORY (3072u * MIB) /* from here on most PCs have devices */

/* --- Without ELF: the address tag (3.1.5) --------------------------------- */

#define LINKED                                                                 \
    "header_addr and load_addr are linked addresses; take them from symbols "  \
    "of the linker script"

static void check_address(struct kernel *k)
{
    struct address a = k->address;
    uint64_t paddr = k->flat.paddr;
#define ADDRESS(severity, field, ...)                                          \
    TELL(k, severity, .rule = "address",                                       \
         PLACE(a.at, multiboot_header_tag_address, field),                     \
         .is = #field " is {found}", .found = a.field, __VA_ARGS__)

    if (k->flat.offset > k->size) {
        bool early = a.load_addr < a.header_addr;
        ADDRESS(MB2_ERROR, load_addr,
                .must = early ? "be at least {wanted}: the file has no more "
                                "bytes before the header"
                              : "be at most header_addr, which is {wanted}",
                .wanted = early ? a.header_addr - k->header : a.header_addr,
                .why = "loading begins header_addr - load_addr bytes before "
                       "the header (Multiboot2 3.1.5); GRUB says \"attempt to "
                       "seek outside of the file\"",
                .hint = LINKED);
        return;
    }
    if (!a.whole && a.load_addr > a.header_addr)
        ADDRESS(MB2_VIOLATION, load_addr,
                .must = "be at most header_addr, which is {wanted}",
                .wanted = a.header_addr,
                .why = "the part of the file that is loaded begins with the "
                       "header, or before it; GRUB loads only bytes after it "
                       "(Multiboot2 3.1.5)",
                .hint = LINKED);
    if (a.whole && a.header_addr < k->header) {
        ADDRESS(MB2_ERROR, header_addr,
                .must = "be at least {wanted}, the number of bytes in the file "
                        "before the header",
                .wanted = k->header,
                .why = "the file is loaded from its beginning (Multiboot2 "
                       "3.1.5); GRUB says \"address is out of range\"",
                .hint = "header_addr is the address at which the header is "
                        "linked");
        return;
    }
    if (a.load_end_addr != 0 && a.load_end_addr <= paddr) {
        ADDRESS(MB2_ERROR, load_end_addr,
                .must = "be above the load address, {wanted}", .wanted = paddr,
                .why = "load_end_addr - load_addr bytes are loaded from the "
                       "file (Multiboot2 3.1.5)",
                .hint = "0 loads the whole file");
        return;
    }
    if (a.load_end_addr > a.file_end)
        ADDRESS(MB2_VIOLATION, load_end_addr,
                .must = "be at most {wanted}, where the file ends",
                .wanted = a.file_end,
                .why = "load_end_addr - load_addr bytes are loaded from the "
                       "file; GRUB loads what there is, and does not clear "
                       "the rest (Multiboot2 3.1.5)",
                .hint = "count only what is in the file; .bss belongs to "
                        "bss_end_addr. 0 loads the whole file");
    if (a.bss_end_addr != 0 && a.bss_end_addr < a.loaded_end)
        ADDRESS(MB2_ERROR, bss_end_addr,
                .must = "be at least {wanted}, where the loaded bytes end",
                .wanted = a.loaded_end,
                .why = "the loader clears memory from there up to "
                       "bss_end_addr; GRUB would then clear all memory, its "
                       "own too (Multiboot2 3.1.5)",
                .hint = a.whole && a.load_end_addr != 0
                            ? "GRUB miscalculates with load_addr "
                              "0xffffffff: give the real load_addr"
                            : "0 if there is no .bss");
#undef ADDRESS
}

/* The field of segment `number` that a finding is about, or the address tag. */
#define SEGMENT(field)                                                         \
    .number = number, .offset = k->is_flat ? s.at : elf_at(k, s.at, field),    \
    .size = k->is_flat ? sizeof(struct multiboot_header_tag_address)           \
                       : elf_size(k, field)

/* --- Segments ------------------------------------------------------------- */

static void check_segment_bytes(struct kernel *k, uint64_t number,
                                struct segment s)
{
    if (s.filesz > s.memsz)
        ERROR(k, .rule = "segment-size", SEGMENT(P_FILESZ),
              .is = "segment {number} has {found} bytes in the file",
              .must = "have at most {wanted}, its size in memory",
              .found = s.filesz, .wanted = s.memsz,
              .why = "the file's bytes must fit in memory; GRUB writes them "
                     "over what is after it, and may hang (ELF, p_filesz)",
              .hint = "are p_filesz and p_memsz swapped?");
    if (s.filesz != 0 && !inside(k, s.offset, s.filesz))
        CUT_OFF(k, .rule = "segment-file", SEGMENT(P_OFFSET),
                .is = "segment {number} ends at offset {found} of the file",
                .found = end_of(s.offset, s.filesz),
                .subject = grub_read_error(k, s.offset),
                .why = "its bytes are copied from the file (ELF, p_offset; "
                       "GRUB: \"{subject}\")");
    if (s.flags & PF_W && s.flags & PF_X)
        WARNING(k, .rule = "segment-wx", SEGMENT(P_FLAGS),
                .is = "segment {number} is writable and executable",
                .must = "be one of the two",
                .why = "a stray write can change the code, and firmware "
                       "may refuse to run it (ELF, p_flags)",
                .hint = "put .text and .data into separate segments: "
                        "PHDRS in the linker script");
}

static const char *low_hint(const struct kernel *k, struct segment s)
{
    uint64_t number, at = section_with(k, k->header, &number);
    if (s.offset != 0 || k->is_flat)
        return "begin the linker script's SECTIONS with . = 1M;";
    if (k->has_header && at != 0 && !(elf(k, at, SH_FLAGS) & SHF_ALLOC))
        return "the linker put the file's own headers into the segment: link "
               "with -n; and give the header's section its flag \"a\": "
               ".section .multiboot_header, \"a\"";
    return "the linker put the file's own headers into the segment, before "
           ". = 1M: link with -n, or with -z max-page-size=4096";
}

/* Where PCs have memory. GRUB does not check addresses below 1 MiB, and checks
 * others only at `boot`. */
static void check_memory(struct kernel *k, uint64_t number, struct segment s,
                         uint64_t end)
{
    bool reserved = s.paddr < BIOS_TABLES || (s.paddr < MIB && end > VGA);
    if (end > NO_MEMORY)
        ERROR(k, .rule = "segment-memory", SEGMENT(P_PADDR),
              .is = "segment {number} is at physical address {found}",
              .must = "end below {wanted}, 3 GiB", .found = s.paddr,
              .wanted = NO_MEMORY,
              .why = "above it most PCs have devices, not memory; GRUB loads "
                     "it, and at `boot` says \"out of memory\" (ELF, p_paddr)",
              .hint = "a higher-half kernel needs a low load address for each "
                      "section: AT(ADDR(.text) - OFFSET), also for sections "
                      "that the linker script does not name, such as "
                      ".note.gnu.property");
    else if (s.paddr < MIB)
        TELL(k, reserved ? MB2_VIOLATION : MB2_WARNING, .rule = "segment-low",
             SEGMENT(P_PADDR),
             .is = "segment {number} begins at physical address {found}",
             .must = "begin at {wanted}, 1 MiB, or above", .found = s.paddr,
             .wanted = MIB,
             .why = reserved
                        ? "below 0x500 are the BIOS's tables, and from 0xa0000 "
                          "to 1 MiB the screen and the BIOS's ROM: GRUB loads "
                          "it, but its bytes do not stay intact"
                        : "the firmware uses some of the first 640 KiB, and "
                          "how much differs from machine to machine",
             .hint = low_hint(k, s));
    else if (end > QEMU_MEMORY)
        WARNING(k, .rule = "segment-memory", SEGMENT(P_PADDR),
                .is = "segment {number} ends at physical address {found}",
                .must = "end below {wanted}, to boot on a PC with 128 MiB",
                .found = end, .wanted = QEMU_MEMORY,
                .why = "a PC with less memory cannot boot it: GRUB loads it, "
                       "and at `boot` says \"out of memory\"",
                .hint = "give QEMU's PC more memory: -m 4G");
}

/* GRUB's own test: an empty segment, too, overlaps another one if it is inside
 * that or at its beginning. */
static bool grub_overlap(struct segment a, struct segment b)
{
    return (a.paddr <= b.paddr && b.paddr < end_of(a.paddr, a.memsz)) ||
           (b.paddr <= a.paddr && a.paddr < end_of(b.paddr, b.memsz));
}

static void check_overlap(struct kernel *k, uint64_t number, struct segment s)
{
    for (uint64_t i = 0; i < number; i++) {
        struct segment other = segment(k, i);
        if (other.type != PT_LOAD || !grub_overlap(s, other))
            continue;
        bool empty = s.memsz == 0 || other.memsz == 0;
        if (is_relocatable(k) && empty)
            continue;
        TELL(k, is_relocatable(k) ? MB2_VIOLATION : MB2_ERROR,
             .rule = "segment-overlap", SEGMENT(P_PADDR), .found = s.paddr,
             .wanted = i, .decimal = false,
             .is = s.memsz == 0 ? "segment {number} is empty, and at {found}, "
                                  "inside segment {wanted}"
                   : empty      ? "segment {number} is loaded at {found}, over "
                                  "segment {wanted}, which is empty"
                                : "segment {number} is loaded at {found}, over "
                                  "segment {wanted}",
             .must = empty ? "be left out, or be after it"
                           : "share no address with it",
             .why = is_relocatable(k)
                        ? "GRUB loads a relocatable kernel as one piece, and "
                          "the later segment over the earlier one (ELF, "
                          "p_paddr)"
                    : empty ? "GRUB checks empty segments, too: \"overlap "
                              "detected\" (ELF, p_paddr)"
                            : "the one that is loaded last would overwrite the "
                              "other (ELF, p_paddr; GRUB: \"overlap "
                              "detected\")",
             .hint = empty ? "remove the empty segment from PHDRS, or let it "
                             "begin where the one before it ends"
                           : "never set the location counter back in the "
                             "linker script, and check AT() (LMA)");
        return;
    }
}

/* From the lowest loaded byte to the highest. GRUB counts an empty segment too;
 * `with_empty` says whether to do so. start >= end: nothing is loaded. */
struct range {
    uint64_t start, end;
};

static struct range image(const struct kernel *k, bool with_empty)
{
    struct range image = {UINT64_MAX, 0};
    for (uint64_t i = 0; i < loadable(k); i++) {
        struct segment s = segment(k, i);
        if (s.type != PT_LOAD || (s.memsz == 0 && !with_empty))
            continue;
        if (s.paddr < image.start)
            image.start = s.paddr;
        if (end_of(s.paddr, s.memsz) > image.end)
            image.end = end_of(s.paddr, s.memsz);
    }
    return image;
}

static void segment_facts(struct kernel *k, uint64_t number, struct segment s)
{
    FACT(k, .rule = "segment", .offset = s.at, .size = k->is_flat ? 24 : 0,
         .number = number, .section = k->is_flat ? "Multiboot2 3.1.5" : "ELF",
         .is = k->is_flat ? "segment {number}, made by the address tag"
                          : "segment {number}, {subject}",
         .subject = s.flags & PF_X && s.flags & PF_W ? "writable and executable"
                    : s.flags & PF_X                 ? "executable"
                    : s.flags & PF_W                 ? "writable"
                                                     : "read-only");
    if (!k->is_flat)
        elf_facts(k, "segment", s.at, P_TYPE, P_ALIGN);
    FACT(k, .rule = "segment", .offset = s.offset, .size = s.filesz,
         .label = "bytes", .is = "{found} in the file, {wanted} in memory",
         .found = s.filesz, .wanted = s.memsz);
}

static void check_segment(struct kernel *k, uint64_t number, struct segment s,
                          struct range real)
{
    uint64_t end = end_of(s.paddr, s.memsz);

    segment_facts(k, number, s);
    if (!k->is_flat)
        check_segment_bytes(k, number, s);
    if (end >= GIB4)
        ERROR(k, .rule = "segment-4g", SEGMENT(P_PADDR),
              .is = "segment {number} ends at physical address {found}",
              .must = "end below {wanted}, 4 GiB", .found = end, .wanted = GIB4,
              .why = k->is_64 && !k->is_flat
                         ? "a loader has 32-bit addresses (Multiboot2 3.3; "
                           "GRUB: \"segment crosses 4 GiB border\")"
                         : "a loader has 32-bit addresses (Multiboot2 3.3; "
                           "GRUB on BIOS: \"address is out of range\")",
              .hint = "a higher-half kernel needs a low load address: "
                      "AT(ADDR(.text) - OFFSET) in the linker script");
    else if (s.memsz != 0 && !is_relocatable(k))
        check_memory(k, number, s, end);
    check_overlap(k, number, s);

    /* GRUB loads a relocatable image as one piece where memory is free. */
    if (s.memsz == 0 && is_relocatable(k) && s.paddr < real.start)
        WARNING(k, .rule = "segment-empty", SEGMENT(P_PADDR),
                .is = "segment {number} is empty, and at address {found}",
                .must = "be left out, or be at {wanted} or above, where "
                        "the kernel begins",
                .found = s.paddr, .wanted = real.start,
                .why = "GRUB takes the lowest address for the image's "
                       "first byte, and loads a relocatable kernel too high",
                .hint = "remove it from PHDRS. With some versions of GNU ld, "
                        "`. = .;` in its section gives it an address");
}

static void check_segments(struct kernel *k)
{
    struct range real = image(k, false);
    for (uint64_t i = 0; i < loadable(k); i++) {
        struct segment s = segment(k, i);
        if (s.type == PT_LOAD)
            check_segment(k, i, s, real);
    }
    if (!k->is_flat && loadable(k) != 0 && real.start >= real.end)
        ERROR(k, .rule = "program-headers", ELF_PLACE(k, 0, E_PHOFF),
              .is = "the file has no segment to load",
              .must = "have at least one segment of type PT_LOAD that is not "
                      "empty",
              .why = "segments tell a loader which bytes to load where (ELF, "
                     "program header)",
              .hint = "are there sections in the linker script, and are they "
                      "in a PT_LOAD of its PHDRS?");
}

/* --- Entries -------------------------------------------------------------- */

/* An address at which the kernel may be entered. */
struct entry {
    enum mb2_severity severity; /* if it is not an address of code */
    const char *subject;
    uint64_t offset, size; /* of the field that holds it */
    uint64_t address;      /* physical */
    const char *why;
};

/* Finds the segment that is loaded at the physical address. */
static bool find_loaded(const struct kernel *k, uint64_t address,
                        struct segment *s, uint64_t *number)
{
    for (*number = 0; *number < loadable(k); ++*number) {
        *s = segment(k, *number);
        if (s->type == PT_LOAD && address >= s->paddr &&
            address - s->paddr < s->memsz)
            return true;
    }
    return false;
}

static void check_entry(struct kernel *k, struct entry e)
{
    struct segment s;
    uint64_t number;
#define ENTRY(severity, ...)                                                   \
    TELL(k, severity, .rule = "entry", .offset = e.offset, .size = e.size,     \
         .subject = e.subject, .found = e.address, .why = e.why,               \
         .number = number, __VA_ARGS__)
    if (!find_loaded(k, e.address, &s, &number)) {
        ENTRY(e.severity, .is = "{subject} is {found}, where nothing is loaded",
              .must =
                  "be the physical address of the kernel's first instruction",
              .hint = e.address == 0
                          ? "ENTRY(start) in the linker script, and start not "
                            "static"
                          : "is it the virtual address of a higher-half "
                            "kernel? Or was it written as a number?");
        return;
    }
    uint64_t at = end_of(s.offset, e.address - s.paddr);
    if (!is_relocatable(k) && e.address >= VGA && e.address < MIB &&
        (e.address < SCREEN || e.address >= SCREEN_END))
        ENTRY(e.severity,
              .is = "{subject} is {found}, where the screen or the BIOS's ROM "
                    "is",
              .must = "be an address in memory",
              .hint = "begin the linker script's SECTIONS with . = 1M;");
    else if (e.address - s.paddr >= s.filesz)
        ENTRY(e.severity,
              .is = "{subject} is {found}, in the part of segment {number} "
                    "that is not in the file",
              .must = "be the address of the kernel's first instruction",
              .hint = "that part is all zeros; is the entry a variable in "
                      ".bss?");
    else if (at >= k->header && at < k->header_end)
        ENTRY(e.severity,
              .is = "{subject} is {found}, inside the Multiboot2 header",
              .must = "be the address of the kernel's first instruction",
              .hint = "the linker found no entry symbol and took the first "
                      "byte: ENTRY(start) in the linker script, and start not "
                      "static");
    else if (!(s.flags & PF_X))
        ENTRY(MB2_VIOLATION,
              .is = "{subject} is {found}, in segment {number}, which is not "
                    "executable",
              .must = "be an address in an executable segment",
              .hint = "is the entry in section .text, and .text in a segment "
                      "with FLAGS(5)?");
#undef ENTRY
}

static void check_entry_tag(struct kernel *k, unsigned type,
                            enum mb2_severity severity, const char *subject,
                            const char *why)
{
    uint64_t at =
        AT(k->tag[type], multiboot_header_tag_entry_address, entry_addr);
    struct entry e = {severity, subject, at, 4, read32(k, at), why};
    if (k->tag[type] != 0)
        check_entry(k, e);
}

/* GRUB requires the ELF entry in a segment even if it will jump elsewhere. */
static void check_elf_entry(struct kernel *k)
{
    struct entry e = {.severity = MB2_ERROR,
                      .subject = "the ELF entry",
                      ELF_PLACE(k, 0, E_ENTRY),
                      .why = "the loader jumps there (ELF, e_entry)"};
    struct segment s;
    uint64_t number, entry = elf(k, 0, E_ENTRY);
    if (loadable(k) == 0)
        return;
    if (!elf_entry(k, &e.address))
        ERROR(k, .rule = "entry", ELF_PLACE(k, 0, E_ENTRY),
              .is = "the ELF entry is {found}, outside of every segment",
              .must = "be an address in a segment that is loaded",
              .found = entry,
              .why = "the loader jumps there (ELF, e_entry; GRUB: \"entry "
                     "point isn't in a segment\")",
              .hint = find_loaded(k, entry, &s, &number)
                          ? "this is where a segment is loaded (p_paddr), but "
                            "GRUB looks the ELF entry up among virtual "
                            "addresses (p_vaddr): in the linker script, make "
                            "ENTRY a symbol with a virtual address"
                      : entry == 0
                          ? "ENTRY(start) in the linker script, and start not "
                            "static"
                          : "was the address set by the linker, or written as "
                            "a number?");
    else if (k->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS] == 0)
        check_entry(k, e);
}

static void check_entries(struct kernel *k)
{
    bool uefi_only =
        k->is_flat && k->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS] == 0;
    if (!k->is_flat)
        check_elf_entry(k);
    check_entry_tag(k, MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS, MB2_ERROR,
                    "the entry address",
                    "the loader jumps there (Multiboot2 3.1.6)");
    check_entry_tag(k, MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI32, MB2_VIOLATION,
                    "the EFI i386 entry address",
                    "a loader on 32-bit UEFI jumps there; GRUB does not "
                    "support it (Multiboot2 3.1.7)");
    check_entry_tag(
        k, MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64,
        uefi_only ? MB2_ERROR : MB2_VIOLATION, "the EFI amd64 entry address",
        uefi_only ? "GRUB on x86_64 UEFI jumps there (Multiboot2 3.1.8)"
                  : "GRUB on x86_64 UEFI jumps there; on BIOS the kernel "
                    "starts anyway (Multiboot2 3.1.8)");
}

/* --- Room for a relocatable image ----------------------------------------- */

/* Between min_addr and max_addr; computed as GRUB does. */
static void check_room(struct kernel *k)
{
    uint64_t at = k->tag[MULTIBOOT_HEADER_TAG_RELOCATABLE];
    struct range range = image(k, true);
    if (at == 0 || range.start >= range.end)
        return;
#define RELOCATABLE(field) FIELD(k, at, multiboot_header_tag_relocatable, field)
    uint64_t min_addr = RELOCATABLE(min_addr), max_addr = RELOCATABLE(max_addr);
    uint64_t align = RELOCATABLE(align);
#undef RELOCATABLE
    if (min_addr > max_addr)
        return;
    if (align == 0 || (align & (align - 1)) != 0)
        align = 1;

    const char *hint = "min_addr 0x100000 and max_addr 0xffffffff leave the "
                       "choice to the loader";
    uint64_t size = range.end - range.start;
    uint64_t end = end_of(round_up(min_addr, align), size);
    if (end > max_addr)
        ERROR(k, .rule = "relocatable",
              PLACE(at, multiboot_header_tag_relocatable, max_addr),
              .is = "max_addr is {found}",
              .must = "be at least {wanted}, where the image ends if it is "
                      "loaded at the lowest permitted address",
              .found = max_addr, .wanted = end,
              .why = end_of(min_addr, size) > max_addr
                         ? "the whole image must fit between min_addr and "
                           "max_addr (Multiboot2 3.1.13; GRUB: \"invalid "
                           "min/max address and/or load size\")"
                         : "the whole image must fit between min_addr and "
                           "max_addr, at a multiple of align (Multiboot2 "
                           "3.1.13; GRUB: \"couldn't find suitable memory "
                           "target\")",
              .hint = hint);
    else if (end > NO_MEMORY)
        ERROR(k, .rule = "segment-memory",
              PLACE(at, multiboot_header_tag_relocatable, min_addr),
              .is = "loaded at min_addr, the image ends at {found}",
              .must = "end below {wanted}, 3 GiB", .found = end,
              .wanted = NO_MEMORY,
              .why = "above it most PCs have devices, not memory; GRUB says "
                     "\"couldn't find suitable memory target\" (Multiboot2 "
                     "3.1.13)",
              .hint = hint);
}

/* --- The PVH note --------------------------------------------------------- */

static uint64_t note_entry(const struct kernel *k)
{
    return read_bytes(k, k->note.desc, (unsigned)k->note.desc_size);
}

static void note_facts(struct kernel *k, struct pvh_note note)
{
    static const struct field HEAD[] = {
        {"namesz", 0, 4, true, NULL, {{0}}},
        {"descsz", 4, 4, true, NULL, {{0}}},
        {"type", 8, 4, true, "{found}, PVH entry", {{0}}},
    };
    FACT(k, .rule = "note", .offset = note.at,
         .size = note.desc + note.desc_size - note.at, .is = "PVH note");
    field_facts(k, "note", NULL, note.at, HEAD, 3);
    if (begins_with(k, note.at + NOTE_HEAD, "Xen"))
        FACT(k, .rule = "note", .offset = note.at + NOTE_HEAD, .size = 4,
             .label = "name", .is = "Xen");
    FACT(k, .rule = "note", .offset = note.desc, .size = note.desc_size,
         .label = "entry", .is = "{found}", .found = note_entry(k));
}

/* Is there an address at which QEMU enters? */
static bool check_note(struct kernel *k)
{
    struct pvh_note note = k->note;
    if (note.at == 0)
        return false;
    if (note.desc_size != 4 && note.desc_size != 8) {
        VIOLATION(k, .rule = "pvh-note", .offset = note.at + 4, .size = 4,
                  .is = "the PVH note's address has {found} bytes",
                  .must = "have 4 or 8", .found = note.desc_size,
                  .decimal = true,
                  .why = "qemu -kernel reads a 32-bit or 64-bit address from "
                         "it; GRUB ignores the note",
                  .hint = "descsz counts only the address, not the note's "
                          "header");
        return false;
    }
    note_facts(k, note);
    if (read32(k, note.at) != 4 || !begins_with(k, note.at + NOTE_HEAD, "Xen"))
        VIOLATION(k, .rule = "pvh-note", .offset = note.at, .size = 16,
                  .is = "the first note of type 18 is not named Xen",
                  .must = "be named Xen, in 4 bytes",
                  .why = "qemu -kernel takes the first note of this type for "
                         "the PVH note, whatever its name; other loaders check "
                         "the name",
                  .hint = "remove the other note, or put it after this one");
    if (note.qemu_desc != note.desc)
        VIOLATION(k, .rule = "pvh-note", ELF_PLACE(k, note.in.at, P_ALIGN),
                  .is = "p_align of the PVH note's segment is {found}",
                  .must = "be {wanted}", .found = note.in.align, .wanted = 4,
                  .why = "qemu -kernel expects name and address to be padded "
                         "to p_align bytes: it does not find the note, or "
                         "jumps to a wrong address; GRUB ignores the note",
                  .hint = "another note shares the segment, such as "
                          ".note.gnu.property: compile with "
                          "-fcf-protection=none, and put only "
                          "KEEP(*(.note.Xen)) there in the linker script");
    return note.qemu_desc == note.desc;
}

void check_image(struct kernel *k)
{
    if (!elf_counts(k))
        check_address(k);
    if (elf_counts(k) ? !k->is_elf : !k->is_flat)
        return;
    check_segments(k);
    check_entries(k);
    check_room(k);
    if (elf_counts(k) && check_note(k))
        check_entry(k,
                    (struct entry){MB2_VIOLATION, "the PVH entry", k->note.desc,
                                   k->note.desc_size, note_entry(k),
                                   "qemu -kernel enters there; GRUB does "
                                   "not look at it"});
}

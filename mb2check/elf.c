/* SPDX-License-Identifier: 0BSD */
/* The ELF file: where its fields, segments and sections are. */
#include "elf.h"

/* --- Where the fields are ------------------------------------------------- */

/* How a value is told. */
#define HEX .decimal = false
#define DECIMAL .decimal = true
#define CLASS                                                                  \
    .meanings = {{ELFCLASS32, "{found}, 32 bits"},                             \
                 {ELFCLASS64, "{found}, 64 bits"}}
#define DATA .meanings = {{ELFDATA2LSB, "{found}, little-endian"}}
#define TYPE                                                                   \
    .meanings = {{ET_EXEC, "{found}, executable file"},                        \
                 {ET_DYN, "{found}, shared object"}}
#define MACHINE                                                                \
    .decimal = true, .meanings = {{EM_X86_64, "{found}, x86-64"},              \
                                  {EM_386, "{found}, Intel 80386"}}
#define SEGMENT_TYPE .meanings = {{PT_LOAD, "{found}, PT_LOAD"}}

#define ROW(id, name, at32, size32, at64, size64, ...)                         \
    {{name, at32, size32, __VA_ARGS__}, {name, at64, size64, __VA_ARGS__}},
static const struct field FIELDS[][2] = {ELF_FIELDS(ROW)}; /* [is_64] */

uint64_t elf_at(const struct kernel *k, uint64_t at, enum elf_field field)
{
    return at + FIELDS[field][k->is_64].offset;
}

unsigned elf_size(const struct kernel *k, enum elf_field field)
{
    return FIELDS[field][k->is_64].size;
}

uint64_t elf(const struct kernel *k, uint64_t at, enum elf_field field)
{
    return read_bytes(k, elf_at(k, at, field), elf_size(k, field));
}

void elf_facts(struct kernel *k, const char *rule, uint64_t at,
               enum elf_field first, enum elf_field last)
{
    for (enum elf_field field = first; field <= last; field++)
        field_facts(k, rule, "ELF", at, &FIELDS[field][k->is_64], 1);
}

/* --- Tables --------------------------------------------------------------- */

/* Steps by e_phentsize even if it is wrong, as GRUB does. */
struct segment elf_segment(const struct kernel *k, uint64_t number)
{
    uint64_t at = elf(k, 0, E_PHOFF) + number * elf(k, 0, E_PHENTSIZE);
    return (struct segment){
        .at = at,
        .type = elf(k, at, P_TYPE),
        .flags = elf(k, at, P_FLAGS),
        .offset = elf(k, at, P_OFFSET),
        .vaddr = elf(k, at, P_VADDR),
        .paddr = elf(k, at, P_PADDR),
        .filesz = elf(k, at, P_FILESZ),
        .memsz = elf(k, at, P_MEMSZ),
        .align = elf(k, at, P_ALIGN),
    };
}

uint64_t sections(const struct kernel *k)
{
    uint64_t count = elf(k, 0, E_SHNUM), step = elf(k, 0, E_SHENTSIZE);
    if (!k->is_elf || step < SHDR_SIZE(k) ||
        !inside(k, elf(k, 0, E_SHOFF), count * step))
        return 0;
    return count;
}

uint64_t section(const struct kernel *k, uint64_t number)
{
    return elf(k, 0, E_SHOFF) + number * elf(k, 0, E_SHENTSIZE);
}

uint64_t section_with(const struct kernel *k, uint64_t offset, uint64_t *number)
{
    for (*number = 0; *number < sections(k); ++*number) {
        uint64_t at = section(k, *number), start = elf(k, at, SH_OFFSET);
        if (elf(k, at, SH_TYPE) != SHT_NOBITS && offset >= start &&
            offset - start < elf(k, at, SH_SIZE))
            return at;
    }
    return 0;
}

uint64_t section_named(const struct kernel *k, const char *name,
                       uint64_t *number)
{
    uint64_t strings = elf(k, 0, E_SHSTRNDX);
    uint64_t names = elf(k, section(k, strings), SH_OFFSET);
    for (*number = 0; *number < sections(k); ++*number) {
        uint64_t at = section(k, *number);
        if (strings < sections(k) &&
            begins_with(k, end_of(names, elf(k, at, SH_NAME)), name))
            return at;
    }
    return 0;
}

/* --- The PVH note --------------------------------------------------------- */

#define MAX_NOTES 1024 /* in the whole file; a kernel has a few */

/* The first note of type 18 in a segment, whatever its name. Name and address
 * are padded to multiples of `pad`. Returns where the address is, and sets
 * *note; 0 if there is none. */
static uint64_t find_note(const struct kernel *k, struct segment s,
                          uint64_t pad, unsigned *left, uint64_t *note)
{
    uint64_t end = s.offset + s.filesz;
    for (uint64_t at = s.offset; end_of(at, NOTE_HEAD) <= end && *left > 0;
         --*left) {
        uint64_t desc = end_of(at + NOTE_HEAD, round_up(read32(k, at), pad));
        uint64_t desc_size = read32(k, at + 4);
        if (end_of(desc, desc_size) > end)
            return 0;
        if (read32(k, at + 8) == XEN_ELFNOTE_PHYS32_ENTRY) {
            *note = at;
            return desc;
        }
        at = end_of(desc, round_up(desc_size, pad));
    }
    return 0;
}

/* Tools pad notes to 4 bytes; QEMU expects p_align. QEMU takes the first note
 * of a segment, and of several segments the last. */
static void find_pvh_note(struct kernel *k)
{
    unsigned left = MAX_NOTES;
    for (uint64_t i = 0; i < k->segments; i++) {
        struct segment s = elf_segment(k, i);
        uint64_t at = 0, other = 0;
        if (s.type != PT_NOTE || !inside(k, s.offset, s.filesz))
            continue;
        uint64_t desc = find_note(k, s, 4, &left, &at);
        if (desc == 0)
            continue;
        k->note = (struct pvh_note){.at = at, .desc = desc, .in = s};
        k->note.desc_size = read32(k, at + 4);
        if (s.align != 0)
            k->note.qemu_desc = find_note(k, s, s.align, &left, &other);
    }
}

void read_elf(struct kernel *k)
{
    uint64_t class = elf(k, 0, E_CLASS);
    k->is_64 = class == ELFCLASS64;
    k->is_elf = read32(k, 0) == ELF_MAGIC &&
                (class == ELFCLASS32 || class == ELFCLASS64) &&
                elf(k, 0, E_DATA) == ELFDATA2LSB && inside(k, 0, EHDR_SIZE(k));
    if (!k->is_elf)
        return;

    /* As many as are in the part of the file where GRUB reads them. */
    uint64_t count = elf(k, 0, E_PHNUM), table = elf(k, 0, E_PHOFF);
    uint64_t step = elf(k, 0, E_PHENTSIZE);
    while (k->segments < count && k->segments < MULTIBOOT_SEARCH / 32 &&
           inside(k, end_of(table, k->segments * step), PHDR_SIZE(k)))
        k->segments++;
    find_pvh_note(k);
}

/* SPDX-License-Identifier: 0BSD */
/* The ELF file: its header, and the tables of program and section headers. */
#include "internal.h"

/* --- Where the fields are ------------------------------------------------- */

/* Offset and size in ELF32, the same in ELF64. */
static const struct {
    const char *name;
    uint8_t offset32, size32, offset64, size64;
} FIELDS[] = {
    [E_MAGIC] = {"magic", 0, 4, 0, 4},
    [E_CLASS] = {"class", 4, 1, 4, 1},
    [E_DATA] = {"data", 5, 1, 5, 1},
    [E_TYPE] = {"e_type", 16, 2, 16, 2},
    [E_MACHINE] = {"e_machine", 18, 2, 18, 2},
    [E_VERSION] = {"e_version", 20, 4, 20, 4},
    [E_ENTRY] = {"e_entry", 24, 4, 24, 8},
    [E_PHOFF] = {"e_phoff", 28, 4, 32, 8},
    [E_SHOFF] = {"e_shoff", 32, 4, 40, 8},
    [E_FLAGS] = {"e_flags", 36, 4, 48, 4},
    [E_EHSIZE] = {"e_ehsize", 40, 2, 52, 2},
    [E_PHENTSIZE] = {"e_phentsize", 42, 2, 54, 2},
    [E_PHNUM] = {"e_phnum", 44, 2, 56, 2},
    [E_SHENTSIZE] = {"e_shentsize", 46, 2, 58, 2},
    [E_SHNUM] = {"e_shnum", 48, 2, 60, 2},
    [E_SHSTRNDX] = {"e_shstrndx", 50, 2, 62, 2},
    [P_TYPE] = {"p_type", 0, 4, 0, 4},
    [P_OFFSET] = {"p_offset", 4, 4, 8, 8},
    [P_VADDR] = {"p_vaddr", 8, 4, 16, 8},
    [P_PADDR] = {"p_paddr", 12, 4, 24, 8},
    [P_FILESZ] = {"p_filesz", 16, 4, 32, 8},
    [P_MEMSZ] = {"p_memsz", 20, 4, 40, 8},
    [P_FLAGS] = {"p_flags", 24, 4, 4, 4},
    [P_ALIGN] = {"p_align", 28, 4, 48, 8},
    [SH_NAME] = {"sh_name", 0, 4, 0, 4},
    [SH_TYPE] = {"sh_type", 4, 4, 4, 4},
    [SH_FLAGS] = {"sh_flags", 8, 4, 8, 8},
    [SH_ADDR] = {"sh_addr", 12, 4, 16, 8},
    [SH_OFFSET] = {"sh_offset", 16, 4, 24, 8},
    [SH_SIZE] = {"sh_size", 20, 4, 32, 8},
};

#define EHDR_SIZE(j) ((j)->is_64 ? 64u : 52u)
#define PHDR_SIZE(j) ((j)->is_64 ? 56u : 32u)
#define SHDR_SIZE(j) ((j)->is_64 ? 64u : 40u)

#define ELF_MAGIC 0x464c457f /* "\177ELF" */
#define EV_CURRENT 1
#define ET_EXEC 2
#define ET_DYN 3
#define SHT_RELA 4
#define SHT_REL 9
#define SHN_LORESERVE 0xff00

uint64_t elf_at(const struct judge *j, uint64_t at, enum elf_field field)
{
    return at + (j->is_64 ? FIELDS[field].offset64 : FIELDS[field].offset32);
}

unsigned elf_size(const struct judge *j, enum elf_field field)
{
    return j->is_64 ? FIELDS[field].size64 : FIELDS[field].size32;
}

uint64_t elf(const struct judge *j, uint64_t at, enum elf_field field)
{
    return read_bytes(j, elf_at(j, at, field), elf_size(j, field));
}

/* What a value of a field means, for those that most readers meet first. */
static const char *meaning(const struct judge *j, enum elf_field field,
                           uint64_t value)
{
    switch (field) {
    case E_CLASS:
        return j->is_64 ? "{found}, 64 bits" : "{found}, 32 bits";
    case E_DATA:
        return "{found}, little-endian";
    case E_TYPE:
        return value == ET_EXEC  ? "{found}, executable file"
               : value == ET_DYN ? "{found}, shared object"
                                 : "{found}";
    case E_MACHINE:
        return value == EM_X86_64 ? "{found}, x86-64"
               : value == EM_386  ? "{found}, Intel 80386"
                                  : "{found}";
    case P_TYPE:
        return value == PT_LOAD ? "{found}, PT_LOAD" : "{found}";
    default:
        return "{found}";
    }
}

/* Counts, sizes within the header and names of machines are decimal. */
static bool is_decimal(enum elf_field field)
{
    return field == E_MACHINE || (field >= E_EHSIZE && field <= E_SHSTRNDX);
}

void elf_facts(struct judge *j, const char *rule, uint64_t at,
               enum elf_field first, enum elf_field last)
{
    for (enum elf_field field = first; field <= last; field++) {
        uint64_t value = elf(j, at, field);
        FACT(j, .rule = rule, ELF_PLACE(j, at, field),
             .label = FIELDS[field].name, .section = "ELF", .found = value,
             .is = meaning(j, field, value), .decimal = is_decimal(field));
    }
}

/* --- Tables --------------------------------------------------------------- */

/* By e_phentsize, be it right or wrong, as GRUB does. */
struct segment segment(const struct judge *j, uint64_t number)
{
    if (j->is_flat)
        return j->flat;
    uint64_t at = elf(j, 0, E_PHOFF) + number * elf(j, 0, E_PHENTSIZE);
    return (struct segment){
        .at = at,
        .type = elf(j, at, P_TYPE),
        .flags = elf(j, at, P_FLAGS),
        .offset = elf(j, at, P_OFFSET),
        .vaddr = elf(j, at, P_VADDR),
        .paddr = elf(j, at, P_PADDR),
        .filesz = elf(j, at, P_FILESZ),
        .memsz = elf(j, at, P_MEMSZ),
        .align = elf(j, at, P_ALIGN),
    };
}

uint64_t sections(const struct judge *j)
{
    uint64_t count = elf(j, 0, E_SHNUM), step = elf(j, 0, E_SHENTSIZE);
    if (!j->is_elf || step < SHDR_SIZE(j) ||
        !inside(j, elf(j, 0, E_SHOFF), count * step))
        return 0;
    return count;
}

uint64_t section(const struct judge *j, uint64_t number)
{
    return elf(j, 0, E_SHOFF) + number * elf(j, 0, E_SHENTSIZE);
}

/* Does the section at `at` hold the header, or is it named as if it would? */
static bool is_for_header(const struct judge *j, uint64_t at, uint64_t names)
{
    static const char BEGIN[] = ".multiboot"; /* and then 2, or _header */
    uint64_t name = end_of(names, elf(j, at, SH_NAME));
    if (j->has_header)
        return elf(j, at, SH_TYPE) != SHT_NOBITS &&
               j->header >= elf(j, at, SH_OFFSET) &&
               j->header - elf(j, at, SH_OFFSET) < elf(j, at, SH_SIZE);
    for (unsigned i = 0; BEGIN[i]; i++)
        if (!inside(j, name, i + 1) || j->data[name + i] != (uint8_t)BEGIN[i])
            return false;
    return true;
}

uint64_t find_header_section(const struct judge *j, uint64_t *number)
{
    uint64_t count = sections(j), strings = elf(j, 0, E_SHSTRNDX);
    uint64_t names =
        strings < count ? elf(j, section(j, strings), SH_OFFSET) : j->size;
    for (uint64_t i = 0; i < count; i++)
        if (is_for_header(j, section(j, i), names)) {
            *number = i;
            return section(j, i);
        }
    *number = 0;
    return 0;
}

static bool is_elf_file(const struct judge *j)
{
    return read32(j, 0) == ELF_MAGIC;
}

void find_elf(struct judge *j)
{
    uint64_t class = elf(j, 0, E_CLASS);
    j->is_64 = class == ELFCLASS64;
    j->is_elf = is_elf_file(j) &&
                (class == ELFCLASS32 || class == ELFCLASS64) &&
                elf(j, 0, E_DATA) == ELFDATA2LSB && inside(j, 0, EHDR_SIZE(j));
    if (!j->is_elf)
        return;

    /* As many as are in the part of the file that GRUB reads them from. */
    uint64_t count = elf(j, 0, E_PHNUM), table = elf(j, 0, E_PHOFF);
    uint64_t step = elf(j, 0, E_PHENTSIZE);
    while (j->segments < count && j->segments < MULTIBOOT_SEARCH / 32 &&
           inside(j, end_of(table, j->segments * step), PHDR_SIZE(j)))
        j->segments++;
}

/* --- The ELF header ------------------------------------------------------- */

/* What the file is if not ELF, for people on other systems. */
static const char *foreign_hint(const struct judge *j)
{
    switch (read32(j, 0)) {
    case 0xfeedface:
    case 0xfeedfacf:
        return "this is a macOS program: compile for --target=x86_64-elf, and "
               "link with ld.lld or x86_64-elf-ld";
    }
    if (read16(j, 0) == 0x5a4d) /* "MZ" */
        return "this is a Windows program: compile for --target=x86_64-elf, "
               "and link with ld.lld or x86_64-elf-ld";
    return "is this the kernel? For a flat binary, add an address tag and an "
           "entry address tag";
}

static void judge_identity(struct judge *j)
{
    uint64_t class = elf(j, 0, E_CLASS);
    if (!is_elf_file(j))
        FAULT(j, .rule = "file-format", .size = 4,
              .is = "the file begins with {found}, so it is not ELF, and it "
                    "has no address tag",
              .must = "begin with {wanted}, the bytes 7f 45 4c 46",
              .found = read32(j, 0), .wanted = ELF_MAGIC,
              .why = "ELF headers or an address tag tell a loader which bytes "
                     "to load where (Multiboot2 3.1.5)",
              .hint = foreign_hint(j));
    else if (class != ELFCLASS32 && class != ELFCLASS64)
        FAULT(j, .rule = "elf-class", ELF_PLACE(j, 0, E_CLASS),
              .is = "the ELF class is {found}",
              .must = "be 1, 32 bits, or 2, 64 bits", .found = class,
              .why = "it says how the ELF headers are laid out (ELF, e_ident; "
                     "GRUB: \"invalid arch-dependent ELF magic\")",
              .hint = "has something written over the file's beginning?");
    else if (elf(j, 0, E_DATA) != ELFDATA2LSB)
        FAULT(j, .rule = "elf-data", ELF_PLACE(j, 0, E_DATA),
              .is = "the ELF data encoding is {found}",
              .must = "be 1, little-endian", .found = elf(j, 0, E_DATA),
              .why = "x86 is little-endian (ELF, e_ident; GRUB: \"invalid "
                     "arch-independent ELF magic\")",
              .hint = "compile for x86: --target=x86_64-elf or a cross "
                      "compiler");
    else if (!j->is_elf)
        FAULT(j, .rule = "elf-header", .offset = j->size,
              .is = "the file ends inside the ELF header, after {found} bytes",
              .must = "hold all {wanted} bytes of it", .found = j->size,
              .wanted = EHDR_SIZE(j), .decimal = true,
              .why = "it says where everything else is (ELF, ELF header)",
              .hint = "is the file cut off? Build it anew");
}

static const char *machine_hint(uint64_t machine)
{
    if (machine == EM_386 || machine == EM_X86_64)
        return "compile and link for one of the two: -m32 and ld -m elf_i386, "
               "or -m64 and ld -m elf_x86_64";
    return "the compiler made code for its own machine: compile for "
           "--target=x86_64-elf with clang, or with a cross compiler";
}

static void judge_elf_header(struct judge *j)
{
    uint64_t type = elf(j, 0, E_TYPE);
    uint64_t machine = elf(j, 0, E_MACHINE);
    uint64_t wanted = j->is_64 ? EM_X86_64 : EM_386;

    FACT(j, .rule = "elf", .is = "ELF header", .size = EHDR_SIZE(j),
         .section = "ELF");
    elf_facts(j, "elf", 0, E_MAGIC, E_SHSTRNDX);

    if (type != ET_EXEC && type != ET_DYN)
        FAULT(j, .rule = "elf-type", ELF_PLACE(j, 0, E_TYPE),
              .is = type == ET_REL ? "the ELF type is {found}, an object file"
                                   : "the ELF type is {found}",
              .must = "be 2, an executable file, or 3, a shared object",
              .found = type,
              .why = "only these have segments to load (ELF, e_type; GRUB: "
                     "\"this ELF file is not of the right type\")",
              .hint = type == ET_REL
                          ? "link it: ld -T linker.ld kernel.o -o kernel.bin"
                          : "is this the linker's output?");
    if (machine != wanted)
        FAULT(j, .rule = "elf-machine", ELF_PLACE(j, 0, E_MACHINE),
              .is = "the ELF machine is {found}",
              .must = j->is_64 ? "be {wanted}, x86-64, for ELF64"
                               : "be {wanted}, Intel 80386, for ELF32",
              .found = machine, .wanted = wanted, .decimal = true,
              .why = "a loader on x86 starts x86 code (ELF, e_machine; GRUB: "
                     "\"invalid arch-dependent ELF magic\")",
              .hint = machine_hint(machine));
    if (elf(j, 0, E_VERSION) != EV_CURRENT)
        FAULT(j, .rule = "elf-version", ELF_PLACE(j, 0, E_VERSION),
              .is = "the ELF version is {found}", .must = "be {wanted}",
              .found = elf(j, 0, E_VERSION), .wanted = EV_CURRENT,
              .why = "there is no other (ELF, e_version; GRUB: \"invalid "
                     "arch-dependent ELF magic\")",
              .hint = "has something written over the file's beginning?");
}

/* --- Program headers ------------------------------------------------------ */

static void judge_program_headers(struct judge *j)
{
    uint64_t count = elf(j, 0, E_PHNUM);
    uint64_t step = elf(j, 0, E_PHENTSIZE);
    uint64_t end = end_of(elf(j, 0, E_PHOFF), count * step);

    if (count == 0) {
        if (elf(j, 0, E_TYPE) != ET_REL)
            FAULT(j, .rule = "program-headers", ELF_PLACE(j, 0, E_PHNUM),
                  .is = "the file has no program headers",
                  .must = "have at least one, of type PT_LOAD",
                  .why = "they tell a loader which bytes to load where (ELF, "
                         "program header)",
                  .hint = "link it with ld, and do not strip its headers");
        return;
    }
    if (end > MULTIBOOT_SEARCH)
        FAULT(j, .rule = "program-headers", ELF_PLACE(j, 0, E_PHOFF),
              .is = "the program headers end at offset {found}",
              .must = "end within the first {wanted} bytes", .found = end,
              .wanted = MULTIBOOT_SEARCH,
              .why = "GRUB reads them there alone: \"program header at a too "
                     "high offset\" (ELF, e_phoff)",
              .hint = "a linker puts them after the ELF header; do not move "
                      "them");
    else if (j->segments < count || end > j->size)
        FAULT(j, .rule = "program-headers", ELF_PLACE(j, 0, E_PHOFF),
              .is = "the program headers end at offset {found}",
              .must = "be inside the file, which has {wanted} bytes",
              .found = end, .wanted = j->size,
              .why = "they tell a loader which bytes to load where; GRUB since "
                     "2.12 says \"program header at a too high offset\" (ELF, "
                     "e_phoff)",
              .hint = "is the file cut off? Build it anew");
    if (step != PHDR_SIZE(j))
        BREACH(j, .rule = "program-headers", ELF_PLACE(j, 0, E_PHENTSIZE),
               .is = "the size of a program header is {found}",
               .must = "be {wanted}", .found = step, .wanted = PHDR_SIZE(j),
               .decimal = true,
               .why = "a loader steps through the table by it, and GRUB by "
                      "this number, right or wrong (ELF, e_phentsize)",
               .hint = "was the ELF header written by hand?");
}

void judge_elf(struct judge *j)
{
    judge_identity(j);
    if (j->is_elf) {
        judge_elf_header(j);
        judge_program_headers(j);
    }
}

/* --- Section headers: GRUB keeps what is not loaded, such as .symtab ------ */

static void judge_section_table(struct judge *j)
{
    uint64_t count = elf(j, 0, E_SHNUM), step = elf(j, 0, E_SHENTSIZE);
    uint64_t start = elf(j, 0, E_SHOFF), end = end_of(start, count * step);

    if (count == 0 || count >= SHN_LORESERVE)
        FAULT(j, .rule = "section-headers", ELF_PLACE(j, 0, E_SHNUM),
              .is = count == 0 ? "the file has no section headers"
                               : "the file says that it has {found} sections",
              .must = "have 1 to 65279 of them", .found = count,
              .decimal = true,
              .why = count == 0 && start == 0
                         ? "GRUB since 2.12 refuses it: \"invalid section "
                           "header table offset in e_shoff\" (ELF, e_shnum)"
                         : "GRUB since 2.12 refuses it: \"invalid number of "
                           "section header table entries\" (ELF, e_shnum)",
              .hint = "strip with --strip-all, which keeps the table, and not "
                      "with sstrip or --strip-sections");
    else if (step < SHDR_SIZE(j))
        FAULT(j, .rule = "section-headers", ELF_PLACE(j, 0, E_SHENTSIZE),
              .is = "the size of a section header is {found}",
              .must = "be {wanted}", .found = step, .wanted = SHDR_SIZE(j),
              .decimal = true,
              .why = "GRUB reads that much, looks at more, and finds what is "
                     "in memory by chance (ELF, e_shentsize)",
              .hint = "was the ELF header written by hand?");
    else if (end > j->size)
        FAULT(j, .rule = "section-headers", ELF_PLACE(j, 0, E_SHOFF),
              .is = "the section headers end at offset {found}",
              .must = "be inside the file, which has {wanted} bytes",
              .found = end, .wanted = j->size,
              .why = start > j->size
                         ? "GRUB reads them: \"attempt to seek outside of the "
                           "file\" (ELF, e_shoff)"
                         : "GRUB reads them: \"premature end of file\" (ELF, "
                           "e_shoff)",
              .hint = "is the file cut off? Build it anew");
    else if (step != SHDR_SIZE(j))
        BREACH(j, .rule = "section-headers", ELF_PLACE(j, 0, E_SHENTSIZE),
               .is = "the size of a section header is {found}",
               .must = "be {wanted}", .found = step, .wanted = SHDR_SIZE(j),
               .decimal = true,
               .why = "a loader steps through the table by it, and GRUB by "
                      "this number, right or wrong (ELF, e_shentsize)",
               .hint = "was the ELF header written by hand?");
    if (elf(j, 0, E_SHSTRNDX) >= SHN_LORESERVE)
        FAULT(j, .rule = "section-headers", ELF_PLACE(j, 0, E_SHSTRNDX),
              .is = "the section of the sections' names is {found}",
              .must = "be below 65280", .found = elf(j, 0, E_SHSTRNDX),
              .decimal = true,
              .why = "GRUB since 2.12 refuses it: \"invalid section header "
                     "table index\" (ELF, e_shstrndx)",
              .hint = "was the ELF header written by hand?");
}

/* The first section that breaks each rule; the others have the same cause. */
static void judge_each_section(struct judge *j)
{
    bool relocations = false, cut_off = false;
    uint64_t count = sections(j);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t at = section(j, i);
        uint64_t type = elf(j, at, SH_TYPE);
        uint64_t offset = elf(j, at, SH_OFFSET);
        uint64_t size = elf(j, at, SH_SIZE);

        if ((type == SHT_REL || type == SHT_RELA) && !relocations) {
            relocations = true;
            FAULT(j, .rule = "section-relocs", ELF_PLACE(j, at, SH_TYPE),
                  .number = i, .is = "section {number} holds relocations",
                  .must = "not be there",
                  .why = "GRUB refuses it: \"ELF files with relocs are not "
                         "supported yet\"",
                  .hint = "link without -pie and -r, or throw .rel and .rela "
                          "sections away by /DISCARD/ in the linker script");
        }
        if (elf(j, at, SH_ADDR) == 0 && size != 0 && !inside(j, offset, size) &&
            !cut_off) {
            cut_off = true;
            FAULT(j, .rule = "section-file", ELF_PLACE(j, at, SH_OFFSET),
                  .number = i,
                  .is = "section {number} ends at offset {found} of the file",
                  .must = "end inside the file, which has {wanted} bytes",
                  .found = end_of(offset, size), .wanted = j->size,
                  .why = offset > j->size
                             ? "GRUB reads the sections that are not loaded, "
                               "too: \"attempt to seek outside of the file\" "
                               "(ELF, sh_offset)"
                             : "GRUB reads the sections that are not loaded, "
                               "too: \"premature end of file\" (ELF, "
                               "sh_offset)",
                  .hint = "is the file cut off? Build it anew");
        }
    }
}

void judge_sections(struct judge *j)
{
    if (elf(j, 0, E_TYPE) == ET_REL)
        return;
    judge_section_table(j);
    judge_each_section(j);
}

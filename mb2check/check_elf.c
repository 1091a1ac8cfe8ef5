/* SPDX-License-Identifier: 0BSD */
/* The rules of the ELF header, and of the tables of program and section
 * headers. */
#include "checks.h"

/* --- The ELF header ------------------------------------------------------- */

/* What the file is if not ELF: often another system's program. */
static const char *foreign_hint(const struct kernel *k)
{
    switch (read32(k, 0)) {
    case 0xfeedface:
    case 0xfeedfacf:
        return "this is a macOS program: compile for --target=x86_64-elf, and "
               "link with ld.lld or x86_64-elf-ld";
    }
    if (read16(k, 0) == 0x5a4d) /* "MZ" */
        return "this is a Windows program: compile for --target=x86_64-elf, "
               "and link with ld.lld or x86_64-elf-ld";
    return "is this the kernel? For a flat binary, add an address tag and an "
           "entry address tag";
}

static void check_identity(struct kernel *k)
{
    uint64_t class = elf(k, 0, E_CLASS);
    if (read32(k, 0) != ELF_MAGIC)
        ERROR(k, .rule = "file-format", .size = 4,
              .is = "the file begins with {found}, so it is not ELF, and it "
                    "has no address tag",
              .must = "begin with {wanted}, the bytes 7f 45 4c 46",
              .found = read32(k, 0), .wanted = ELF_MAGIC,
              .why = "ELF headers or an address tag tell a loader which bytes "
                     "to load where (Multiboot2 3.1.5)",
              .hint = foreign_hint(k));
    else if (class != ELFCLASS32 && class != ELFCLASS64)
        ERROR(k, .rule = "elf-class", ELF_PLACE(k, 0, E_CLASS),
              .is = "the ELF class is {found}",
              .must = "be 1, 32 bits, or 2, 64 bits", .found = class,
              .why = "it says how the ELF headers are laid out (ELF, e_ident; "
                     "GRUB: \"invalid arch-dependent ELF magic\")",
              .hint = "was the beginning of the file overwritten?");
    else if (elf(k, 0, E_DATA) != ELFDATA2LSB)
        ERROR(k, .rule = "elf-data", ELF_PLACE(k, 0, E_DATA),
              .is = "the ELF data encoding is {found}",
              .must = "be 1, little-endian", .found = elf(k, 0, E_DATA),
              .why = "x86 is little-endian (ELF, e_ident; GRUB: \"invalid "
                     "arch-independent ELF magic\")",
              .hint = "compile for x86: --target=x86_64-elf or a cross "
                      "compiler");
    else if (!k->is_elf)
        ERROR(k, .rule = "elf-header", .offset = k->size,
              .is = "the file ends inside the ELF header, after {found} bytes",
              .must = "have all of its {wanted} bytes", .found = k->size,
              .wanted = EHDR_SIZE(k), .decimal = true,
              .why = "it says where everything else is (ELF, ELF header)",
              .hint = "is the file truncated? Build it again");
}

static const char *machine_hint(uint64_t machine)
{
    if (machine == EM_386 || machine == EM_X86_64)
        return "compile and link for one of the two: -m32 and ld -m elf_i386, "
               "or -m64 and ld -m elf_x86_64";
    return "the compiler's default is another CPU: compile with clang and "
           "--target=x86_64-elf, or with a cross compiler";
}

static void check_elf_header(struct kernel *k)
{
    uint64_t type = elf(k, 0, E_TYPE);
    uint64_t machine = elf(k, 0, E_MACHINE);
    uint64_t wanted = k->is_64 ? EM_X86_64 : EM_386;

    FACT(k, .rule = "elf", .is = "ELF header", .size = EHDR_SIZE(k),
         .section = "ELF");
    elf_facts(k, "elf", 0, E_MAGIC, E_SHSTRNDX);

    if (type != ET_EXEC && type != ET_DYN)
        ERROR(k, .rule = "elf-type", ELF_PLACE(k, 0, E_TYPE),
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
        ERROR(k, .rule = "elf-machine", ELF_PLACE(k, 0, E_MACHINE),
              .is = "the ELF machine is {found}",
              .must = k->is_64 ? "be {wanted}, x86-64, for ELF64"
                               : "be {wanted}, Intel 80386, for ELF32",
              .found = machine, .wanted = wanted, .decimal = true,
              .why = "a loader on x86 starts x86 code (ELF, e_machine; GRUB: "
                     "\"invalid arch-dependent ELF magic\")",
              .hint = machine_hint(machine));
    if (elf(k, 0, E_VERSION) != EV_CURRENT)
        ERROR(k, .rule = "elf-version", ELF_PLACE(k, 0, E_VERSION),
              .is = "the ELF version is {found}", .must = "be {wanted}",
              .found = elf(k, 0, E_VERSION), .wanted = EV_CURRENT,
              .why = "there is no other (ELF, e_version; GRUB: \"invalid "
                     "arch-dependent ELF magic\")",
              .hint = "was the beginning of the file overwritten?");
}

/* A field of the ELF header that linkers get right. */
#define BY_HAND(k, severity, field, ...)                                       \
    TELL(k, severity, ELF_PLACE(k, 0, field), .found = elf(k, 0, field),       \
         .decimal = true, .hint = "was the ELF header written by hand?",       \
         __VA_ARGS__)
#define STEPS                                                                  \
    "a loader steps through the table by it; GRUB does so even if it is "      \
    "wrong "

/* --- Program headers ------------------------------------------------------ */

static void check_program_headers(struct kernel *k)
{
    uint64_t count = elf(k, 0, E_PHNUM);
    uint64_t step = elf(k, 0, E_PHENTSIZE);
    uint64_t end = end_of(elf(k, 0, E_PHOFF), count * step);

    if (count == 0) {
        if (elf(k, 0, E_TYPE) != ET_REL)
            ERROR(k, .rule = "program-headers", ELF_PLACE(k, 0, E_PHNUM),
                  .is = "the file has no program headers",
                  .must = "have at least one, of type PT_LOAD",
                  .why = "they tell a loader which bytes to load where (ELF, "
                         "program header)",
                  .hint = "link it with ld, and do not strip its headers");
        return;
    }
    if (end > MULTIBOOT_SEARCH)
        ERROR(k, .rule = "program-headers", ELF_PLACE(k, 0, E_PHOFF),
              .is = "the program headers end at offset {found}",
              .must = "end within the first {wanted} bytes", .found = end,
              .wanted = MULTIBOOT_SEARCH,
              .why = "GRUB reads no further: \"program header at a too high "
                     "offset\" (ELF, e_phoff)",
              .hint = "a linker puts them after the ELF header; do not move "
                      "them");
    else if (k->segments < count || end > k->size)
        CUT_OFF(k, .rule = "program-headers", ELF_PLACE(k, 0, E_PHOFF),
                .is = "the program headers end at offset {found}", .found = end,
                .why = "they tell a loader which bytes to load where; GRUB "
                       "since 2.12 says \"program header at a too high "
                       "offset\" (ELF, e_phoff)");
    if (step != PHDR_SIZE(k))
        BY_HAND(k, MB2_VIOLATION, E_PHENTSIZE, .rule = "program-headers",
                .is = "the size of a program header is {found}",
                .must = "be {wanted}", .wanted = PHDR_SIZE(k),
                .why = STEPS "(ELF, e_phentsize)");
}

void check_elf(struct kernel *k)
{
    if (!elf_counts(k))
        return;
    check_identity(k);
    if (k->is_elf) {
        check_elf_header(k);
        check_program_headers(k);
    }
}

/* --- Section headers: GRUB keeps what is not loaded, such as .symtab ------ */

static void check_section_table(struct kernel *k)
{
    uint64_t count = elf(k, 0, E_SHNUM), step = elf(k, 0, E_SHENTSIZE);
    uint64_t start = elf(k, 0, E_SHOFF), end = end_of(start, count * step);

    if (count == 0 || count >= SHN_LORESERVE)
        ERROR(k, .rule = "section-headers", ELF_PLACE(k, 0, E_SHNUM),
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
    else if (step < SHDR_SIZE(k) || (step != SHDR_SIZE(k) && end <= k->size))
        BY_HAND(k, step < SHDR_SIZE(k) ? MB2_ERROR : MB2_VIOLATION, E_SHENTSIZE,
                .rule = "section-headers",
                .is = "the size of a section header is {found}",
                .must = "be {wanted}", .wanted = SHDR_SIZE(k),
                .why = step < SHDR_SIZE(k)
                           ? "GRUB reads a table of this size, but uses more "
                             "bytes: whatever is in memory (ELF, e_shentsize)"
                           : STEPS "(ELF, e_shentsize)");
    else if (end > k->size)
        CUT_OFF(k, .rule = "section-headers", ELF_PLACE(k, 0, E_SHOFF),
                .is = "the section headers end at offset {found}", .found = end,
                .subject = grub_read_error(k, start),
                .why = "GRUB reads them: \"{subject}\" (ELF, e_shoff)");
    if (elf(k, 0, E_SHSTRNDX) >= SHN_LORESERVE)
        BY_HAND(k, MB2_ERROR, E_SHSTRNDX, .rule = "section-headers",
                .is = "the index of the section with the names is {found}",
                .must = "be below 65280",
                .why = "GRUB since 2.12 refuses it: \"invalid section header "
                       "table index\" (ELF, e_shstrndx)");
}

/* Reports the first section that breaks a rule; others have the same cause. */
static void check_each_section(struct kernel *k)
{
    bool relocations = false, cut_off = false;
    uint64_t count = sections(k);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t at = section(k, i);
        uint64_t type = elf(k, at, SH_TYPE);
        uint64_t offset = elf(k, at, SH_OFFSET);
        uint64_t size = elf(k, at, SH_SIZE);

        if ((type == SHT_REL || type == SHT_RELA) && !relocations) {
            relocations = true;
            ERROR(k, .rule = "section-relocs", ELF_PLACE(k, at, SH_TYPE),
                  .number = i, .is = "section {number} holds relocations",
                  .must = "be left out",
                  .why = "GRUB refuses it: \"ELF files with relocs are not "
                         "supported yet\"",
                  .hint = "link without -pie and -r, or discard the .rel and "
                          ".rela sections by /DISCARD/ in the linker script");
        }
        if (elf(k, at, SH_ADDR) == 0 && size != 0 && !inside(k, offset, size) &&
            !cut_off) {
            cut_off = true;
            CUT_OFF(k, .rule = "section-file", ELF_PLACE(k, at, SH_OFFSET),
                    .number = i,
                    .is = "section {number} ends at offset {found} of the file",
                    .found = end_of(offset, size),
                    .subject = grub_read_error(k, offset),
                    .why = "GRUB also reads the sections that are not loaded: "
                           "\"{subject}\" (ELF, sh_offset)");
        }
    }
}

void check_sections(struct kernel *k)
{
    if (!k->is_elf || !elf_counts(k) || elf(k, 0, E_TYPE) == ET_REL)
        return;
    check_section_table(k);
    check_each_section(k);
}

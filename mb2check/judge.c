/* SPDX-License-Identifier: 0BSD */
/*
 * The rules of judge.h.
 *
 * They come from the Multiboot2 Specification 2.0 ("Multiboot2 3.1.2" names its
 * section), from the ELF specification (System V ABI, chapters 4 and 5), and
 * from what GRUB 2.06 to 2.14 refuses.
 *
 * Every byte may be a lie. So the file is read by read_bytes alone, which looks
 * whether the place exists; 64-bit numbers from the file are added by end_of,
 * which does not wrap; and every loop steps forward through the file, or counts
 * to a number that has been compared with the file's size.
 */
#include "judge.h"
#include "../multiboot2.h"

/* The kernel and its judge read the same numbers in multiboot2.h; whoever edits
 * this one there must not mislead both. */
_Static_assert(MULTIBOOT2_HEADER_MAGIC == 0xe85250d6,
               "the magic number in multiboot2.h must be that of Multiboot2");

#define LAST_TAG MULTIBOOT_HEADER_TAG_RELOCATABLE
#define GIB4 UINT64_C(0x100000000)

/* A part of the file that may be loaded; the names are ELF's. `at` is where it
 * is described: the offset of its program header, or of the address tag. */
struct segment {
    uint64_t at, type, flags, offset, vaddr, paddr, filesz, memsz, align;
};

struct judge {
    const uint8_t *data;
    uint64_t size;
    mb2_report *report;
    void *context;
    enum mb2_severity worst;

    bool has_header;
    uint64_t header;     /* its offset */
    uint64_t header_end; /* behind its end tag, as far as that is known */
    uint64_t tag[LAST_TAG + 1]; /* offset of the first of each type, or 0 */

    bool is_elf;         /* an ELF file whose fields can be read */
    bool is_64;          /* ELF64, not ELF32 */
    bool is_flat;        /* loaded as the address tag says, ELF or not */
    struct segment flat; /* then: what the tag makes of the file */
    uint64_t segments;   /* how many there are for segment() */
};

/* --- Saying it ------------------------------------------------------------ */

static void tell(struct judge *j, enum mb2_severity severity,
                 struct mb2_finding finding)
{
    finding.severity = severity;
    if (finding.offset > j->size)
        finding.offset = j->size;
    if (severity > j->worst)
        j->worst = severity;
    j->report(j->context, &finding);
}

#define FAULT(j, ...) tell(j, MB2_FAULT, (struct mb2_finding){__VA_ARGS__})
#define WARNING(j, ...) tell(j, MB2_WARNING, (struct mb2_finding){__VA_ARGS__})
#define FACT(j, ...) tell(j, MB2_FACT, (struct mb2_finding){__VA_ARGS__})

/* --- Reading the file ----------------------------------------------------- */

/* Are there `length` bytes at `offset`? */
static bool inside(const struct judge *j, uint64_t offset, uint64_t length)
{
    return offset <= j->size && length <= j->size - offset;
}

/* A little-endian number; what is not in the file reads as 0. */
static uint64_t read_bytes(const struct judge *j, uint64_t offset,
                           unsigned bytes)
{
    uint64_t value = 0;
    if (inside(j, offset, bytes))
        for (unsigned i = 0; i < bytes; i++)
            value |= (uint64_t)j->data[offset + i] << 8 * i;
    return value;
}

static uint16_t read16(const struct judge *j, uint64_t offset)
{
    return (uint16_t)read_bytes(j, offset, 2);
}

static uint32_t read32(const struct judge *j, uint64_t offset)
{
    return (uint32_t)read_bytes(j, offset, 4);
}

/* FIELD(j, at, multiboot_header, magic): the 32-bit field of the structure
 * from multiboot2.h that is at offset `at`. */
#define AT(at, type, field) ((at) + offsetof(struct type, field))
#define FIELD(j, at, type, field) read32(j, AT(at, type, field))

static uint64_t end_of(uint64_t start, uint64_t length)
{
    return length > UINT64_MAX - start ? UINT64_MAX : start + length;
}

static bool overlap(uint64_t start, uint64_t end, uint64_t other_start,
                    uint64_t other_end)
{
    return start < other_end && other_start < end;
}

static uint64_t align_up(uint64_t value, uint64_t power_of_two)
{
    return end_of(value, power_of_two - 1) & ~(power_of_two - 1);
}

/* --- ELF: where its fields are -------------------------------------------- */

/* Offset and size in ELF32, the same in ELF64. */
struct elf_field {
    uint8_t offset32, size32, offset64, size64;
};

static const struct elf_field E_TYPE = {16, 2, 16, 2};
static const struct elf_field E_MACHINE = {18, 2, 18, 2};
static const struct elf_field E_VERSION = {20, 4, 20, 4};
static const struct elf_field E_ENTRY = {24, 4, 24, 8};
static const struct elf_field E_PHOFF = {28, 4, 32, 8};
static const struct elf_field E_SHOFF = {32, 4, 40, 8};
static const struct elf_field E_PHENTSIZE = {42, 2, 54, 2};
static const struct elf_field E_PHNUM = {44, 2, 56, 2};
static const struct elf_field E_SHENTSIZE = {46, 2, 58, 2};
static const struct elf_field E_SHNUM = {48, 2, 60, 2};
static const struct elf_field E_SHSTRNDX = {50, 2, 62, 2};

static const struct elf_field P_TYPE = {0, 4, 0, 4};
static const struct elf_field P_OFFSET = {4, 4, 8, 8};
static const struct elf_field P_VADDR = {8, 4, 16, 8};
static const struct elf_field P_PADDR = {12, 4, 24, 8};
static const struct elf_field P_FILESZ = {16, 4, 32, 8};
static const struct elf_field P_MEMSZ = {20, 4, 40, 8};
static const struct elf_field P_FLAGS = {24, 4, 4, 4};
static const struct elf_field P_ALIGN = {28, 4, 48, 8};

static const struct elf_field SH_NAME = {0, 4, 0, 4};
static const struct elf_field SH_TYPE = {4, 4, 4, 4};
static const struct elf_field SH_FLAGS = {8, 4, 8, 8};
static const struct elf_field SH_ADDR = {12, 4, 16, 8};
static const struct elf_field SH_OFFSET = {16, 4, 24, 8};
static const struct elf_field SH_SIZE = {20, 4, 32, 8};

#define EHDR_SIZE(j) ((j)->is_64 ? 64u : 52u)
#define PHDR_SIZE(j) ((j)->is_64 ? 56u : 32u)
#define SHDR_SIZE(j) ((j)->is_64 ? 64u : 40u)

#define EI_CLASS 4
#define EI_DATA 5
#define ELFCLASS32 1
#define ELFCLASS64 2
#define ELFDATA2LSB 1
#define EV_CURRENT 1
#define ET_REL 1
#define ET_EXEC 2
#define ET_DYN 3
#define EM_386 3
#define EM_X86_64 62
#define PT_LOAD 1
#define PT_NOTE 4
#define PF_X 1
#define PF_W 2
#define SHT_RELA 4
#define SHT_NOBITS 8
#define SHT_REL 9
#define SHF_ALLOC 2
#define SHN_LORESERVE 0xff00

static uint64_t elf_at(const struct judge *j, uint64_t at,
                       struct elf_field field)
{
    return at + (j->is_64 ? field.offset64 : field.offset32);
}

static uint64_t elf(const struct judge *j, uint64_t at, struct elf_field field)
{
    return read_bytes(j, elf_at(j, at, field),
                      j->is_64 ? field.size64 : field.size32);
}

/* Segment `number`, for number < j->segments. */
static struct segment segment(const struct judge *j, uint64_t number)
{
    if (j->is_flat)
        return j->flat;
    uint64_t at = elf(j, 0, E_PHOFF) + number * PHDR_SIZE(j);
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

/* The section header table, as far as it can be read: how many entries? */
static uint64_t sections(const struct judge *j)
{
    uint64_t count = elf(j, 0, E_SHNUM);
    if (!j->is_elf || elf(j, 0, E_SHENTSIZE) != SHDR_SIZE(j) ||
        !inside(j, elf(j, 0, E_SHOFF), count * SHDR_SIZE(j)))
        return 0;
    return count;
}

static uint64_t section(const struct judge *j, uint64_t number)
{
    return elf(j, 0, E_SHOFF) + number * SHDR_SIZE(j);
}

static bool text_is(const struct judge *j, uint64_t offset, const char *text)
{
    for (;; offset++, text++) {
        if (!inside(j, offset, 1) || j->data[offset] != (uint8_t)*text)
            return false;
        if (!*text)
            return true;
    }
}

/* The header of the section `name`; 0 if there is none. */
static uint64_t find_section(const struct judge *j, const char *name)
{
    uint64_t count = sections(j);
    if (elf(j, 0, E_SHSTRNDX) >= count)
        return 0;
    uint64_t names = elf(j, section(j, elf(j, 0, E_SHSTRNDX)), SH_OFFSET);
    for (uint64_t i = 0; i < count; i++)
        if (text_is(j, end_of(names, elf(j, section(j, i), SH_NAME)), name))
            return section(j, i);
    return 0;
}

/* --- The header (3.1.1, 3.1.2) -------------------------------------------- */

/* Do the four fields at `at` add up to 0, as 3.1.2 has it? */
static bool sum_is_zero(const struct judge *j, uint64_t at)
{
    uint32_t sum = FIELD(j, at, multiboot_header, magic) +
                   FIELD(j, at, multiboot_header, architecture) +
                   FIELD(j, at, multiboot_header, header_length) +
                   FIELD(j, at, multiboot_header, checksum);
    return sum == 0;
}

static bool in_window(const struct judge *j, uint64_t at)
{
    return at + sizeof(struct multiboot_header) <= MULTIBOOT_SEARCH &&
           inside(j, at, sizeof(struct multiboot_header));
}

/* The magic number may stand at several places, by chance or in a loader's own
 * code. The higher, the more does this one look like a header; 15 is the one
 * that GRUB takes. */
static unsigned likeness(const struct judge *j, uint64_t at)
{
    unsigned likeness = 0;
    if (sum_is_zero(j, at))
        likeness |= 8;
    if (at % MULTIBOOT_HEADER_ALIGN == 0)
        likeness |= 4;
    if (in_window(j, at))
        likeness |= 2;
    if (FIELD(j, at, multiboot_header, architecture) ==
        MULTIBOOT_ARCHITECTURE_I386)
        likeness |= 1;
    return likeness;
}

/* Sets has_header and header to the first of the likeliest places. */
static void find_header(struct judge *j)
{
    unsigned best = 0;
    for (uint64_t at = 0; inside(j, at, 4) && best < 15; at++) {
        if (read32(j, at) != MULTIBOOT2_HEADER_MAGIC)
            continue;
        if (!j->has_header || likeness(j, at) > best) {
            j->has_header = true;
            j->header = at;
            best = likeness(j, at);
        }
    }
}

/* --- No header: what may have been meant ---------------------------------- */

#define WHY_SEARCH                                                             \
    "a loader searches the first 32768 bytes of the file, in steps of 8, for " \
    "the magic number (Multiboot2 3.1.1)"
#define HINT_DROPPED                                                           \
    "the compiler or the linker threw it away: mark it __attribute__((used, "  \
    "section(\".multiboot_header\"))) and keep it in the linker script with "  \
    "KEEP(*(.multiboot_header))"

/* The bytes in the other order: e8 52 50 d6. */
static bool find_big_endian(struct judge *j)
{
    for (uint64_t at = 0; inside(j, at, 4); at++)
        if (read32(j, at) == 0xd65052e8) {
            FAULT(j, .rule = "magic", .offset = at,
                  .is = "the magic number in big-endian order: e8 52 50 d6",
                  .must = "be {wanted}, low byte first: d6 50 52 e8",
                  .wanted = MULTIBOOT2_HEADER_MAGIC,
                  .why = "every number in the header is little-endian on x86 "
                         "(Multiboot2 3.1.1)",
                  .hint = "write it as one 32-bit number, not as four bytes, "
                          "and compile for x86");
            return true;
        }
    return false;
}

/* The number that the loader passes in EAX, mistaken for the header's. */
static bool find_bootloader_magic(struct judge *j)
{
    for (uint64_t at = 0; inside(j, at, sizeof(struct multiboot_header)); at++)
        if (read32(j, at) == MULTIBOOT2_BOOTLOADER_MAGIC &&
            (sum_is_zero(j, at) ||
             FIELD(j, at, multiboot_header, checksum) ==
                 -(MULTIBOOT2_HEADER_MAGIC +
                   FIELD(j, at, multiboot_header, architecture) +
                   FIELD(j, at, multiboot_header, header_length)))) {
            FAULT(j, .rule = "magic", .offset = at,
                  .is = "the header's magic number is {found}",
                  .must = "be {wanted}", .found = MULTIBOOT2_BOOTLOADER_MAGIC,
                  .wanted = MULTIBOOT2_HEADER_MAGIC,
                  .why = "{found} is what the loader hands to the kernel in "
                         "EAX; the header has a number of its own "
                         "(Multiboot2 3.1.2, 3.3)",
                  .hint = "use MULTIBOOT2_HEADER_MAGIC in the header");
            return true;
        }
    return false;
}

/* Multiboot 1: three words, in the first 8192 bytes, in steps of 4. */
static bool find_multiboot1(struct judge *j)
{
    for (uint64_t at = 0; at < 8192 && inside(j, at, 12); at += 4)
        if (read32(j, at) == 0x1badb002 &&
            (uint32_t)(read32(j, at) + read32(j, at + 4) + read32(j, at + 8)) ==
                0) {
            FAULT(j, .rule = "multiboot1", .offset = at,
                  .is = "a Multiboot 1 header (magic number {found})",
                  .must = "be a Multiboot2 header, whose magic number is "
                          "{wanted}",
                  .found = 0x1badb002, .wanted = MULTIBOOT2_HEADER_MAGIC,
                  .why = "the two are different standards; neither loader "
                         "command takes the other's kernel (Multiboot2 3.1.2)",
                  .hint = "load it by `multiboot` instead of `multiboot2` in "
                          "grub.cfg, or give it a Multiboot2 header");
            return true;
        }
    return false;
}

/* A section that is called like a header, but holds none. */
static bool find_header_section(struct judge *j)
{
    uint64_t at = find_section(j, ".multiboot_header");
    if (at == 0)
        return false;

    uint64_t offset = elf(j, at, SH_OFFSET);
    uint64_t size = elf(j, at, SH_SIZE);
    if (size == 0)
        FAULT(j, .rule = "no-header", .offset = at,
              .is = "the section .multiboot_header is empty",
              .must = "hold the Multiboot2 header", .why = WHY_SEARCH,
              .hint = HINT_DROPPED);
    else if (elf(j, at, SH_TYPE) == SHT_NOBITS)
        FAULT(j, .rule = "no-header", .offset = at,
              .is = "the section .multiboot_header is of type NOBITS: it has "
                    "no bytes in the file",
              .must = "be of type PROGBITS", .why = WHY_SEARCH,
              .hint = "give the header its values where it is defined, and "
                      "do not place it behind .bss in the linker script");
    else if (!inside(j, offset, 4))
        FAULT(j, .rule = "no-header", .offset = elf_at(j, at, SH_OFFSET),
              .is = "the section .multiboot_header begins at offset {found}, "
                    "behind the end of the file",
              .must = "be inside the file, which has {wanted} bytes",
              .found = offset, .wanted = j->size, .why = WHY_SEARCH,
              .hint = "is the file cut off? Build it anew");
    else if (!(elf(j, at, SH_FLAGS) & SHF_ALLOC))
        FAULT(j, .rule = "no-header", .offset = offset,
              .is = "the section .multiboot_header is not loaded, and begins "
                    "with {found}, which is not the magic number",
              .must = "begin with {wanted}", .found = read32(j, offset),
              .wanted = MULTIBOOT2_HEADER_MAGIC, .why = WHY_SEARCH,
              .hint = "in assembly, give the section its flag \"a\": "
                      ".section .multiboot_header, \"a\"");
    else
        FAULT(j, .rule = "magic", .offset = offset,
              .is = "the section .multiboot_header begins with {found}",
              .must = "begin with {wanted}", .found = read32(j, offset),
              .wanted = MULTIBOOT2_HEADER_MAGIC,
              .why = "a loader knows the header by this number "
                     "(Multiboot2 3.1.2)",
              .hint = "check the magic number digit by digit, and that "
                      "nothing stands before it in the section");
    return true;
}

static void judge_missing_header(struct judge *j)
{
    bool explained = find_big_endian(j);
    explained |= find_bootloader_magic(j);
    explained |= find_multiboot1(j);
    if (explained || find_header_section(j))
        return;

    if (j->size == 0)
        FAULT(j, .rule = "no-header", .is = "the file is empty",
              .must = "be a kernel with a Multiboot2 header", .why = WHY_SEARCH,
              .hint = "the step that made it failed: look at its messages");
    else if (j->is_elf && sections(j) > 0)
        FAULT(j, .rule = "no-header",
              .is = "no Multiboot2 header, and no section .multiboot_header",
              .must = "be a header with the magic number {wanted}",
              .wanted = MULTIBOOT2_HEADER_MAGIC, .why = WHY_SEARCH,
              .hint = HINT_DROPPED);
    else
        FAULT(j, .rule = "no-header", .is = "no Multiboot2 header",
              .must = "be a header with the magic number {wanted}",
              .wanted = MULTIBOOT2_HEADER_MAGIC, .why = WHY_SEARCH,
              .hint = "is this the kernel, or another file of that name?");
}

/* --- The header's place and its fixed part -------------------------------- */

static void judge_place(struct judge *j)
{
    if (j->header % MULTIBOOT_HEADER_ALIGN != 0)
        FAULT(j, .rule = "header-align", .offset = j->header,
              .is = "the header begins at offset {found}, which is no "
                    "multiple of 8",
              .must = "begin at a multiple of 8, such as {wanted}",
              .found = j->header,
              .wanted = align_up(j->header, MULTIBOOT_HEADER_ALIGN),
              .why = "a loader looks at multiples of 8 only (Multiboot2 3.1.1)",
              .hint = "__attribute__((aligned(8))) on the header, or .balign 8 "
                      "before it, and nothing before it in its section");

    if (!inside(j, j->header, sizeof(struct multiboot_header))) {
        FAULT(j, .rule = "header-length", .offset = j->header,
              .is = "the file ends inside the header",
              .must = "hold all of the header",
              .why = "a loader reads the header from the file "
                     "(Multiboot2 3.1.1)",
              .hint = "is the file cut off? Build it anew");
        return;
    }
    if (in_window(j, j->header))
        return;

    uint64_t at = find_section(j, ".multiboot_header");
    bool loaded = at == 0 || elf(j, at, SH_FLAGS) & SHF_ALLOC;
    FAULT(j, .rule = "header-window", .offset = j->header,
          .is = "the header begins at offset {found}", .found = j->header,
          .must = "end within the first {wanted} bytes",
          .wanted = MULTIBOOT_SEARCH,
          .why = "a loader searches no further (Multiboot2 3.1.1)",
          .hint = loaded ? "put .multiboot_header first in the linker script, "
                           "and link with -n: pages of 2 MiB would move it "
                           "behind the window"
                         : "the section .multiboot_header is not loaded, so "
                           "the linker put it last; in assembly, give it its "
                           "flag \"a\": .section .multiboot_header, \"a\"");
}

static void judge_architecture(struct judge *j)
{
    uint32_t found = FIELD(j, j->header, multiboot_header, architecture);
    if (found == MULTIBOOT_ARCHITECTURE_I386)
        return;
    FAULT(j, .rule = "architecture",
          .offset = AT(j->header, multiboot_header, architecture),
          .is = found == MULTIBOOT_ARCHITECTURE_MIPS32
                    ? "the architecture is {found}, 32-bit MIPS"
                    : "the architecture is {found}",
          .must = "be {wanted}, 32-bit x86", .found = found,
          .wanted = MULTIBOOT_ARCHITECTURE_I386, .decimal = found < 10,
          .why = "it names the state in which the kernel is entered; x86 "
                 "loaders know 0 alone, for a 64-bit kernel too "
                 "(Multiboot2 3.1.2)",
          .hint = "set it to 0, and compute the checksum anew");
}

/* The checksum must fit the fields as they are, or as they will be once the
 * faults that were found in them are mended. */
static void judge_checksum(struct judge *j)
{
    uint32_t length = FIELD(j, j->header, multiboot_header, header_length);
    uint32_t found = FIELD(j, j->header, multiboot_header, checksum);
    if (j->header_end != 0)
        length = (uint32_t)(j->header_end - j->header);
    uint32_t wanted =
        -(MULTIBOOT2_HEADER_MAGIC + MULTIBOOT_ARCHITECTURE_I386 + length);
    if (found == wanted || sum_is_zero(j, j->header))
        return;
    FAULT(j, .rule = "checksum",
          .offset = AT(j->header, multiboot_header, checksum),
          .is = "the checksum is {found}", .must = "be {wanted}",
          .found = found, .wanted = wanted,
          .why = "magic + architecture + header_length + checksum must be 0 "
                 "in 32 bits (Multiboot2 3.1.2)",
          .hint = "let the compiler compute it: "
                  "-(uint32_t)(magic + architecture + length)");
}

/* --- Tags (3.1.3) --------------------------------------------------------- */

#define WHY_SIZE(section)                                                      \
    "a loader finds the tag's fields, and the next tag, by its size "          \
    "(Multiboot2 " section ")"

#define WHY_END                                                                \
    "an end tag is type 0, flags 0, size 8: by it a loader knows where the "   \
    "tags end (Multiboot2 3.1.3)"

static const struct {
    const char *name;
    uint32_t size;
    const char *why_size;
} TAGS[LAST_TAG + 1] = {
    [MULTIBOOT_HEADER_TAG_END] = {"end", sizeof(struct multiboot_header_tag),
                                  WHY_SIZE("3.1.3")},
    [MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST] =
        {"information request",
         sizeof(struct multiboot_header_tag_information_request),
         WHY_SIZE("3.1.4")},
    [MULTIBOOT_HEADER_TAG_ADDRESS] = {"address",
                                      sizeof(
                                          struct multiboot_header_tag_address),
                                      WHY_SIZE("3.1.5")},
    [MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS] =
        {"entry address", sizeof(struct multiboot_header_tag_entry_address),
         WHY_SIZE("3.1.6")},
    [MULTIBOOT_HEADER_TAG_CONSOLE_FLAGS] =
        {"console flags", sizeof(struct multiboot_header_tag_console_flags),
         WHY_SIZE("3.1.9")},
    [MULTIBOOT_HEADER_TAG_FRAMEBUFFER] =
        {"framebuffer", sizeof(struct multiboot_header_tag_framebuffer),
         WHY_SIZE("3.1.10")},
    [MULTIBOOT_HEADER_TAG_MODULE_ALIGN] = {"module alignment",
                                           sizeof(struct multiboot_header_tag),
                                           WHY_SIZE("3.1.11")},
    [MULTIBOOT_HEADER_TAG_EFI_BS] = {"EFI boot services",
                                     sizeof(struct multiboot_header_tag),
                                     WHY_SIZE("3.1.12")},
    [MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI32] =
        {"EFI i386 entry address",
         sizeof(struct multiboot_header_tag_entry_address), WHY_SIZE("3.1.7")},
    [MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64] =
        {"EFI amd64 entry address",
         sizeof(struct multiboot_header_tag_entry_address), WHY_SIZE("3.1.8")},
    [MULTIBOOT_HEADER_TAG_RELOCATABLE] =
        {"relocatable", sizeof(struct multiboot_header_tag_relocatable),
         WHY_SIZE("3.1.13")},
};

/* The three fields that begin a tag, and where it is. */
struct tag {
    uint64_t at;
    uint16_t type, flags;
    uint32_t size;
};

static struct tag tag(const struct judge *j, uint64_t at)
{
    return (struct tag){
        .at = at,
        .type = read16(j, AT(at, multiboot_header_tag, type)),
        .flags = read16(j, AT(at, multiboot_header_tag, flags)),
        .size = FIELD(j, at, multiboot_header_tag, size),
    };
}

static bool size_is_right(struct tag tag)
{
    if (tag.type == MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST)
        return tag.size >= TAGS[tag.type].size && tag.size % 4 == 0;
    if (tag.type <= LAST_TAG)
        return tag.size == TAGS[tag.type].size;
    return tag.size >= sizeof(struct multiboot_header_tag);
}

/* Is there a tag at `at`, and not the middle of one, or code? */
static bool believable(const struct judge *j, uint64_t at)
{
    struct tag it = tag(j, at);
    return inside(j, at, sizeof(struct multiboot_header_tag)) &&
           it.type <= LAST_TAG && it.flags <= MULTIBOOT_HEADER_TAG_OPTIONAL &&
           size_is_right(it);
}

/* Where the tags are looked for. */
struct walk {
    uint64_t stated_end; /* header_length says: behind the end tag */
    uint64_t limit;      /* of the file, or of what a loader reads of it */
};

/*
 * Where the tag behind `it` is: at the next multiple of 8. When nothing like a
 * tag is there, it is looked for where it is if the size is wrong, or if the
 * padding was forgotten; else the walk would end at the first fault. 0:
 * nowhere.
 */
static uint64_t next_tag(const struct judge *j, struct tag it, struct walk walk)
{
    bool is_right = size_is_right(it) || it.type > LAST_TAG;
    uint64_t right = is_right ? it.size : TAGS[it.type].size;
    uint64_t padded = it.at + align_up(it.size, MULTIBOOT_TAG_ALIGN);
    uint64_t mended = it.at + align_up(right, MULTIBOOT_TAG_ALIGN);
    uint64_t last = walk.stated_end - sizeof(struct multiboot_header_tag);
    bool steps = it.size >= sizeof(struct multiboot_header_tag);

    if (steps && believable(j, padded))
        return padded;
    if (!is_right && believable(j, mended))
        return mended;
    /* What looks like an end tag may be padding and a tag of type 8. */
    uint64_t packed = it.at + right;
    if (believable(j, packed) &&
        (tag(j, packed).type != MULTIBOOT_HEADER_TAG_END || packed == last))
        return packed;
    if (steps && padded + sizeof(struct multiboot_header_tag) <= walk.limit &&
        padded < walk.stated_end)
        return padded;
    if (last > it.at && last <= walk.limit && believable(j, last) &&
        tag(j, last).type == MULTIBOOT_HEADER_TAG_END)
        return last;
    return steps ? padded : 0;
}

/* Does the tag reach behind the header's end, with nothing like a tag there, so
 * that header_length is not to blame? */
static bool too_long(const struct judge *j, struct tag it, struct walk walk)
{
    return it.at < walk.stated_end && walk.stated_end <= walk.limit &&
           it.at + it.size > walk.stated_end &&
           !believable(j, it.at + align_up(it.size, MULTIBOOT_TAG_ALIGN));
}

static void judge_tag_head(struct judge *j, struct tag it, struct walk walk)
{
    const char *name = it.type <= LAST_TAG ? TAGS[it.type].name : "unknown";
    bool optional = it.flags & MULTIBOOT_HEADER_TAG_OPTIONAL;

    FACT(j, .rule = "tag", .offset = it.at,
         .is = it.type == MULTIBOOT_HEADER_TAG_END ? "tag {number}: {subject}"
               : optional ? "tag {number}: {subject}, optional"
                          : "tag {number}: {subject}, required",
         .number = it.type, .subject = name);

    if (it.type == MULTIBOOT_HEADER_TAG_END) {
        if (it.flags != 0)
            FAULT(j, .rule = "tag-end",
                  .offset = AT(it.at, multiboot_header_tag, flags),
                  .is = "the end tag's flags are {found}",
                  .must = "be {wanted}", .found = it.flags, .wanted = 0,
                  .why = WHY_END, .hint = "write the last tag as {0, 0, 8}");
        if (it.size != sizeof(struct multiboot_header_tag))
            FAULT(j, .rule = "tag-end",
                  .offset = AT(it.at, multiboot_header_tag, size),
                  .is = "the end tag's size is {found}", .must = "be {wanted}",
                  .found = it.size,
                  .wanted = sizeof(struct multiboot_header_tag),
                  .decimal = true, .why = WHY_END,
                  .hint = "write the last tag as {0, 0, 8}");
        return;
    }

    if (!size_is_right(it))
        FAULT(j, .rule = "tag-size",
              .offset = AT(it.at, multiboot_header_tag, size),
              .is = "the size of tag {number} ({subject}) is {found}",
              .must = it.type > LAST_TAG ? "be at least {wanted}"
                      : it.type == MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST
                          ? "be {wanted} and 4 for each request"
                          : "be {wanted}",
              .number = it.type, .subject = name, .found = it.size,
              .wanted = it.type <= LAST_TAG
                            ? TAGS[it.type].size
                            : sizeof(struct multiboot_header_tag),
              .decimal = true,
              .why = it.type <= LAST_TAG ? TAGS[it.type].why_size
                                         : WHY_SIZE("3.1.3"),
              .hint = "size counts the type, flags and size fields and what "
                      "follows them, without the padding behind the tag");
    else if (too_long(j, it, walk))
        FAULT(j, .rule = "tag-size",
              .offset = AT(it.at, multiboot_header_tag, size),
              .is = "tag {number} ({subject}) has {found} bytes, and would "
                    "end behind the header",
              .must = "end inside the header, which ends at offset {wanted}",
              .number = it.type, .subject = name, .found = it.size,
              .wanted = walk.stated_end,
              .why = it.type <= LAST_TAG ? TAGS[it.type].why_size
                                         : WHY_SIZE("3.1.3"),
              .hint = "mend the tag's size, or the header_length");

    if (it.flags > MULTIBOOT_HEADER_TAG_OPTIONAL)
        FAULT(j, .rule = "tag-flags",
              .offset = AT(it.at, multiboot_header_tag, flags),
              .is = "the flags of tag {number} ({subject}) are {found}",
              .must = "be 0, required, or 1, optional", .number = it.type,
              .subject = name, .found = it.flags,
              .why = "bit 0 alone has a meaning: a loader that does not know "
                     "the tag may pass it over (Multiboot2 3.1.3)",
              .hint = "are type and flags 16 bits wide each, in this order?");

    if (it.type > LAST_TAG && !optional)
        FAULT(j, .rule = "tag-unknown", .offset = it.at,
              .is = "a required tag of type {number}, which does not exist",
              .must = "be a type from 0 to 10, or carry flags = 1",
              .number = it.type,
              .why = "a loader refuses a kernel that requires what it does "
                     "not know; GRUB says \"unsupported tag\" "
                     "(Multiboot2 3.1.3)",
              .hint = "does a tag before it have the wrong size, or no "
                      "padding to 8 bytes?");
}

/* --- What the tags say, each by itself ------------------------------------ */

#define FIELD_FACT(j, at, type, name, text)                                    \
    FACT(j, .rule = "tag", .offset = AT(at, type, name), .label = #name,       \
         .is = text, .found = FIELD(j, at, type, name))

/* The numbers of 3.6 that a kernel may ask for. */
static const char *const INFORMATION[MULTIBOOT_TAG_TYPE_LOAD_BASE_ADDR + 1] = {
    "end",
    "command line",
    "boot loader name",
    "modules",
    "basic memory information",
    "BIOS boot device",
    "memory map",
    "VBE information",
    "framebuffer",
    "ELF symbols",
    "APM table",
    "EFI 32-bit system table",
    "EFI 64-bit system table",
    "SMBIOS tables",
    "ACPI old RSDP",
    "ACPI new RSDP",
    "network",
    "EFI memory map",
    "EFI boot services not ended",
    "EFI 32-bit image handle",
    "EFI 64-bit image handle",
    "image load base address",
};

static void judge_request(struct judge *j, struct tag it, uint64_t limit)
{
    for (uint64_t at = it.at + 8; at + 4 <= it.at + it.size && at < limit;
         at += 4) {
        uint32_t wish = read32(j, at);
        if (wish <= MULTIBOOT_TAG_TYPE_LOAD_BASE_ADDR)
            FACT(j, .rule = "tag", .offset = at, .label = "request",
                 .is = "{number}, {subject}", .number = wish,
                 .subject = INFORMATION[wish]);
        else if (it.flags & MULTIBOOT_HEADER_TAG_OPTIONAL)
            FACT(j, .rule = "tag", .offset = at, .label = "request",
                 .is = "{number}, unknown", .number = wish);
        else
            FAULT(j, .rule = "request", .offset = at,
                  .is = "information {found} is required, which does not exist",
                  .must = "be at most {wanted}", .found = wish,
                  .wanted = MULTIBOOT_TAG_TYPE_LOAD_BASE_ADDR, .decimal = true,
                  .why = "GRUB then says \"unsupported information tag\" "
                         "(Multiboot2 3.1.4)",
                  .hint = "ask for what section 3.6 lists, or set flags = 1");
    }
}

static void judge_console(struct judge *j, struct tag it)
{
    uint32_t found =
        FIELD(j, it.at, multiboot_header_tag_console_flags, console_flags);
    FIELD_FACT(j, it.at, multiboot_header_tag_console_flags, console_flags,
               "{found}");
    if (found > (MULTIBOOT_CONSOLE_FLAGS_CONSOLE_REQUIRED |
                 MULTIBOOT_CONSOLE_FLAGS_EGA_TEXT_SUPPORTED))
        FAULT(j, .rule = "console",
              .offset =
                  AT(it.at, multiboot_header_tag_console_flags, console_flags),
              .is = "the console flags are {found}",
              .must = "be made of 1, a console is required, and 2, text is "
                      "supported",
              .found = found,
              .why = "no other bit has a meaning "
                     "(Multiboot2 3.1.9)",
              .hint = "3 is the usual value");
}

static void judge_framebuffer(struct judge *j, struct tag it)
{
    FACT(j, .rule = "tag", .label = "width", .is = "{found}",
         .offset = AT(it.at, multiboot_header_tag_framebuffer, width),
         .found = FIELD(j, it.at, multiboot_header_tag_framebuffer, width),
         .decimal = true);
    FACT(j, .rule = "tag", .label = "height", .is = "{found}",
         .offset = AT(it.at, multiboot_header_tag_framebuffer, height),
         .found = FIELD(j, it.at, multiboot_header_tag_framebuffer, height),
         .decimal = true);
    FACT(j, .rule = "tag", .label = "depth", .is = "{found}",
         .offset = AT(it.at, multiboot_header_tag_framebuffer, depth),
         .found = FIELD(j, it.at, multiboot_header_tag_framebuffer, depth),
         .decimal = true);
    WARNING(j, .rule = "framebuffer", .offset = it.at,
            .is = "a framebuffer tag",
            .must = "be there only if the kernel draws pixels",
            .why = "GRUB then switches a BIOS machine to graphics, and text "
                   "written to 0xb8000 is not seen (Multiboot2 3.1.10)",
            .hint = "for a text screen, leave the tag out");
}

static void judge_relocatable(struct judge *j, struct tag it)
{
    uint32_t min_addr =
        FIELD(j, it.at, multiboot_header_tag_relocatable, min_addr);
    uint32_t max_addr =
        FIELD(j, it.at, multiboot_header_tag_relocatable, max_addr);
    uint32_t align = FIELD(j, it.at, multiboot_header_tag_relocatable, align);
    uint32_t preference =
        FIELD(j, it.at, multiboot_header_tag_relocatable, preference);

    FIELD_FACT(j, it.at, multiboot_header_tag_relocatable, min_addr, "{found}");
    FIELD_FACT(j, it.at, multiboot_header_tag_relocatable, max_addr, "{found}");
    FIELD_FACT(j, it.at, multiboot_header_tag_relocatable, align, "{found}");
    FIELD_FACT(j, it.at, multiboot_header_tag_relocatable, preference,
               preference == MULTIBOOT_LOAD_PREFERENCE_LOW ? "1, lowest address"
               : preference == MULTIBOOT_LOAD_PREFERENCE_HIGH
                   ? "2, highest address"
                   : "{found}, none");

    if (min_addr > max_addr)
        FAULT(j, .rule = "relocatable",
              .offset = AT(it.at, multiboot_header_tag_relocatable, min_addr),
              .is = "min_addr is {found}",
              .must = "be at most max_addr, which is {wanted}",
              .found = min_addr, .wanted = max_addr,
              .why = "between the two the loader looks for a place "
                     "(Multiboot2 3.1.13)",
              .hint = "are the two swapped?");
    if (align == 0 || (align & (align - 1)) != 0)
        FAULT(j, .rule = "relocatable",
              .offset = AT(it.at, multiboot_header_tag_relocatable, align),
              .is = "align is {found}", .must = "be a power of two",
              .found = align,
              .why = "the load address is a multiple of it "
                     "(Multiboot2 3.1.13)",
              .hint = "4096, a page, is the usual value");
    if (preference > MULTIBOOT_LOAD_PREFERENCE_HIGH)
        FAULT(j, .rule = "relocatable",
              .offset = AT(it.at, multiboot_header_tag_relocatable, preference),
              .is = "preference is {found}",
              .must = "be 0, none, 1, the lowest address, or 2, the highest",
              .found = preference,
              .why = "no other value has a meaning "
                     "(Multiboot2 3.1.13)",
              .hint = "is a field missing before it?");
}

/* What the tag describes, as a segment; sets is_flat if it makes sense. */
static void judge_address(struct judge *j, struct tag it)
{
#define ADDRESS(name) FIELD(j, it.at, multiboot_header_tag_address, name)
    uint64_t header_addr = ADDRESS(header_addr);
    uint64_t load_addr = ADDRESS(load_addr);
    uint64_t load_end = ADDRESS(load_end_addr);
    uint64_t bss_end = ADDRESS(bss_end_addr);
    uint64_t before = j->header; /* bytes to load before the header */

    FIELD_FACT(j, it.at, multiboot_header_tag_address, header_addr, "{found}");
    FIELD_FACT(j, it.at, multiboot_header_tag_address, load_addr,
               load_addr == MULTIBOOT_LOAD_ADDR_FILE
                   ? "{found}, the file's beginning"
                   : "{found}");
    FIELD_FACT(j, it.at, multiboot_header_tag_address, load_end_addr,
               load_end ? "{found}" : "0, the file's end");
    FIELD_FACT(j, it.at, multiboot_header_tag_address, bss_end_addr,
               bss_end ? "{found}" : "0, nothing to clear");

    if (load_addr != MULTIBOOT_LOAD_ADDR_FILE) {
        if (load_addr > header_addr || header_addr - load_addr > j->header) {
            FAULT(j, .rule = "address",
                  .offset = AT(it.at, multiboot_header_tag_address, load_addr),
                  .is = "load_addr is {found}",
                  .must = load_addr > header_addr
                              ? "be at most header_addr, which is {wanted}"
                              : "be at least {wanted}: the file has no more "
                                "bytes before the header",
                  .found = load_addr,
                  .wanted = load_addr > header_addr ? header_addr
                                                    : header_addr - j->header,
                  .why = "loading begins header_addr - load_addr bytes before "
                         "the header (Multiboot2 3.1.5)",
                  .hint = "header_addr and load_addr are linked addresses; "
                          "take them from symbols of the linker script");
            return;
        }
        before = header_addr - load_addr;
    } else if (header_addr < j->header) {
        FAULT(j, .rule = "address",
              .offset = AT(it.at, multiboot_header_tag_address, header_addr),
              .is = "header_addr is {found}",
              .must = "be at least {wanted}, for so many bytes of the file are "
                      "before the header",
              .found = header_addr, .wanted = j->header,
              .why = "the file is loaded from its begin (Multiboot2 3.1.5)",
              .hint = "header_addr is the address at which the header is "
                      "linked");
        return;
    }

    struct segment flat = {.at = it.at, .type = PT_LOAD, .flags = PF_X};
    flat.offset = j->header - before;
    flat.paddr = flat.vaddr = header_addr - before;
    flat.filesz = j->size - flat.offset;

    if (load_end != 0) {
        uint64_t file_end = flat.paddr + flat.filesz;
        if (load_end < flat.paddr || load_end > file_end) {
            FAULT(j, .rule = "address",
                  .offset =
                      AT(it.at, multiboot_header_tag_address, load_end_addr),
                  .is = "load_end_addr is {found}",
                  .must = load_end > file_end
                              ? "be at most {wanted}, where the file ends"
                              : "be above the load address, {wanted}",
                  .found = load_end,
                  .wanted = load_end > file_end ? file_end : flat.paddr,
                  .why = "load_end_addr - load_addr bytes are loaded from the "
                         "file (Multiboot2 3.1.5)",
                  .hint = "only what the file holds counts; .bss belongs "
                          "to bss_end_addr. 0 loads the whole file");
            return;
        }
        flat.filesz = load_end - flat.paddr;
    }
    flat.memsz = flat.filesz;
    if (bss_end != 0) {
        if (bss_end < flat.paddr + flat.filesz) {
            FAULT(j, .rule = "address",
                  .offset =
                      AT(it.at, multiboot_header_tag_address, bss_end_addr),
                  .is = "bss_end_addr is {found}",
                  .must = "be at least {wanted}, where the loaded bytes end",
                  .found = bss_end, .wanted = flat.paddr + flat.filesz,
                  .why = "the loader clears memory from there up to "
                         "bss_end_addr (Multiboot2 3.1.5)",
                  .hint = "0 if there is no .bss");
            return;
        }
        flat.memsz = bss_end - flat.paddr;
    }
    j->flat = flat;
    j->is_flat = true;
    j->segments = 1;
#undef ADDRESS
}

/* The tag's own fields. Those of the address tag and of entry tags are judged
 * when the image is known. */
static void judge_tag_fields(struct judge *j, struct tag it, struct walk walk)
{
    switch (it.type) {
    case MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST:
        if (size_is_right(it) && !too_long(j, it, walk))
            judge_request(j, it, walk.limit);
        break;
    case MULTIBOOT_HEADER_TAG_ADDRESS:
        judge_address(j, it);
        break;
    case MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS:
    case MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI32:
    case MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64:
        FIELD_FACT(j, it.at, multiboot_header_tag_entry_address, entry_addr,
                   "{found}");
        break;
    case MULTIBOOT_HEADER_TAG_CONSOLE_FLAGS:
        judge_console(j, it);
        break;
    case MULTIBOOT_HEADER_TAG_FRAMEBUFFER:
        judge_framebuffer(j, it);
        break;
    case MULTIBOOT_HEADER_TAG_RELOCATABLE:
        judge_relocatable(j, it);
        break;
    }
}

static void judge_tag(struct judge *j, struct tag it, struct walk walk)
{
    judge_tag_head(j, it, walk);
    if (it.type == MULTIBOOT_HEADER_TAG_END || it.type > LAST_TAG)
        return;

    if (j->tag[it.type] != 0 &&
        it.type != MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST) {
        FAULT(j, .rule = "tag-duplicate", .offset = it.at,
              .is = "a second tag of type {number} ({subject}); the first is "
                    "at offset {found}",
              .must = "be one tag", .number = it.type,
              .subject = TAGS[it.type].name, .found = j->tag[it.type],
              .why = "they contradict each other or say the same: GRUB takes "
                     "the last, another loader may take the first "
                     "(Multiboot2 3.1.3)",
              .hint = "remove one of them");
        return;
    }
    if (inside(j, it.at, TAGS[it.type].size)) {
        j->tag[it.type] = it.at;
        judge_tag_fields(j, it, walk);
    }
}

/* Walks the tags as GRUB does, to the end tag, and compares with the length
 * that the header states. Sets header_end if there is an end tag. */
static void judge_tags(struct judge *j)
{
    uint64_t length = FIELD(j, j->header, multiboot_header, header_length);
    uint64_t at = j->header + sizeof(struct multiboot_header);
    bool padded = true;
    struct walk walk = {.stated_end = j->header + length, .limit = j->size};
    uint64_t window = in_window(j, j->header) ? MULTIBOOT_SEARCH
                                              : j->header + MULTIBOOT_SEARCH;
    if (walk.limit > window)
        walk.limit = window;

    while (at != 0 && at + sizeof(struct multiboot_header_tag) <= walk.limit &&
           (at < walk.stated_end || believable(j, at))) {
        bool aligned = (at - j->header) % MULTIBOOT_TAG_ALIGN == 0;
        if (!aligned && padded)
            FAULT(
                j, .rule = "tag-align", .offset = at,
                .is =
                    "a tag begins {found} bytes behind the header's beginning",
                .must = "begin {wanted} bytes behind it, at a multiple of 8",
                .found = at - j->header,
                .wanted = align_up(at - j->header, MULTIBOOT_TAG_ALIGN),
                .decimal = true,
                .why = "a loader looks for each tag at the next multiple of "
                       "8 (Multiboot2 3.1.3)",
                .hint = "pad the tag before it to a multiple of 8 bytes; its "
                        "size field stays as it is");
        padded = aligned;

        struct tag it = tag(j, at);
        judge_tag(j, it, walk);
        if (it.type == MULTIBOOT_HEADER_TAG_END) {
            j->header_end = at + sizeof(struct multiboot_header_tag);
            break;
        }
        at = next_tag(j, it, walk);
    }

    uint64_t length_at = AT(j->header, multiboot_header, header_length);
    if (j->header_end != 0 && j->header_end < walk.stated_end &&
        believable(j, j->header_end) && walk.stated_end <= walk.limit)
        FAULT(j, .rule = "tag-after-end", .offset = j->header_end,
              .is = "a tag of type {number} behind the end tag",
              .must = "be nothing", .number = tag(j, j->header_end).type,
              .why = "the end tag is the last; a loader reads no further "
                     "(Multiboot2 3.1.3)",
              .hint = "move the end tag {0, 0, 8} to the end");
    else if (j->header_end != 0 && j->header_end != walk.stated_end)
        FAULT(j, .rule = "header-length", .offset = length_at,
              .is = "header_length is {found}",
              .must = "be {wanted}: all bytes up to the end tag's end",
              .found = length, .wanted = j->header_end - j->header,
              .decimal = true,
              .why = "it counts the whole header, tags and padding included "
                     "(Multiboot2 3.1.2)",
              .hint = "let the compiler count: sizeof, or header_end - "
                      "header_start. Then compute the checksum anew");
    else if (j->header_end == 0 && walk.stated_end > walk.limit)
        FAULT(j, .rule = "header-length", .offset = length_at,
              .is = "header_length is {found}",
              .must = "be at most {wanted}: {subject}", .found = length,
              .wanted = walk.limit - j->header, .decimal = true,
              .subject = walk.limit == j->size
                             ? "there the file ends"
                             : "there the first 32768 bytes end",
              .why = "all of the header is in the part of the file that a "
                     "loader reads (Multiboot2 3.1.1)",
              .hint = "is the file cut off? Is it the length in bytes?");
    else if (j->header_end == 0 && at != 0)
        FAULT(j, .rule = "tag-end", .offset = at, .is = "no end tag",
              .must = "be an end tag behind the last tag: type 0, flags 0, "
                      "size 8",
              .why = "without it a loader takes what follows for tags "
                     "(Multiboot2 3.1.3)",
              .hint = "add {0, 0, 8}, and count its 8 bytes in header_length");
}

/* --- The ELF header ------------------------------------------------------- */

static bool is_elf_file(const struct judge *j)
{
    return read32(j, 0) == 0x464c457f; /* "\177ELF" */
}

/* Looks, without a word, whether there are ELF headers that can be read. */
static void find_elf(struct judge *j)
{
    uint64_t class = read_bytes(j, EI_CLASS, 1);
    j->is_64 = class == ELFCLASS64;
    j->is_elf =
        is_elf_file(j) && (class == ELFCLASS32 || class == ELFCLASS64) &&
        read_bytes(j, EI_DATA, 1) == ELFDATA2LSB && inside(j, 0, EHDR_SIZE(j));
    if (!j->is_elf || elf(j, 0, E_PHENTSIZE) != PHDR_SIZE(j))
        return;

    uint64_t table = elf(j, 0, E_PHOFF);
    if (table < j->size)
        j->segments = (j->size - table) / PHDR_SIZE(j);
    if (j->segments > MULTIBOOT_SEARCH / PHDR_SIZE(j))
        j->segments = MULTIBOOT_SEARCH / PHDR_SIZE(j);
    if (j->segments > elf(j, 0, E_PHNUM))
        j->segments = elf(j, 0, E_PHNUM);
}

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

static void judge_elf_identity(struct judge *j)
{
    if (!is_elf_file(j)) {
        FAULT(j, .rule = "file-format",
              .is = "the file begins with {found}, so it is not ELF, and it "
                    "has no address tag that can be used",
              .must = "begin with {wanted}, the bytes 7f 45 4c 46",
              .found = read32(j, 0), .wanted = 0x464c457f,
              .why = "ELF headers or an address tag tell a loader which bytes "
                     "to load where (Multiboot2 3.1.5)",
              .hint = foreign_hint(j));
        return;
    }
    uint64_t class = read_bytes(j, EI_CLASS, 1);
    if (class != ELFCLASS32 && class != ELFCLASS64)
        FAULT(j, .rule = "elf-class", .offset = EI_CLASS,
              .is = "the ELF class is {found}",
              .must = "be 1, 32 bits, or 2, 64 bits", .found = class,
              .why = "it says how the ELF headers are laid out (ELF, e_ident)",
              .hint = "has something written over the file's beginning?");
    else if (read_bytes(j, EI_DATA, 1) != ELFDATA2LSB)
        FAULT(j, .rule = "elf-data", .offset = EI_DATA,
              .is = "the ELF data encoding is {found}",
              .must = "be 1, little-endian", .found = read_bytes(j, EI_DATA, 1),
              .why = "x86 is little-endian (ELF, e_ident)",
              .hint = "compile for x86: --target=x86_64-elf or a cross "
                      "compiler");
    else if (!inside(j, 0, EHDR_SIZE(j)))
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

    FACT(j, .rule = "elf", .is = "ELF header");
    FACT(j, .rule = "elf", .offset = EI_CLASS, .label = "class",
         .is = j->is_64 ? "{found}, 64 bits" : "{found}, 32 bits",
         .found = read_bytes(j, EI_CLASS, 1));
    FACT(j, .rule = "elf", .offset = elf_at(j, 0, E_TYPE), .label = "e_type",
         .is = type == ET_DYN ? "{found}, shared object"
                              : "{found}, executable file",
         .found = type);
    FACT(j, .rule = "elf", .offset = elf_at(j, 0, E_MACHINE),
         .label = "e_machine",
         .is = j->is_64 ? "{found}, x86-64" : "{found}, Intel 80386",
         .found = machine, .decimal = true);
    FACT(j, .rule = "elf", .offset = elf_at(j, 0, E_ENTRY), .label = "e_entry",
         .is = "{found}", .found = elf(j, 0, E_ENTRY));

    if (type != ET_EXEC && type != ET_DYN)
        FAULT(j, .rule = "elf-type", .offset = elf_at(j, 0, E_TYPE),
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
        FAULT(j, .rule = "elf-machine", .offset = elf_at(j, 0, E_MACHINE),
              .is = "the ELF machine is {found}",
              .must = j->is_64 ? "be {wanted}, x86-64, for ELF64"
                               : "be {wanted}, Intel 80386, for ELF32",
              .found = machine, .wanted = wanted, .decimal = true,
              .why = "a loader on x86 starts x86 code (ELF, e_machine; GRUB: "
                     "\"invalid arch-dependent ELF magic\")",
              .hint = machine_hint(machine));
    if (elf(j, 0, E_VERSION) != EV_CURRENT)
        FAULT(j, .rule = "elf-version", .offset = elf_at(j, 0, E_VERSION),
              .is = "the ELF version is {found}", .must = "be {wanted}",
              .found = elf(j, 0, E_VERSION), .wanted = EV_CURRENT,
              .why = "there is no other (ELF, e_version; GRUB: \"invalid "
                     "arch-dependent ELF magic\")",
              .hint = "has something written over the file's beginning?");
}

static void judge_program_headers(struct judge *j)
{
    uint64_t count = elf(j, 0, E_PHNUM);
    uint64_t end = end_of(elf(j, 0, E_PHOFF), count * PHDR_SIZE(j));

    if (count == 0) {
        if (elf(j, 0, E_TYPE) != ET_REL)
            FAULT(j, .rule = "program-headers", .offset = elf_at(j, 0, E_PHNUM),
                  .is = "the file has no program headers",
                  .must = "have at least one, of type PT_LOAD",
                  .why = "they tell a loader which bytes to load where (ELF, "
                         "program header)",
                  .hint = "link it with ld, and do not strip its headers");
    } else if (elf(j, 0, E_PHENTSIZE) != PHDR_SIZE(j))
        FAULT(j, .rule = "program-headers", .offset = elf_at(j, 0, E_PHENTSIZE),
              .is = "the size of a program header is {found}",
              .must = "be {wanted}", .found = elf(j, 0, E_PHENTSIZE),
              .wanted = PHDR_SIZE(j), .decimal = true,
              .why = "a loader steps through the table by it (ELF, "
                     "e_phentsize)",
              .hint = "was the ELF header written by hand?");
    else if (end > j->size)
        FAULT(j, .rule = "program-headers", .offset = elf_at(j, 0, E_PHOFF),
              .is = "the program headers end at offset {found}",
              .must = "be inside the file, which has {wanted} bytes",
              .found = end, .wanted = j->size,
              .why = "they tell a loader which bytes to load where (ELF, "
                     "e_phoff)",
              .hint = "is the file cut off? Build it anew");
    else if (end > MULTIBOOT_SEARCH)
        FAULT(j, .rule = "program-headers", .offset = elf_at(j, 0, E_PHOFF),
              .is = "the program headers end at offset {found}",
              .must = "end within the first {wanted} bytes", .found = end,
              .wanted = MULTIBOOT_SEARCH,
              .why = "GRUB reads them there alone: \"program header at a too "
                     "high offset\"",
              .hint = "a linker puts them behind the ELF header; do not move "
                      "them");
}

/* --- Segments ------------------------------------------------------------- */

static void judge_segment(struct judge *j, uint64_t number, struct segment s)
{
    if (!j->is_flat) {
        if (s.filesz > s.memsz)
            FAULT(j, .rule = "segment-size", .offset = s.at, .number = number,
                  .is = "segment {number} has {found} bytes in the file",
                  .must = "have at most {wanted}, its size in memory",
                  .found = s.filesz, .wanted = s.memsz,
                  .why = "the file's bytes must fit in memory (ELF, p_filesz)",
                  .hint = "are p_filesz and p_memsz swapped?");
        if (!inside(j, s.offset, s.filesz))
            FAULT(j, .rule = "segment-file", .offset = s.at, .number = number,
                  .is = "segment {number} ends at offset {found} of the file",
                  .must = "end inside the file, which has {wanted} bytes",
                  .found = end_of(s.offset, s.filesz), .wanted = j->size,
                  .why = "its bytes are copied from the file (ELF, p_offset; "
                         "GRUB: \"premature end of file\")",
                  .hint = "is the file cut off? Build it anew");
        if (s.flags & PF_W && s.flags & PF_X)
            WARNING(j, .rule = "segment-wx", .offset = s.at, .number = number,
                    .is = "segment {number} is writable and executable",
                    .must = "be one of the two",
                    .why = "a stray write can change the code, and firmware "
                           "may refuse to run it (ELF, p_flags)",
                    .hint = "keep .text and .data in segments of their own: "
                            "PHDRS in the linker script");
    }

    uint64_t end = end_of(s.paddr, s.memsz);
    if (end >= GIB4)
        FAULT(j, .rule = "segment-4g", .offset = s.at, .number = number,
              .is = "segment {number} ends at physical address {found}",
              .must = "end below {wanted}, 4 GiB", .found = end, .wanted = GIB4,
              .why = "a loader has 32-bit addresses (Multiboot2 3.3; GRUB: "
                     "\"segment crosses 4 GiB border\")",
              .hint = "a kernel that is linked high needs a low load address: "
                      "AT(ADDR(.text) - OFFSET) in the linker script");

    /* GRUB places a relocatable image where memory is free. */
    if (j->tag[MULTIBOOT_HEADER_TAG_RELOCATABLE] != 0 || s.memsz == 0)
        return;
    if (overlap(s.paddr, end, 0, 0x500) ||
        overlap(s.paddr, end, 0xa0000, 0x100000))
        FAULT(j, .rule = "segment-low", .offset = s.at, .number = number,
              .is = "segment {number} begins at physical address {found}",
              .must = "begin at {wanted}, 1 MiB, or above", .found = s.paddr,
              .wanted = 0x100000,
              .why = "below 0x500 are the BIOS's tables, from 0xa0000 to 1 MiB "
                     "the screen's memory and the BIOS: no memory for a kernel",
              .hint = "begin the linker script's SECTIONS with . = 1M;");
    else if (s.paddr < 0x100000)
        WARNING(j, .rule = "segment-low", .offset = s.at, .number = number,
                .is = "segment {number} begins at physical address {found}",
                .must = "begin at {wanted}, 1 MiB, or above", .found = s.paddr,
                .wanted = 0x100000,
                .why = "the firmware uses some of the first 640 KiB, and how "
                       "much differs from machine to machine",
                .hint = "begin the linker script's SECTIONS with . = 1M;");
}

/* Would segment `number` be loaded over one before it? Then *end is where the
 * first such one ends. */
static bool overlapped(const struct judge *j, uint64_t number, struct segment s,
                       uint64_t *end)
{
    for (uint64_t i = 0; i < number && s.memsz != 0; i++) {
        struct segment other = segment(j, i);
        *end = end_of(other.paddr, other.memsz);
        if (other.type == PT_LOAD && other.memsz != 0 &&
            overlap(s.paddr, end_of(s.paddr, s.memsz), other.paddr, *end))
            return true;
    }
    return false;
}

/* From the lowest loaded byte to the highest. GRUB counts an empty segment too;
 * `with_empty` says whether to do so. start >= end: nothing is loaded. */
struct range {
    uint64_t start, end;
};

static struct range image(const struct judge *j, bool with_empty)
{
    struct range image = {UINT64_MAX, 0};
    for (uint64_t i = 0; i < j->segments; i++) {
        struct segment s = segment(j, i);
        if (s.type != PT_LOAD || (s.memsz == 0 && !with_empty))
            continue;
        if (s.paddr < image.start)
            image.start = s.paddr;
        if (end_of(s.paddr, s.memsz) > image.end)
            image.end = end_of(s.paddr, s.memsz);
    }
    return image;
}

static void segment_fact(struct judge *j, struct segment s,
                         struct elf_field field, const char *label,
                         uint64_t value)
{
    FACT(j, .rule = "segment", .label = label, .is = "{found}", .found = value,
         .offset = j->is_flat ? s.at : elf_at(j, s.at, field));
}

static void segment_facts(struct judge *j, uint64_t number, struct segment s)
{
    FACT(j, .rule = "segment", .offset = s.at, .number = number,
         .is = j->is_flat ? "segment {number}, made by the address tag"
                          : "segment {number}, {subject}",
         .subject = s.flags & PF_X && s.flags & PF_W ? "writable and executable"
                    : s.flags & PF_X                 ? "executable"
                    : s.flags & PF_W                 ? "writable"
                                                     : "read-only");
    segment_fact(j, s, P_OFFSET, "p_offset", s.offset);
    if (s.vaddr != s.paddr)
        segment_fact(j, s, P_VADDR, "p_vaddr", s.vaddr);
    segment_fact(j, s, P_PADDR, "p_paddr", s.paddr);
    segment_fact(j, s, P_FILESZ, "p_filesz", s.filesz);
    segment_fact(j, s, P_MEMSZ, "p_memsz", s.memsz);
}

static void judge_segments(struct judge *j)
{
    struct range real = image(j, false);
    for (uint64_t i = 0; i < j->segments; i++) {
        struct segment s = segment(j, i);
        uint64_t end;
        if (s.type != PT_LOAD)
            continue;
        segment_facts(j, i, s);
        judge_segment(j, i, s);
        if (overlapped(j, i, s, &end))
            FAULT(j, .rule = "segment-overlap", .offset = s.at, .number = i,
                  .is = "segment {number} is loaded at {found}, over the "
                        "segment that ends at {wanted}",
                  .must = "begin at {wanted} or above", .found = s.paddr,
                  .wanted = end,
                  .why =
                      "the one that is loaded last would wipe the other (ELF, "
                      "p_paddr; GRUB: \"overlap detected\")",
                  .hint = "let the location counter run on in the linker "
                          "script, and look at AT() and LMA");
        if (s.memsz == 0 && s.paddr < real.start && real.start < real.end)
            WARNING(j, .rule = "segment-empty", .offset = s.at, .number = i,
                    .is = "segment {number} is empty, and at address {found}",
                    .must = "not be there, or be at {wanted} or above, where "
                            "the kernel begins",
                    .found = s.paddr, .wanted = real.start,
                    .why =
                        "GRUB takes the lowest address for the image's "
                        "first byte, and places a relocatable kernel too high",
                    .hint = "write `. = .;` into the section in the linker "
                            "script, so that ld gives it its address");
    }
    if (!j->is_flat && j->segments != 0 && real.start >= real.end)
        FAULT(j, .rule = "program-headers", .offset = elf_at(j, 0, E_PHOFF),
              .is = "no segment to load",
              .must = "be at least one segment of type PT_LOAD that is not "
                      "empty",
              .why = "they tell a loader which bytes to load where (ELF, "
                     "program header)",
              .hint = "are there sections in the linker script, and are they "
                      "in a PT_LOAD of its PHDRS?");
}

/* --- Entries -------------------------------------------------------------- */

struct entry {
    const char *subject;
    uint64_t offset; /* of the field that holds the address */
    uint64_t address;
    bool
        linked; /* an address that the code is linked for, not a physical one */
    const char *why;
};

static void judge_entry(struct judge *j, struct entry entry)
{
    for (uint64_t i = 0; i < j->segments; i++) {
        struct segment s = segment(j, i);
        uint64_t start = entry.linked ? s.vaddr : s.paddr;
        if (s.type != PT_LOAD || entry.address < start ||
            entry.address - start >= s.memsz)
            continue;

        uint64_t at = end_of(s.offset, entry.address - start);
        if (!(s.flags & PF_X))
            FAULT(j, .rule = "entry", .offset = entry.offset, .number = i,
                  .is = "{subject} is {found}, in segment {number}, which is "
                        "not executable",
                  .must = "be an address in an executable segment",
                  .subject = entry.subject, .found = entry.address,
                  .why = entry.why,
                  .hint = "does the entry stand in section .text, and that in "
                          "a segment with FLAGS(5)?");
        else if (j->has_header && entry.address - start < s.filesz &&
                 at >= j->header && at < j->header_end)
            FAULT(j, .rule = "entry", .offset = entry.offset,
                  .is = "{subject} is {found}, inside the Multiboot2 header",
                  .must = "be the address of the kernel's first instruction",
                  .subject = entry.subject, .found = entry.address,
                  .why = entry.why,
                  .hint = "the linker found no entry symbol and took the first "
                          "byte: ENTRY(start) in the linker script, and start "
                          "not static");
        return;
    }
    FAULT(j, .rule = "entry", .offset = entry.offset,
          .is = "{subject} is {found}, outside of every loaded segment",
          .must = "be an address in an executable segment",
          .subject = entry.subject, .found = entry.address, .why = entry.why,
          .hint = entry.address == 0
                      ? "ENTRY(start) in the linker script, and start not "
                        "static"
                      : "was the address linked with the rest, or written as "
                        "a number?");
}

static void judge_entry_tag(struct judge *j, unsigned type, const char *subject,
                            const char *why)
{
    uint64_t at = j->tag[type];
    if (at != 0)
        judge_entry(
            j, (struct entry){
                   .subject = subject,
                   .offset =
                       AT(at, multiboot_header_tag_entry_address, entry_addr),
                   .address = FIELD(j, at, multiboot_header_tag_entry_address,
                                    entry_addr),
                   .why = why});
}

static void judge_entries(struct judge *j)
{
    if (!j->is_flat)
        judge_entry(j, (struct entry){
                           .subject = "the ELF entry",
                           .offset = elf_at(j, 0, E_ENTRY),
                           .address = elf(j, 0, E_ENTRY),
                           .linked = true,
                           .why = "there the loader jumps (ELF, e_entry; GRUB: "
                                  "\"entry point isn't in a segment\")"});
    judge_entry_tag(j, MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS, "the entry address",
                    "there the loader jumps (Multiboot2 3.1.6)");
    judge_entry_tag(j, MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI32,
                    "the EFI i386 entry address",
                    "there a loader on 32-bit UEFI jumps (Multiboot2 3.1.7)");
    judge_entry_tag(j, MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64,
                    "the EFI amd64 entry address",
                    "there a loader on 64-bit UEFI jumps (Multiboot2 3.1.8)");
}

/* --- The PVH note: door of `qemu -kernel` --------------------------------- */

#define XEN_ELFNOTE_PHYS32_ENTRY 18
#define MAX_NOTES 1024 /* in the whole file; a kernel has a few */

static void judge_note(struct judge *j, uint64_t at, uint64_t desc,
                       uint64_t desc_size)
{
    if (desc_size != 4 && desc_size != 8) {
        FAULT(j, .rule = "pvh-note", .offset = at + 4,
              .is = "the PVH note's address has {found} bytes",
              .must = "have 4 or 8", .found = desc_size, .decimal = true,
              .why = "qemu -kernel reads a 32-bit or 64-bit address from it",
              .hint = "descsz counts the address alone, not the note's head");
        return;
    }
    uint64_t address = read_bytes(j, desc, (unsigned)desc_size);
    FACT(j, .rule = "note", .offset = at, .is = "PVH note");
    FACT(j, .rule = "note", .offset = desc, .label = "entry", .is = "{found}",
         .found = address);
    judge_entry(j, (struct entry){.subject = "the PVH entry",
                                  .offset = desc,
                                  .address = address,
                                  .why = "qemu -kernel enters there"});
}

static void judge_notes(struct judge *j)
{
    unsigned left = MAX_NOTES;
    for (uint64_t i = 0; i < j->segments; i++) {
        struct segment s = segment(j, i);
        if (s.type != PT_NOTE || !inside(j, s.offset, s.filesz))
            continue;
        uint64_t pad = s.align == 8 ? 8 : 4;
        uint64_t end = s.offset + s.filesz;
        for (uint64_t at = s.offset; at + 12 <= end && left > 0; left--) {
            uint64_t name_size = read32(j, at);
            uint64_t desc_size = read32(j, at + 4);
            uint64_t desc = at + 12 + align_up(name_size, pad);
            if (desc + desc_size > end)
                break;
            if (read32(j, at + 8) == XEN_ELFNOTE_PHYS32_ENTRY &&
                name_size == 4 && text_is(j, at + 12, "Xen"))
                judge_note(j, at, desc, desc_size);
            at = desc + align_up(desc_size, pad);
        }
    }
}

/* --- Sections: GRUB keeps those that are not loaded, such as .symtab ------ */

static void judge_section_table(struct judge *j)
{
    uint64_t count = elf(j, 0, E_SHNUM);
    uint64_t end = end_of(elf(j, 0, E_SHOFF), count * SHDR_SIZE(j));

    if (count == 0 || count >= SHN_LORESERVE)
        FAULT(j, .rule = "section-headers", .offset = elf_at(j, 0, E_SHNUM),
              .is = count == 0 ? "the file has no section headers"
                               : "the file says that it has {found} sections",
              .must = "have 1 to 65279 of them", .found = count,
              .decimal = true,
              .why = "GRUB since 2.12 refuses it: \"invalid section header "
                     "table offset in e_shoff\" or \"invalid number of section "
                     "header table entries\" (ELF, e_shnum)",
              .hint = "strip with --strip-all, which keeps the table, and not "
                      "with sstrip or --strip-sections");
    else if (elf(j, 0, E_SHENTSIZE) != SHDR_SIZE(j))
        FAULT(j, .rule = "section-headers", .offset = elf_at(j, 0, E_SHENTSIZE),
              .is = "the size of a section header is {found}",
              .must = "be {wanted}", .found = elf(j, 0, E_SHENTSIZE),
              .wanted = SHDR_SIZE(j), .decimal = true,
              .why = "a loader steps through the table by it (ELF, "
                     "e_shentsize)",
              .hint = "was the ELF header written by hand?");
    else if (end > j->size)
        FAULT(j, .rule = "section-headers", .offset = elf_at(j, 0, E_SHOFF),
              .is = "the section headers end at offset {found}",
              .must = "be inside the file, which has {wanted} bytes",
              .found = end, .wanted = j->size,
              .why = "GRUB reads them: \"premature end of file\" (ELF, "
                     "e_shoff)",
              .hint = "is the file cut off? Build it anew");
}

/* The first section that breaks each rule; the others have the same cause. */
static void judge_sections(struct judge *j)
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
            FAULT(j, .rule = "section-relocs", .offset = at, .number = i,
                  .is = "section {number} holds relocations",
                  .must = "not be there",
                  .why = "GRUB refuses it: \"ELF files with relocs are not "
                         "supported yet\"",
                  .hint = "link without -pie and -r, or throw .rel and .rela "
                          "sections away by /DISCARD/ in the linker script");
        }
        if (elf(j, at, SH_ADDR) == 0 && size != 0 && !inside(j, offset, size) &&
            !cut_off) {
            cut_off = true;
            FAULT(j, .rule = "section-file", .offset = at, .number = i,
                  .is = "section {number} ends at offset {found} of the file",
                  .must = "end inside the file, which has {wanted} bytes",
                  .found = end_of(offset, size), .wanted = j->size,
                  .why = "GRUB reads the sections that are not loaded, too: "
                         "\"premature end of file\" (ELF, sh_offset)",
                  .hint = "is the file cut off? Build it anew");
        }
    }
}

/* --- Rules between the tags and the image --------------------------------- */

static void judge_address_entry(struct judge *j)
{
    uint64_t at = j->tag[MULTIBOOT_HEADER_TAG_ADDRESS];
    if (at == 0 || j->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS] != 0)
        return;
    if (j->tag[MULTIBOOT_HEADER_TAG_EFI_BS] != 0 &&
        (j->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI32] != 0 ||
         j->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64] != 0))
        WARNING(j, .rule = "address-entry", .offset = at,
                .is = "an address tag, and an entry for UEFI alone",
                .must = "have an entry address tag (type 3) too",
                .why = "on a BIOS machine GRUB refuses the kernel: \"load "
                       "address tag without entry address tag\" "
                       "(Multiboot2 3.1.5)",
                .hint = "add an entry address tag, unless it is for UEFI only");
    else
        FAULT(j, .rule = "address-entry", .offset = at,
              .is = "an address tag, and no entry address tag",
              .must = "have an entry address tag (type 3) too",
              .why = "the ELF entry is not used with an address tag; GRUB "
                     "says \"load address tag without entry address tag\" "
                     "(Multiboot2 3.1.5)",
              .hint = "add an entry address tag, or, in an ELF file, take the "
                      "address tag out");
}

static void judge_efi_entry(struct judge *j)
{
    if (j->tag[MULTIBOOT_HEADER_TAG_EFI_BS] != 0)
        return;
    for (unsigned type = MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI32;
         type <= MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64; type++)
        if (j->tag[type] != 0)
            WARNING(j, .rule = "efi-entry", .offset = j->tag[type],
                    .number = type, .subject = TAGS[type].name,
                    .is = "tag {number} ({subject}) without tag 7 (EFI boot "
                          "services)",
                    .must = "have both, or none",
                    .why = "a loader takes the UEFI entry only if it may leave "
                           "the boot services on (Multiboot2 3.1.12)",
                    .hint = "add an EFI boot services tag: type 7, size 8");
}

static void judge_consoles(struct judge *j)
{
    uint64_t at = j->tag[MULTIBOOT_HEADER_TAG_CONSOLE_FLAGS];
    if (at == 0 || j->tag[MULTIBOOT_HEADER_TAG_FRAMEBUFFER] != 0)
        return;
    if (FIELD(j, at, multiboot_header_tag_console_flags, console_flags) ==
        MULTIBOOT_CONSOLE_FLAGS_CONSOLE_REQUIRED)
        FAULT(j, .rule = "console",
              .offset =
                  AT(at, multiboot_header_tag_console_flags, console_flags),
              .is = "a console is required, but none is supported",
              .must = "support text (console_flags 3), or have a framebuffer "
                      "tag",
              .why = "GRUB then says \"OS requires a console but none is "
                     "available\" (Multiboot2 3.1.9)",
              .hint = "set console_flags to 3");
}

/* Is there room for the image between min_addr and max_addr? Computed as GRUB
 * does. */
static void judge_room(struct judge *j)
{
    uint64_t at = j->tag[MULTIBOOT_HEADER_TAG_RELOCATABLE];
    struct range range = image(j, true);
    if (at == 0 || range.start >= range.end)
        return;
    uint64_t min_addr =
        FIELD(j, at, multiboot_header_tag_relocatable, min_addr);
    uint64_t max_addr =
        FIELD(j, at, multiboot_header_tag_relocatable, max_addr);
    uint64_t align = FIELD(j, at, multiboot_header_tag_relocatable, align);
    if (min_addr > max_addr || align == 0 || (align & (align - 1)) != 0)
        return;

    uint64_t end = end_of(align_up(min_addr, align), range.end - range.start);
    if (end > max_addr)
        FAULT(j, .rule = "relocatable",
              .offset = AT(at, multiboot_header_tag_relocatable, max_addr),
              .is = "max_addr is {found}",
              .must = "be at least {wanted}, where the image ends if it is "
                      "loaded at the lowest address that is allowed",
              .found = max_addr, .wanted = end,
              .why = "the whole image must fit between min_addr and max_addr "
                     "(Multiboot2 3.1.13; GRUB: \"invalid min/max address "
                     "and/or load size\")",
              .hint = "min_addr 0x100000 and max_addr 0xffffffff leave the "
                      "choice to the loader");
}

/* --- All of it ------------------------------------------------------------ */

static void header_facts(struct judge *j)
{
    FACT(j, .rule = "header", .offset = j->header, .is = "Multiboot2 header");
    for (uint64_t i = 0; i < j->segments; i++) {
        struct segment s = segment(j, i);
        if (s.type == PT_LOAD && j->header >= s.offset &&
            j->header - s.offset < s.filesz)
            FACT(j, .rule = "header", .offset = j->header, .label = "address",
                 .is = "{found}", .found = s.paddr + (j->header - s.offset));
    }
#define HEADER_FACT(name, text, is_decimal)                                    \
    FACT(j, .rule = "header", .offset = AT(j->header, multiboot_header, name), \
         .label = #name, .is = text,                                           \
         .found = FIELD(j, j->header, multiboot_header, name),                 \
         .decimal = is_decimal)
    HEADER_FACT(magic, "{found}", false);
    HEADER_FACT(architecture, "{found}, 32-bit x86", true);
    HEADER_FACT(header_length, "{found} bytes", true);
    HEADER_FACT(checksum, "{found}", false);
#undef HEADER_FACT
}

static void judge_image(struct judge *j)
{
    if (!j->is_flat) {
        if (j->tag[MULTIBOOT_HEADER_TAG_ADDRESS] != 0)
            return; /* its fault has been told, and ELF is not used */
        judge_elf_identity(j);
        if (!j->is_elf)
            return;
        judge_elf_header(j);
        judge_program_headers(j);
    }
    judge_segments(j);
    if (j->segments != 0) {
        judge_entries(j);
        judge_room(j);
    }
    if (j->is_elf && !j->is_flat) {
        judge_notes(j);
        if (elf(j, 0, E_TYPE) != ET_REL) {
            judge_section_table(j);
            judge_sections(j);
        }
    }
}

enum mb2_severity mb2_judge(const void *data, size_t size, mb2_report *report,
                            void *context)
{
    struct judge j = {
        .data = data, .size = size, .report = report, .context = context};

    find_elf(&j);
    find_header(&j);
    if (!j.has_header) {
        judge_missing_header(&j);
    } else {
        judge_place(&j);
        if (inside(&j, j.header, sizeof(struct multiboot_header))) {
            header_facts(&j);
            judge_architecture(&j);
            judge_tags(&j);
            judge_checksum(&j);
            judge_address_entry(&j);
            judge_efi_entry(&j);
            judge_consoles(&j);
        }
    }
    if (j.size != 0)
        judge_image(&j);
    return j.worst;
}

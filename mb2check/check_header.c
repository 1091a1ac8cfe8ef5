/* SPDX-License-Identifier: 0BSD */
/* The rules of the header: its presence, its offset and its fixed part (3.1.1,
 * 3.1.2). */
#include "checks.h"

/* The kernel and its judge share multiboot2.h: an edit of this number there
 * would otherwise mislead both. */
_Static_assert(MULTIBOOT2_HEADER_MAGIC == 0xe85250d6,
               "the magic number in multiboot2.h must be that of Multiboot2");

/* --- No header: the likely cause ------------------------------------------ */

#define WHY_SEARCH                                                             \
    "a loader searches the first 32768 bytes of the file, in steps of 8, for " \
    "the magic number (Multiboot2 3.1.1); GRUB says \"no multiboot header "    \
    "found\""
#define HINT_DROPPED                                                           \
    "the compiler or the linker dropped it: mark it __attribute__((used, "     \
    "section(\".multiboot_header\"))) and keep it in the linker script with "  \
    "KEEP(*(.multiboot_header))"

/* GRUB unpacks a file before it looks for the header. */
static bool is_compressed(struct kernel *k)
{
    if (read16(k, 0) != 0x8b1f)
        return false;
    VIOLATION(k, .rule = "compressed", .size = 2,
              .is = "the file is compressed with gzip (it begins with 1f 8b)",
              .must = "be the kernel itself, for loaders that cannot unpack",
              .why = "GRUB unpacks it, and loads the contents; they were not "
                     "judged here",
              .hint = "judge the contents: zcat FILE | mb2check -");
    return true;
}

static bool is_multiboot1(struct kernel *k)
{
    if (k->multiboot1 == k->size)
        return false;
    ERROR(k, .rule = "multiboot1", .offset = k->multiboot1, .size = 12,
          .is = "a Multiboot 1 header (magic number {found})",
          .must = "be a Multiboot2 header, whose magic number is {wanted}",
          .found = MULTIBOOT1_MAGIC, .wanted = MULTIBOOT2_HEADER_MAGIC,
          .why = "the two standards differ; GRUB's command for one does not "
                 "load the other's kernels (Multiboot2 3.1.2)",
          .hint = "load it by `multiboot` instead of `multiboot2` in "
                  "grub.cfg, or give it a Multiboot2 header");
    return true;
}

/* The bytes in the other order: e8 52 50 d6. */
static bool is_big_endian(struct kernel *k)
{
    for (uint64_t at = 0; at < MULTIBOOT_SEARCH; at++)
        if (read32(k, at) == 0xd65052e8) {
            ERROR(k, .rule = "magic", .offset = at, .size = 4,
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

/* All but the magic number: a plausible length and, with it, either the right
 * number's checksum, or the wrong number's checksum and an end tag. */
static bool header_without_magic(const struct kernel *k, uint64_t at)
{
    uint32_t architecture = FIELD(k, at, multiboot_header, architecture);
    uint32_t length = FIELD(k, at, multiboot_header, header_length);
    uint32_t checksum = FIELD(k, at, multiboot_header, checksum);
    if (length < HEADER_SIZE || length > MULTIBOOT_SEARCH ||
        architecture > MULTIBOOT_ARCHITECTURE_MIPS32)
        return false;
    return checksum == -(MULTIBOOT2_HEADER_MAGIC + architecture + length) ||
           (sum_is_zero(k, at) && end_tag_at(k, at + length - 8));
}

static bool is_mistyped(struct kernel *k)
{
    for (uint64_t at = 0; in_window(k, at); at += 4) {
        if (!header_without_magic(k, at))
            continue;
        uint32_t found = FIELD(k, at, multiboot_header, magic);
        bool loaders = found == MULTIBOOT2_BOOTLOADER_MAGIC;
        bool old = found == MULTIBOOT1_MAGIC;
        ERROR(k, .rule = "magic", PLACE(at, multiboot_header, magic),
              .is = "the header's magic number is {found}",
              .must = "be {wanted}", .found = found,
              .wanted = MULTIBOOT2_HEADER_MAGIC,
              .why = loaders
                         ? "{found} is what the loader passes to the kernel in "
                           "EAX; the header has another magic number "
                           "(Multiboot2 3.1.2, 3.3)"
                     : old ? "{found} is the number of Multiboot 1, whose "
                             "header has other fields (Multiboot2 3.1.2)"
                           : "a loader finds the header by this number "
                             "(Multiboot2 3.1.2); length and checksum are "
                             "those of a header",
              .hint = loaders || old
                          ? "use MULTIBOOT2_HEADER_MAGIC in the header"
                          : "check the magic number digit by digit, and that "
                            "nothing comes before it in its section");
        return true;
    }
    return false;
}

/* A section that is named like a header, but holds none. */
static bool is_empty_section(struct kernel *k)
{
    uint64_t number, at = section_named(k, ".multiboot", &number);
    if (at == 0)
        return false;

    uint64_t offset = elf(k, at, SH_OFFSET);
    if (elf(k, at, SH_SIZE) == 0)
        ERROR(k, .rule = "no-header", .offset = at, .number = number,
              .is = "section {number}, named like the header's, is empty",
              .must = "hold the Multiboot2 header", .why = WHY_SEARCH,
              .hint = HINT_DROPPED);
    else if (elf(k, at, SH_TYPE) == SHT_NOBITS)
        ERROR(k, .rule = "no-header", ELF_PLACE(k, at, SH_TYPE),
              .number = number,
              .is = "section {number}, named like the header's, is of type "
                    "NOBITS: it has no bytes in the file",
              .must = "be of type PROGBITS", .why = WHY_SEARCH,
              .hint = "give the header its values where it is defined, and "
                      "do not place it after .bss in the linker script");
    else if (!inside(k, offset, 4))
        CUT_OFF(k, .rule = "no-header", ELF_PLACE(k, at, SH_OFFSET),
                .number = number,
                .is = "section {number}, named like the header's, begins at "
                      "offset {found}",
                .found = offset, .why = WHY_SEARCH);
    else
        ERROR(k, .rule = "magic", .offset = offset, .size = 4, .number = number,
              .is = "section {number}, named like the header's, begins with "
                    "{found}",
              .must = "begin with {wanted}", .found = read32(k, offset),
              .wanted = MULTIBOOT2_HEADER_MAGIC, .why = WHY_SEARCH,
              .hint = "check the magic number digit by digit, and that "
                      "nothing comes before it in the section");
    return true;
}

static void check_missing_header(struct kernel *k)
{
    if (is_compressed(k) || is_big_endian(k) || is_multiboot1(k) ||
        is_mistyped(k) || is_empty_section(k))
        return;
    ERROR(k, .rule = "no-header",
          .is = k->size == 0 ? "the file is empty"
                : sections(k) > 0
                    ? "no Multiboot2 header, and no section named like one"
                    : "no Multiboot2 header",
          .must = "be a header with the magic number {wanted}",
          .wanted = MULTIBOOT2_HEADER_MAGIC, .why = WHY_SEARCH,
          .hint = k->size == 0
                      ? "the step that made it failed: look at its messages"
                  : sections(k) > 0
                      ? HINT_DROPPED
                      : "is this the kernel, or another file of that name?");
}

/* --- The header's offset and its fixed part ------------------------------- */

static void check_place(struct kernel *k)
{
    if (k->header % MULTIBOOT_HEADER_ALIGN != 0)
        ERROR(k, .rule = "header-align", .offset = k->header,
              .size = HEADER_SIZE,
              .is = "the header begins at offset {found}, which is not "
                    "a multiple of 8",
              .must = "begin at a multiple of 8, such as {wanted}",
              .found = k->header,
              .wanted = round_up(k->header, MULTIBOOT_HEADER_ALIGN),
              .why = "a loader looks at multiples of 8 only (Multiboot2 "
                     "3.1.1); GRUB says \"no multiboot header found\"",
              .hint = "__attribute__((aligned(8))) on the header, or .balign 8 "
                      "before it, and nothing before it in its section");

    if (!inside(k, k->header, HEADER_SIZE)) {
        ERROR(k, .rule = "header-length", .offset = k->header,
              .size = HEADER_SIZE, .is = "the file ends inside the header",
              .must = "hold all of the header",
              .why = "a loader reads the header from the file "
                     "(Multiboot2 3.1.1)",
              .hint = "is the file truncated? Build it again");
        return;
    }
    if (in_window(k, k->header))
        return;

    uint64_t number, at = section_with(k, k->header, &number);
    bool loaded = at == 0 || elf(k, at, SH_FLAGS) & SHF_ALLOC;
    ERROR(k, .rule = "header-window", .offset = k->header, .size = HEADER_SIZE,
          .is = "the header begins at offset {found}", .found = k->header,
          .number = number, .must = "end within the first {wanted} bytes",
          .wanted = MULTIBOOT_SEARCH,
          .why = "a loader searches no further (Multiboot2 3.1.1); GRUB says "
                 "\"no multiboot header found\"",
          .hint = loaded ? "put .multiboot_header first in the linker script, "
                           "and link with -n: pages of 2 MiB would move it "
                           "out of the window"
                         : "its section, number {number}, is not loaded, so "
                           "the linker puts it last; in assembly, give it its "
                           "flag \"a\": .section .multiboot_header, \"a\"");
}

static void check_architecture(struct kernel *k)
{
    uint32_t found = FIELD(k, k->header, multiboot_header, architecture);
    if (found == MULTIBOOT_ARCHITECTURE_I386 ||
        !inside(k, k->header, HEADER_SIZE))
        return;
    ERROR(k, .rule = "architecture",
          PLACE(k->header, multiboot_header, architecture),
          .is = found == MULTIBOOT_ARCHITECTURE_MIPS32
                    ? "the architecture is {found}, 32-bit MIPS"
                    : "the architecture is {found}",
          .must = "be {wanted}, 32-bit x86", .found = found,
          .wanted = MULTIBOOT_ARCHITECTURE_I386, .decimal = found < 10,
          .why = "it names the state in which the kernel is entered; loaders "
                 "on x86 accept only 0, also for a 64-bit kernel "
                 "(Multiboot2 3.1.2)",
          .hint = "set it to 0, and compute the checksum again");
}

/* The checksum must match the fields as they are, or as they will be once the
 * errors found in them are corrected. */
static void check_checksum(struct kernel *k)
{
    uint32_t length = FIELD(k, k->header, multiboot_header, header_length);
    uint32_t found = FIELD(k, k->header, multiboot_header, checksum);
    if (k->header_end != 0)
        length = (uint32_t)(k->header_end - k->header);
    uint32_t wanted =
        -(MULTIBOOT2_HEADER_MAGIC + MULTIBOOT_ARCHITECTURE_I386 + length);
    if (sum_is_zero(k, k->header) || !inside(k, k->header, HEADER_SIZE) ||
        (found == wanted && FIELD(k, k->header, multiboot_header,
                                  architecture) != MULTIBOOT_ARCHITECTURE_I386))
        return;
    ERROR(k, .rule = "checksum", PLACE(k->header, multiboot_header, checksum),
          .is = found == wanted
                    ? "the checksum is {found}, and does not match the length"
                    : "the checksum is {found}",
          .must = found == wanted
                      ? "match it: {found} is right once header_length is"
                      : "be {wanted}",
          .found = found, .wanted = wanted,
          .why = "magic + architecture + header_length + checksum must be 0 "
                 "in 32 bits (Multiboot2 3.1.2); GRUB says \"no multiboot "
                 "header found\"",
          .hint = "let the compiler compute it: "
                  "-(uint32_t)(magic + architecture + length)");
}

void check_header(struct kernel *k)
{
    if (!k->has_header) {
        check_missing_header(k);
        return;
    }
    check_place(k);
    header_facts(k);
    check_architecture(k);
    check_checksum(k);
}

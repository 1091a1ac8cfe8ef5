/* SPDX-License-Identifier: 0BSD */
/* How Limine, the second loader in use, treats the header and its tags, as in
 * the source of release 12. For a file that GRUB refuses there are no facts
 * about entries, so no row here is about a tag or a request that GRUB does not
 * know. */
#include "entries.h"

enum platform { BIOS = 1, UEFI = 2, BOTH = 3 };
enum when { ALWAYS, REQUIRED, TOO_LONG, NO_SCREEN, NO_ENTRY, LATE, ALIGN_0 };

#define ANY 0                              /* the last tag, of any type */
#define INFO(type) (UINT32_C(1) << (type)) /* a type of 3.6 */
#define NOT_PROVIDED                                                           \
    "no: tag 1 requires information {number}, which Limine does not provide; " \
    "make it optional"

/* clang-format off: one line for each row */
static const struct row {
    uint16_t type; /* of a tag, by its number as in the messages */
    uint32_t info; /* that it requires, as bits; 0: it need not */
    enum platform on;
    enum when when;
    const char *says; /* "no: REASON", or a remark */
} ROWS[] = {
    {ANY, 0, BOTH, TOO_LONG,
     "no: tag {number} ends after header_length; count it there"},
    {1, INFO(5) | INFO(7) | INFO(10) | INFO(18), BOTH, ALWAYS, NOT_PROVIDED},
    {1, INFO(11) | INFO(12) | INFO(17) | INFO(19) | INFO(20), BIOS, ALWAYS,
     NOT_PROVIDED},
    {1, INFO(14) | INFO(15), BOTH, ALWAYS,
     "; refused where the PC lacks that ACPI table"},
    {2, 0, BOTH, NO_ENTRY, "no: tag 2 needs an entry address tag (type 3) too"},
    {4, 0, UEFI, NO_SCREEN,
     "no: tag 4 requires a console, and UEFI has no text screen; add a "
     "framebuffer tag"},
    {5, 0, BOTH, ALWAYS, "; the screen is in graphics mode"},
    {7, 0, BOTH, REQUIRED,
     "no: tag 7 is required: Limine ends the boot services; make it optional"},
    {9, 0, BOTH, LATE, "; 7.0.3 to 9.2.1 refuse tag 9 without tag 3 before it"},
    {10, 0, BOTH, ALIGN_0, "no: tag 10 has align 0; make it 4096"},
};
/* clang-format on */

/* Which information, of some given as bits, the tag requires; 0: none. */
static uint32_t requires(const struct kernel *k, struct tag it, uint32_t info)
{
    for (uint64_t at = it.at + TAG_SIZE; at + 4 <= it.at + it.size; at += 4) {
        uint32_t type = read32(k, at);
        if (is_required(it) && type < 32 && info & INFO(type))
            return type;
    }
    return 0;
}

/* The last tag of a type, up to header_length; its `at` is 0: there is none. */
static struct tag find(const struct kernel *k, uint16_t type, uint32_t info)
{
    struct tag found = {0}, it = tag(k, k->header + HEADER_SIZE);
    for (; it.at + TAG_SIZE <= k->stated_end &&
           it.type != MULTIBOOT_HEADER_TAG_END;
         it = tag(k, next_tag(it)))
        if ((type == ANY || it.type == type) &&
            (info == 0 || requires(k, it, info)))
            found = it;
    return found;
}

static bool applies(const struct kernel *k, enum when when, struct tag it)
{
    uint64_t entry = find(k, 3, 0).at;
    bool screen = find(k, 5, 0).at != 0 || find(k, 1, INFO(8)).at != 0;
    uint32_t console =
        FIELD(k, it.at, multiboot_header_tag_console_flags, console_flags);
    uint32_t align = FIELD(k, it.at, multiboot_header_tag_relocatable, align);
    const bool holds[] = {
        [ALWAYS] = true,
        [REQUIRED] = is_required(it),
        [TOO_LONG] = it.at + it.size > k->stated_end,
        [NO_SCREEN] =
            !screen && console & MULTIBOOT_CONSOLE_FLAGS_CONSOLE_REQUIRED,
        [NO_ENTRY] = entry == 0,
        [LATE] = entry == 0 || entry > it.at,
        [ALIGN_0] = align == 0,
    };
    return holds[when];
}

static void fact(struct kernel *k, enum platform on, const char *label)
{
    struct mb2_finding it = start_at(k, find(k, 3, 0).at);
    uint64_t at = 0;
    while (at < k->header && read32(k, at) != MULTIBOOT2_HEADER_MAGIC)
        at += MULTIBOOT_HEADER_ALIGN;
    const char *no =
        !k->has_header ? "no: the file is compressed with gzip"
        : at < k->header
            ? "no: Limine stops at this magic number, before the header"
        : k->stated_end > k->size
            ? "no: header_length ends after the file; count the header alone"
            : NULL;

    for (unsigned i = 0; !no && i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        const struct row *row = &ROWS[i];
        struct tag seen = find(k, row->type, row->info);
        if (seen.at == 0 || !(row->on & on) || !applies(k, row->when, seen))
            continue;
        if (row->says[0] == ';') {
            it.subject = row->says;
            continue;
        }
        no = row->says;
        at = seen.at;
        it.number = row->info ? requires(k, seen, row->info) : seen.type;
    }
    it.label = label;
    it.is = on == BIOS
                ? "at {found}, in 32-bit mode{subject}"
                : "at {found}, in 32-bit mode, boot services ended{subject}";
    if (no) {
        it.is = no;
        it.offset = at;
        it.size = TAG_SIZE;
        it.found = 0;
    }
    tell(k, MB2_FACT, it);
}

void limine_facts(struct kernel *k)
{
    fact(k, BIOS, "Limine on BIOS");
    fact(k, UEFI, "Limine on UEFI");
}

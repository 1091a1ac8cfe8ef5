/* SPDX-License-Identifier: 0BSD */
/* What Limine, the second loader in use, makes of the header and its tags, by
 * its source as of release 12. What GRUB refuses has no entries at all: so no
 * row here is about a tag, or an information, that GRUB does not know. */
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
    uint16_t type; /* of a tag */
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
    {2, 0, BOTH, NO_ENTRY, "no: tag 2 wants an entry address tag (type 3) too"},
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
    uint64_t entry = find(k, MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS, 0).at;
    switch (when) {
    case ALWAYS:
        return true;
    case REQUIRED:
        return is_required(it);
    case TOO_LONG:
        return it.at + it.size > k->stated_end;
    case NO_SCREEN:
        return FIELD(k, it.at, multiboot_header_tag_console_flags,
                     console_flags) &
                   MULTIBOOT_CONSOLE_FLAGS_CONSOLE_REQUIRED &&
               find(k, MULTIBOOT_HEADER_TAG_FRAMEBUFFER, 0).at == 0 &&
               find(k, MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST, INFO(8)).at ==
                   0;
    case NO_ENTRY:
        return entry == 0;
    case LATE:
        return entry == 0 || entry > it.at;
    case ALIGN_0:
        return FIELD(k, it.at, multiboot_header_tag_relocatable, align) == 0;
    }
    return false;
}

static struct mb2_finding refusal(uint64_t at, uint32_t number, const char *why)
{
    return (struct mb2_finding){
        .rule = "entry", .offset = at, .size = 8, .is = why, .number = number};
}

static struct mb2_finding verdict(const struct kernel *k, enum platform on)
{
    if (!k->has_header)
        return refusal(0, 0, "no: the file is packed by gzip");
    for (uint64_t at = 0; at < k->header; at += MULTIBOOT_HEADER_ALIGN)
        if (read32(k, at) == MULTIBOOT2_HEADER_MAGIC)
            return refusal(at, 0,
                           "no: Limine stops at this magic number, before the "
                           "header");
    if (k->stated_end > k->size)
        return refusal(k->header, 0,
                       "no: header_length ends after the file; count the "
                       "header alone");

    struct mb2_finding start =
        start_at(k, find(k, MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS, 0).at);
    start.is = on == BIOS
                   ? "at {found}, in 32-bit mode{subject}"
                   : "at {found}, in 32-bit mode, boot services ended{subject}";
    for (unsigned i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        const struct row *row = &ROWS[i];
        struct tag it = find(k, row->type, row->info);
        if (it.at == 0 || !(row->on & on) || !applies(k, row->when, it))
            continue;
        if (row->says[0] == 'n')
            return refusal(it.at,
                           row->info ? requires(k, it, row->info) : it.type,
                           row->says);
        start.subject = row->says;
    }
    return start;
}

void limine_facts(struct kernel *k)
{
    for (enum platform on = BIOS; on <= UEFI; on++) {
        struct mb2_finding it = verdict(k, on);
        it.label = on == BIOS ? "Limine on BIOS" : "Limine on UEFI";
        tell(k, MB2_FACT, it);
    }
}

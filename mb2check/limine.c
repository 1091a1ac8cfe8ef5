/* SPDX-License-Identifier: 0BSD */
/* What Limine makes of the kernel, the second loader in use. Its source is read
 * as of release 12; 8.2.0 was run, on BIOS. */
#include "entries.h"

enum { BIOS = 1, UEFI = 2, BOTH = 3 };
enum when { ALWAYS, REQUIRED, NO_SCREEN, NO_ENTRY, NO_ENTRY_BEFORE, ALIGN_0 };
#define UNKNOWN (LAST_TAG + 1) /* stands for every type that does not exist */
#define NOT_PROVIDED                                                           \
    "no: information {number}, asked for at {wanted}, is required and not "    \
    "provided; make the request optional"
#define NO_ACPI "; refused where the PC lacks that ACPI table"

/* A row: a tag's type, an information request in it or 0, where, when; and what
 * is said. {number} is the type or the request, {wanted} its offset. */
/* clang-format off: one line for each row */
static const struct row {
    uint16_t type, request;
    uint8_t on;
    enum when when;
    const char *says;
} ROWS[] = {
    {1, 5, BOTH, REQUIRED, NOT_PROVIDED},  /* boot device */
    {1, 7, BOTH, REQUIRED, NOT_PROVIDED},  /* VBE */
    {1, 10, BOTH, REQUIRED, NOT_PROVIDED}, /* APM */
    {1, 18, BOTH, REQUIRED, NOT_PROVIDED}, /* EFI boot services not ended */
    {1, 11, BIOS, REQUIRED, NOT_PROVIDED}, /* EFI, from here on */
    {1, 12, BIOS, REQUIRED, NOT_PROVIDED},
    {1, 17, BIOS, REQUIRED, NOT_PROVIDED},
    {1, 19, BIOS, REQUIRED, NOT_PROVIDED},
    {1, 20, BIOS, REQUIRED, NOT_PROVIDED},
    {1, 14, BOTH, REQUIRED, NO_ACPI},
    {1, 15, BOTH, REQUIRED, NO_ACPI},
    {2, 0, BOTH, NO_ENTRY,
     "no: tag 2, at {wanted}, wants an entry address tag (type 3) with it"},
    {4, 0, UEFI, NO_SCREEN,
     "no: tag 4, at {wanted}, requires a console, and UEFI has no text screen; "
     "add a framebuffer tag"},
    {7, 0, BOTH, REQUIRED,
     "no: tag 7, at {wanted}, is required: Limine ends the boot services; make "
     "it optional"},
    {8, 0, BOTH, REQUIRED,
     "no: tag 8, at {wanted}, is required and not supported; make it optional"},
    {UNKNOWN, 0, BOTH, REQUIRED,
     "no: tag {number}, at {wanted}, is required and not known; make it "
     "optional"},
    {10, 0, BOTH, ALIGN_0,
     "no: tag 10, at {wanted}, has align 0; make it 4096"},
    {9, 0, BOTH, NO_ENTRY_BEFORE,
     "; 7.0.3 to 9.2.1 refuse tag 9 without tag 3 before it"},
    {5, 0, BOTH, ALWAYS, "; the screen is in graphics mode"},
};
/* clang-format on */

/* The tags as Limine sees them: up to header_length and no further. */
struct view {
    const struct kernel *k;
    struct tag header, now; /* the header as if a tag; the one looked at */
    uint64_t end, entry;    /* of the header; the entry address tag, or 0 */
    bool screen;            /* a framebuffer tag, or a request for type 8 */
};

static bool meets(const struct view *v, enum when when)
{
    uint64_t at = v->now.at;
    return when == REQUIRED ? is_required(v->now)
           : when == NO_SCREEN
               ? !v->screen &&
                     FIELD(v->k, at, multiboot_header_tag_console_flags,
                           console_flags) &
                         MULTIBOOT_CONSOLE_FLAGS_CONSOLE_REQUIRED
           : when == NO_ENTRY        ? v->entry == 0
           : when == NO_ENTRY_BEFORE ? v->entry == 0 || v->entry > at
           : when == ALIGN_0
               ? FIELD(v->k, at, multiboot_header_tag_relocatable, align) == 0
               : true;
}

/* Sets `now` to the next tag; false behind the last one. */
static bool step(struct view *v)
{
    v->now = tag(v->k, next_tag(v->now));
    return v->now.at + TAG_SIZE <= v->end && v->now.size != 0 &&
           v->now.type != MULTIBOOT_HEADER_TAG_END;
}

/* Where the request is in the tag; without a request the tag itself; or 0. */
static uint64_t find(const struct view *v, uint16_t type, uint16_t request)
{
    uint64_t at = v->now.at, end = at + v->now.size;
    if ((v->now.type <= LAST_TAG ? v->now.type : UNKNOWN) != type)
        return 0;
    if (request == 0)
        return at;
    for (at += TAG_SIZE; at + 4 <= end; at += 4)
        if (read32(v->k, at) == request)
            return at;
    return 0;
}

static struct mb2_finding verdict(struct kernel *k, struct view v, uint8_t on)
{
    const char *remark = "";
    for (v.now = v.header; step(&v);)
        for (unsigned i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
            const struct row *row = &ROWS[i];
            uint64_t at = find(&v, row->type, row->request);
            if (!(row->on & on) || at == 0 || !meets(&v, row->when))
                continue;
            if (row->says[0] != ';')
                return (struct mb2_finding){
                    .offset = at,
                    .size = row->request ? 4 : TAG_SIZE,
                    .is = row->says,
                    .wanted = at,
                    .number = row->request ? row->request : v.now.type};
            remark = row->says;
        }
    struct start start = start_at(k, v.entry);
    return (struct mb2_finding){
        .offset = start.offset,
        .size = start.size,
        .found = start.address,
        .subject = remark,
        .is = on == BIOS
                  ? "at {found}, in 32-bit mode{subject}"
                  : "at {found}, in 32-bit mode, boot services ended{subject}"};
}

/* Of the whole header: the first magic number counts, whatever comes after. */
static const char *refuses_header(struct view *v)
{
    const struct kernel *k = v->k;
    uint64_t at = 0;
    while (in_window(k, at) && read32(k, at) != MULTIBOOT2_HEADER_MAGIC)
        at += MULTIBOOT_HEADER_ALIGN;
    v->header = v->now = (struct tag){.at = at, .size = HEADER_SIZE};
    v->end = at + FIELD(k, at, multiboot_header, header_length);
    if (!sum_is_zero(k, at))
        return "no: the magic number at {wanted} has a wrong checksum, and "
               "Limine looks no further";
    if (v->end > k->size)
        return "no: header_length, of the header at {wanted}, ends after the "
               "file";
    while (step(v)) {
        if (v->now.at + v->now.size > v->end)
            return "no: the tag at {wanted} ends after header_length";
        if (v->now.type == MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS)
            v->entry = v->now.at;
        v->screen |= find(v, 5, 0) != 0 || find(v, 1, 8) != 0;
    }
    return NULL;
}

void limine_facts(struct kernel *k)
{
    struct view v = {.k = k};
    const char *no = refuses_header(&v);
    struct mb2_finding refused = {
        .offset = v.now.at, .size = 8, .is = no, .wanted = v.now.at};
    for (uint8_t on = BIOS; on <= UEFI; on++) {
        struct mb2_finding it = no ? refused : verdict(k, v, on);
        it.rule = "entry";
        it.label = on == BIOS ? "Limine on BIOS" : "Limine on UEFI";
        tell(k, MB2_FACT, it);
    }
}

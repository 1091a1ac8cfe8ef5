/* SPDX-License-Identifier: 0BSD */
/* What Limine makes of the kernel, the second loader in use. Its source is read
 * as of release 12; 8.2.0 was run, on BIOS. */
#include "entries.h"

enum { BIOS = 1, UEFI = 2, BOTH = 3 };
#define UNKNOWN (LAST_TAG + 1) /* stands for every type that does not exist */

/* The tags as Limine sees them: up to header_length and no further. */
struct view {
    const struct kernel *k;
    uint64_t header, end;
    uint64_t tag[LAST_TAG + 2]; /* offset of the last of each type, or 0 */
    struct tag now;             /* the one that is looked at */
    bool asks_screen;           /* an information request for type 8 */
};

/* --- What it looks at ----------------------------------------------------- */

static bool required(const struct view *v)
{
    return is_required(v->now);
}

static bool console_without_screen(const struct view *v)
{
    return FIELD(v->k, v->now.at, multiboot_header_tag_console_flags,
                 console_flags) &
               MULTIBOOT_CONSOLE_FLAGS_CONSOLE_REQUIRED &&
           v->tag[MULTIBOOT_HEADER_TAG_FRAMEBUFFER] == 0 && !v->asks_screen;
}

static bool no_entry_tag(const struct view *v)
{
    return v->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS] == 0;
}

static bool entry_tag_late(const struct view *v)
{
    return no_entry_tag(v) ||
           v->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS] > v->now.at;
}

static bool align_0(const struct view *v)
{
    return FIELD(v->k, v->now.at, multiboot_header_tag_relocatable, align) == 0;
}

static bool always(const struct view *v)
{
    (void)v;
    return true;
}

/* --- Why it refuses a kernel, and what else there is to say --------------- */

/* A row: a tag's type, an information request in it or 0, where, when; and what
 * is said. {number} is the type or the request, {wanted} its offset. */
#define NOT_PROVIDED                                                           \
    "no: information {number}, asked for at {wanted}, is required and not "    \
    "provided; make the request optional"
#define NO_ACPI "; refused where the PC lacks that ACPI table"

/* clang-format off: one line for each row */
static const struct row {
    uint16_t type, request;
    uint8_t on;
    bool (*when)(const struct view *v);
    const char *says;
} ROWS[] = {
    {1, 5, BOTH, required, NOT_PROVIDED},  /* boot device */
    {1, 7, BOTH, required, NOT_PROVIDED},  /* VBE */
    {1, 10, BOTH, required, NOT_PROVIDED}, /* APM */
    {1, 18, BOTH, required, NOT_PROVIDED}, /* EFI boot services not ended */
    {1, 11, BIOS, required, NOT_PROVIDED}, /* EFI, from here on */
    {1, 12, BIOS, required, NOT_PROVIDED},
    {1, 17, BIOS, required, NOT_PROVIDED},
    {1, 19, BIOS, required, NOT_PROVIDED},
    {1, 20, BIOS, required, NOT_PROVIDED},
    {1, 14, BOTH, required, NO_ACPI},
    {1, 15, BOTH, required, NO_ACPI},
    {2, 0, BOTH, no_entry_tag,
     "no: tag 2, at {wanted}, wants an entry address tag (type 3) with it"},
    {4, 0, UEFI, console_without_screen,
     "no: tag 4, at {wanted}, requires a console, and UEFI has no text screen; "
     "add a framebuffer tag"},
    {7, 0, BOTH, required,
     "no: tag 7, at {wanted}, is required: Limine ends the boot services; make "
     "it optional"},
    {8, 0, BOTH, required,
     "no: tag 8, at {wanted}, is required and not supported; make it optional"},
    {UNKNOWN, 0, BOTH, required,
     "no: tag {number}, at {wanted}, is required and not known; make it "
     "optional"},
    {10, 0, BOTH, align_0,
     "no: tag 10, at {wanted}, has align 0; make it 4096"},
    {9, 0, BOTH, entry_tag_late,
     "; 7.0.3 to 9.2.1 refuse tag 9 without tag 3 before it"},
    {5, 0, BOTH, always, "; the screen is in graphics mode"},
};
/* clang-format on */

/* --- Its walk ------------------------------------------------------------- */

static void say(struct kernel *k, uint8_t on, struct mb2_finding finding)
{
    finding.rule = "entry";
    finding.label = on == BIOS ? "Limine on BIOS" : "Limine on UEFI";
    tell(k, MB2_FACT, finding);
}
#define SAY(k, on, ...) say(k, on, (struct mb2_finding){__VA_ARGS__})

/* Sets `now` to the next tag; false behind the last one. */
static bool step(struct view *v, bool first)
{
    v->now = tag(v->k, first ? v->header + HEADER_SIZE : next_tag(v->now));
    return v->now.at + TAG_SIZE <= v->end && v->now.size != 0 &&
           v->now.type != MULTIBOOT_HEADER_TAG_END;
}

/* Is the request in the tag, at *at? Without a request it is the tag itself. */
static bool holds(const struct view *v, const struct row *row, uint64_t *at)
{
    uint16_t type = v->now.type <= LAST_TAG ? v->now.type : UNKNOWN;
    *at = v->now.at;
    if (type != row->type || row->request == 0)
        return type == row->type;
    for (*at += TAG_SIZE; *at + 4 <= v->now.at + v->now.size; *at += 4)
        if (read32(v->k, *at) == row->request)
            return true;
    return false;
}

static void limine_fact(struct kernel *k, struct view v, uint8_t on)
{
    const char *remark = "";
    for (bool more = step(&v, true); more; more = step(&v, false))
        for (unsigned i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
            uint64_t at;
            const struct row *row = &ROWS[i];
            if (!(row->on & on) || !holds(&v, row, &at) || !row->when(&v))
                continue;
            if (row->says[0] == ';') {
                remark = row->says;
                continue;
            }
            SAY(k, on, .offset = at, .size = row->request ? 4 : TAG_SIZE,
                .is = row->says, .wanted = at,
                .number = row->request ? row->request : v.now.type);
            return;
        }

    struct start start = start_at(k, v.tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS]);
    SAY(k, on, .offset = start.offset, .size = start.size,
        .found = start.address, .subject = remark,
        .is = on == BIOS
                  ? "at {found}, in 32-bit mode{subject}"
                  : "at {found}, in 32-bit mode, boot services ended{subject}");
}

/* Of the whole header: the first magic number counts, whatever comes after. */
static const char *refuses_header(struct view *v)
{
    const struct kernel *k = v->k;
    while (in_window(k, v->header) &&
           read32(k, v->header) != MULTIBOOT2_HEADER_MAGIC)
        v->header += MULTIBOOT_HEADER_ALIGN;
    v->end = v->header + FIELD(k, v->header, multiboot_header, header_length);
    v->now.at = v->header;
    if (!sum_is_zero(k, v->header))
        return "no: the magic number at {wanted} has a wrong checksum, and "
               "Limine looks no further";
    if (v->end > k->size)
        return "no: header_length, of the header at {wanted}, ends after the "
               "file";
    for (bool more = step(v, true); more; more = step(v, false)) {
        uint16_t type = v->now.type <= LAST_TAG ? v->now.type : UNKNOWN;
        if (v->now.at + v->now.size > v->end)
            return "no: the tag at {wanted} ends after header_length";
        v->tag[type] = v->now.at;
        const struct row screen = {1, 8, BOTH, always, NULL};
        uint64_t at;
        v->asks_screen |= holds(v, &screen, &at);
    }
    return NULL;
}

void limine_facts(struct kernel *k)
{
    struct view v = {.k = k};
    const char *no = refuses_header(&v);
    for (uint8_t on = BIOS; on <= UEFI; on++)
        if (no)
            SAY(k, on, .offset = v.now.at, .size = 8, .is = no,
                .wanted = v.now.at);
        else
            limine_fact(k, v, on);
}

/* SPDX-License-Identifier: 0BSD */
/* The header's tags: walked as GRUB walks them, one by one (3.1.3 to 3.1.13),
 * and what one says about another. */
#include "internal.h"

/* --- The types that exist ------------------------------------------------- */

/* A value that has a name. */
struct meaning {
    uint32_t value;
    const char *text;
};

struct field {
    const char *name;
    uint8_t offset;
    bool decimal;
    struct meaning meanings[3]; /* as many as have a text */
};

/* clang-format off: one line for each type and each field */
#define KIND(name, section, type)                                              \
    name, "Multiboot2 " section, sizeof(struct multiboot_header_tag##type)
#define FIELD_IN(type, name)                                                   \
#name, offsetof(struct multiboot_header_tag_##type, name)
#define HEX(type, name) FIELD_IN(type, name), false
#define DECIMAL(type, name) FIELD_IN(type, name), true

static const struct kind {
    const char *name, *section;
    uint32_t size;
    struct field fields[4];
} KINDS[LAST_TAG + 1] = {
    {KIND("end", "3.1.3", ), {{0}}},
    {KIND("information request", "3.1.4", _information_request), {{0}}},
    {KIND("address", "3.1.5", _address),
     {{HEX(address, header_addr), {{0}}},
      {HEX(address, load_addr),
       {{MULTIBOOT_LOAD_ADDR_FILE, "{found}, the file's beginning"}}},
      {HEX(address, load_end_addr), {{0, "0, the file's end"}}},
      {HEX(address, bss_end_addr), {{0, "0, nothing to clear"}}}}},
    {KIND("entry address", "3.1.6", _entry_address),
     {{HEX(entry_address, entry_addr), {{0}}}}},
    {KIND("console flags", "3.1.9", _console_flags),
     {{HEX(console_flags, console_flags),
       {{1, "1, a console is required"},
        {2, "2, text is supported"},
        {3, "3, a console is required, text is supported"}}}}},
    {KIND("framebuffer", "3.1.10", _framebuffer),
     {{DECIMAL(framebuffer, width), {{0, "0, any"}}},
      {DECIMAL(framebuffer, height), {{0, "0, any"}}},
      {DECIMAL(framebuffer, depth), {{0, "0, any"}}}}},
    {KIND("module alignment", "3.1.11", ), {{0}}},
    {KIND("EFI boot services", "3.1.12", ), {{0}}},
    {KIND("EFI i386 entry address", "3.1.7", _entry_address),
     {{HEX(entry_address, entry_addr), {{0}}}}},
    {KIND("EFI amd64 entry address", "3.1.8", _entry_address),
     {{HEX(entry_address, entry_addr), {{0}}}}},
    {KIND("relocatable", "3.1.13", _relocatable),
     {{HEX(relocatable, min_addr), {{0}}},
      {HEX(relocatable, max_addr), {{0}}},
      {HEX(relocatable, align), {{0}}},
      {HEX(relocatable, preference),
       {{0, "0, none"}, {1, "1, lowest address"}, {2, "2, highest address"}}}}},
};
/* clang-format on */

static const struct kind UNKNOWN = {KIND("unknown", "3.1.3", ), {{0}}};

/* The types of 3.6, of what the loader hands to the kernel: a kernel may ask
 * for them, and their numbers are often mistaken for those of header tags. */
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
#define INFORMATION_SMBIOS 13

/* --- A tag ---------------------------------------------------------------- */

/* The three fields that begin a tag, and where it is. */
struct tag {
    uint64_t at;
    uint16_t type, flags;
    uint32_t size;
};
#define TAG_SIZE sizeof(struct multiboot_header_tag)

static struct tag tag(const struct judge *j, uint64_t at)
{
    return (struct tag){
        .at = at,
        .type = read16(j, AT(at, multiboot_header_tag, type)),
        .flags = read16(j, AT(at, multiboot_header_tag, flags)),
        .size = FIELD(j, at, multiboot_header_tag, size),
    };
}

static const struct kind *kind(struct tag it)
{
    return it.type <= LAST_TAG ? &KINDS[it.type] : &UNKNOWN;
}

static bool is_required(struct tag it)
{
    return !(it.flags & MULTIBOOT_HEADER_TAG_OPTIONAL);
}

static bool size_is_right(struct tag it)
{
    if (it.type == MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST)
        return it.size >= kind(it)->size && it.size % 4 == 0;
    if (it.type <= LAST_TAG)
        return it.size == kind(it)->size;
    return it.size >= kind(it)->size;
}

/* Is there a tag at `at`, and not the middle of one, or code? */
static bool believable(const struct judge *j, uint64_t at)
{
    struct tag it = tag(j, at);
    return inside(j, at, TAG_SIZE) && it.type <= LAST_TAG &&
           it.flags <= MULTIBOOT_HEADER_TAG_OPTIONAL && size_is_right(it);
}

bool end_tag_at(const struct judge *j, uint64_t at)
{
    return believable(j, at) && tag(j, at).type == MULTIBOOT_HEADER_TAG_END;
}

/* --- The walk ------------------------------------------------------------- */

/* Where the tags are looked for. */
struct walk {
    uint64_t stated_end; /* header_length says: after the end tag */
    uint64_t limit;      /* of the file, or of what a loader reads of it */
};

/* Where GRUB looks for the next tag, with 32 bits as GRUB has them. */
static uint64_t next_tag(struct tag it)
{
    return it.at + ((it.size + (MULTIBOOT_TAG_ALIGN - 1)) &
                    ~(uint32_t)(MULTIBOOT_TAG_ALIGN - 1));
}

/* Does GRUB pass over it, or stop there, content? */
static bool is_accepted(const struct judge *j, uint64_t at, struct walk walk)
{
    struct tag it = tag(j, at);
    bool known = it.type <= LAST_TAG &&
                 it.type != MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI32;
    return at + TAG_SIZE <= walk.limit && (known || !is_required(it));
}

static void judge_no_end(struct judge *j, uint64_t at, struct walk walk)
{
    uint64_t length = walk.stated_end - j->header;
    if (walk.stated_end > walk.limit)
        FAULT(j, .rule = "header-length",
              PLACE(j->header, multiboot_header, header_length),
              .is = "header_length is {found}, and no end tag is before that",
              .must = "be at most {wanted}: {subject}", .found = length,
              .wanted = walk.limit - j->header, .decimal = true,
              .subject = walk.limit == j->size
                             ? "there the file ends"
                             : "there the first 32768 bytes end",
              .why = "all of the header is in the part of the file that a "
                     "loader reads; what it finds after that is chance "
                     "(Multiboot2 3.1.1)",
              .hint = "is the file cut off? Is it the length in bytes?");
    else
        FAULT(j, .rule = "tag-end", .offset = at, .is = "no end tag",
              .must = "be an end tag after the last tag: type 0, flags 0, "
                      "size 8",
              .why = "without it a loader takes what follows for tags: code, "
                     "or whatever is in memory (Multiboot2 3.1.3)",
              .hint = "add {0, 0, 8}, and count its 8 bytes in header_length");
}

/* GRUB refuses what it finds at `at`. Why? Size and padding of `before` may be
 * to blame, the tag that is before it; before.at is 0 if there is none. */
static void judge_refused(struct judge *j, uint64_t at, struct tag before,
                          struct walk walk)
{
    struct tag it = tag(j, at);
    uint64_t early = at - 4, late = at + 4;
    bool is_early = before.at != 0 && early > before.at && believable(j, early);

    if (at + TAG_SIZE > walk.limit)
        judge_no_end(j, at, walk);
    else if (!believable(j, at) && (is_early || believable(j, late)))
        FAULT(j, .rule = "tag-align", .offset = is_early ? early : late,
              .size = TAG_SIZE,
              .is = tag(j, is_early ? early : late).type ==
                            MULTIBOOT_HEADER_TAG_END
                        ? "the end tag begins {found} bytes after the header's "
                          "beginning"
                        : "a tag begins {found} bytes after the header's "
                          "beginning",
              .must = "begin {wanted} bytes after it, at a multiple of 8",
              .found = (is_early ? early : late) - j->header,
              .wanted = at - j->header, .decimal = true, .number = it.type,
              .why = "a loader looks for each tag at the next multiple of 8; "
                     "there GRUB reads a tag of type {number}: \"unsupported "
                     "tag\" (Multiboot2 3.1.3)",
              .hint = is_early ? "pad the tag before it to a multiple of 8 "
                                 "bytes (.balign 8, or _Alignas(8)); its size "
                                 "field stays as it is"
                               : "take out the 4 bytes before it");
    else if (at >= walk.stated_end && !believable(j, at))
        judge_no_end(j, walk.stated_end, walk);
    else if (it.type <= MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI32)
        FAULT(j, .rule = "tag-unsupported", .offset = at, .size = TAG_SIZE,
              .is = "tag 8 (EFI i386 entry address) is required",
              .must = "carry flags = 1, or not be there",
              .why = "GRUB has no code for it, by BIOS nor by UEFI: "
                     "\"unsupported tag: 0x8\" (Multiboot2 3.1.7)",
              .hint = "set its flags to 1, and GRUB passes it over. If a "
                      "framebuffer was meant: that is type 5 here, and type 8 "
                      "only in what the loader hands to the kernel (3.6)");
    else
        FAULT(j, .rule = "tag-unknown", .offset = at, .size = TAG_SIZE,
              .is =
                  it.type <= MULTIBOOT_TAG_TYPE_LOAD_BASE_ADDR
                      ? "a required tag of type {number}, which in a header "
                        "does not exist"
                      : "a required tag of type {number}, which does not exist",
              .must = "be a type from 0 to 10, or carry flags = 1",
              .number = it.type,
              .subject = it.type <= MULTIBOOT_TAG_TYPE_LOAD_BASE_ADDR
                             ? INFORMATION[it.type]
                             : "",
              .why = "a loader refuses a kernel that requires what it does not "
                     "know; GRUB says \"unsupported tag\" (Multiboot2 3.1.3)",
              .hint = it.type <= MULTIBOOT_TAG_TYPE_LOAD_BASE_ADDR
                          ? "type {number} ({subject}) is one of 3.6, what the "
                            "loader hands to the kernel; to ask for it, put "
                            "{number} into an information request tag (type 1)"
                          : "does a tag before it have the wrong size, or no "
                            "padding to 8 bytes?");
}

/* --- One tag -------------------------------------------------------------- */

static void tag_facts(struct judge *j, struct tag it, struct walk walk)
{
    const struct kind *k = kind(it);
    FACT(j, .rule = "tag", .offset = it.at, .size = it.size,
         .section = k->section, .number = it.type, .subject = k->name,
         .is = it.type == MULTIBOOT_HEADER_TAG_END ? "tag {number}: {subject}"
               : is_required(it) ? "tag {number}: {subject}, required"
                                 : "tag {number}: {subject}, optional");
    FACT(j, .rule = "tag", .offset = AT(it.at, multiboot_header_tag, type),
         .size = 2, .section = k->section, .label = "type", .is = "{found}",
         .found = it.type, .decimal = true);
    FACT(j, .rule = "tag", .offset = AT(it.at, multiboot_header_tag, flags),
         .size = 2, .section = k->section, .label = "flags",
         .is = it.type == MULTIBOOT_HEADER_TAG_END ? "{found}"
               : is_required(it)                   ? "{found}, required"
                                                   : "{found}, optional",
         .found = it.flags);
    FACT(j, .rule = "tag", PLACE(it.at, multiboot_header_tag, size),
         .section = k->section, .label = "size", .is = "{found} bytes",
         .found = it.size, .decimal = true);

    for (unsigned i = 0; i < 4 && k->fields[i].name; i++) {
        const struct field *f = &k->fields[i];
        uint32_t value = read32(j, it.at + f->offset);
        const char *text = "{found}";
        for (unsigned m = 0; m < 3 && f->meanings[m].text; m++)
            if (f->meanings[m].value == value)
                text = f->meanings[m].text;
        FACT(j, .rule = "tag", .offset = it.at + f->offset, .size = 4,
             .section = k->section, .label = f->name, .is = text,
             .found = value, .decimal = f->decimal);
    }
    if (it.size % MULTIBOOT_TAG_ALIGN != 0 && next_tag(it) <= walk.limit)
        FACT(j, .rule = "tag", .offset = it.at + it.size,
             .size = next_tag(it) - it.at - it.size, .label = "padding",
             .section = "Multiboot2 3.1.3", .is = "{found} bytes",
             .found = next_tag(it) - it.at - it.size, .decimal = true);
}

/* Returns whether GRUB can go on from it. */
static bool judge_size(struct judge *j, struct tag it, struct walk walk)
{
    const struct kind *k = kind(it);
    bool is_request = it.type == MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST;
    bool right = size_is_right(it);
    bool stands = next_tag(it) == it.at; /* and so would the walk, for ever */
    bool runs_out = is_request && is_required(it) && it.size < k->size;
    bool ends_inside =
        it.at >= walk.stated_end || it.at + it.size <= walk.stated_end ||
        walk.stated_end > walk.limit || believable(j, next_tag(it));
    struct tag next = tag(j, next_tag(it));
    bool next_stands =
        next.type != MULTIBOOT_HEADER_TAG_END && next_tag(next) == next.at;
    bool goes_on = !stands && !next_stands && !runs_out &&
                   is_accepted(j, next_tag(it), walk);

    if (right && ends_inside && !stands)
        return true;
    TELL(j, goes_on ? MB2_BREACH : MB2_FAULT, .rule = "tag-size",
         PLACE(it.at, multiboot_header_tag, size), .number = it.type,
         .subject = k->name, .section = k->section, .decimal = true,
         .found = it.size, .wanted = right ? walk.stated_end : k->size,
         .is = right ? "tag {number} ({subject}) has {found} bytes, and would "
                       "end after the header"
                     : "the size of tag {number} ({subject}) is {found}",
         .must = right ? "end inside the header, which ends at offset {wanted}"
                 : is_request         ? "be {wanted} and 4 for each request"
                 : it.type > LAST_TAG ? "be at least {wanted}"
                                      : "be {wanted}",
         .why = stands ? "a loader finds the next tag by it, and GRUB looks "
                         "for it here for ever ({section})"
                : runs_out ? "GRUB then takes what follows for requests: "
                             "\"unsupported information tag\" ({section})"
                : goes_on  ? "a loader finds the tag's fields, and the next "
                             "tag, by it; GRUB finds a next tag there "
                             "({section})"
                           : "a loader finds the next tag by it, and there is "
                             "none there ({section})",
         .hint = "size counts the type, flags and size fields and what "
                 "follows them, without the padding after the tag");
    return goes_on;
}

static void judge_end(struct judge *j, struct tag it, struct walk walk)
{
    uint64_t length = walk.stated_end - j->header;

    if (it.size == 0 && end_tag_at(j, it.at + 4)) {
        BREACH(j, .rule = "tag-align", .offset = it.at + 4, .size = TAG_SIZE,
               .is = "the end tag begins {found} bytes after the header's "
                     "beginning",
               .must = "begin {wanted} bytes after it, at a multiple of 8",
               .found = it.at + 4 - j->header, .wanted = it.at - j->header,
               .decimal = true,
               .why = "a loader looks for each tag at the next multiple of 8; "
                      "GRUB takes the zeros there for an end tag, another "
                      "loader may not (Multiboot2 3.1.3)",
               .hint = "take out the 4 bytes before the end tag");
        return;
    }
    if (it.at >= walk.stated_end && it.size == 0) {
        BREACH(j, .rule = "tag-end", .offset = it.at, .size = TAG_SIZE,
               .is = "no end tag, and zeros after the header",
               .must = "be an end tag after the last tag: type 0, flags 0, "
                       "size 8",
               .why = "GRUB takes the zeros for an end tag; another loader "
                      "may not (Multiboot2 3.1.3)",
               .hint = "add {0, 0, 8}, and count its 8 bytes in header_length");
        return;
    }
#define END_BREACH(field, bytes, value, right)                                 \
    BREACH(j, .rule = "tag-end",                                               \
           .offset = AT(it.at, multiboot_header_tag, field), .size = bytes,    \
           .is = "the end tag's " #field " is {found}", .must = "be {wanted}", \
           .found = value, .wanted = right, .decimal = true,                   \
           .why = "an end tag is type 0, flags 0, size 8; GRUB looks at its "  \
                  "type alone (Multiboot2 3.1.3)",                             \
           .hint = "write the last tag as {0, 0, 8}")
    if (it.flags != 0)
        END_BREACH(flags, 2, it.flags, 0);
    if (it.size != TAG_SIZE)
        END_BREACH(size, 4, it.size, TAG_SIZE);
#undef END_BREACH

    j->header_end = it.at + TAG_SIZE;
    if (j->header_end < walk.stated_end && walk.stated_end <= walk.limit &&
        believable(j, j->header_end))
        BREACH(j, .rule = "tag-after-end", .offset = j->header_end,
               .size = TAG_SIZE,
               .is = "a tag of type {number} after the end tag",
               .must = "be nothing", .number = tag(j, j->header_end).type,
               .why = "the end tag is the last; GRUB reads no further, and "
                      "does not see it (Multiboot2 3.1.3)",
               .hint = "move the end tag {0, 0, 8} to the end");
    else if (j->header_end != walk.stated_end)
        BREACH(j, .rule = "header-length",
               PLACE(j->header, multiboot_header, header_length),
               .is = "header_length is {found}",
               .must = "be {wanted}: all bytes up to the end tag's end",
               .found = length, .wanted = j->header_end - j->header,
               .decimal = true,
               .why = "it counts the whole header, tags and padding included; "
                      "GRUB does not look at it, other loaders do "
                      "(Multiboot2 3.1.2)",
               .hint = "let the compiler count: sizeof, or header_end - "
                       "header_start. Then compute the checksum anew");
}

static void judge_head(struct judge *j, struct tag it)
{
    const struct kind *k = kind(it);

    if (it.flags > MULTIBOOT_HEADER_TAG_OPTIONAL)
        BREACH(j, .rule = "tag-flags",
               .offset = AT(it.at, multiboot_header_tag, flags), .size = 2,
               .is = "the flags of tag {number} ({subject}) are {found}",
               .must = "be 0, required, or 1, optional", .number = it.type,
               .subject = k->name, .found = it.flags,
               .why = "bit 0 alone has a meaning: a loader that does not know "
                      "the tag may pass it over; GRUB does not look at the "
                      "others (Multiboot2 3.1.3)",
               .hint = "are type and flags 16 bits wide each, in this order?");
    if (it.type > LAST_TAG)
        return;
    if (j->tag[it.type] != 0 &&
        it.type != MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST)
        BREACH(j, .rule = "tag-duplicate", .offset = it.at, .size = TAG_SIZE,
               .is = "a second tag of type {number} ({subject}); the one "
                     "before it is at offset {found}",
               .must = "be one tag", .number = it.type, .subject = k->name,
               .found = j->tag[it.type],
               .why = "they contradict each other or say the same: GRUB takes "
                      "the last, another loader may take the first "
                      "(Multiboot2 3.1.3)",
               .hint = "remove one of them");
    if (inside(j, it.at, k->size))
        j->tag[it.type] = it.at;
}

static void judge_requests(struct judge *j, struct tag it, struct walk walk)
{
    for (uint64_t at = it.at + TAG_SIZE;
         at + 4 <= it.at + it.size && at + 4 <= walk.limit; at += 4) {
        uint32_t wish = read32(j, at);
        bool exists = wish <= MULTIBOOT_TAG_TYPE_LOAD_BASE_ADDR;
        FACT(j, .rule = "tag", .offset = at, .size = 4, .label = "request",
             .section = "Multiboot2 3.1.4", .found = wish, .decimal = true,
             .is = exists ? "{found}, {subject}" : "{found}, unknown",
             .subject = exists ? INFORMATION[wish] : "");
        if ((!exists || wish == INFORMATION_SMBIOS) && is_required(it)) {
            FAULT(j, .rule = "request", .offset = at, .size = 4,
                  .is = exists ? "information {found} ({subject}) is required"
                               : "information {found} is required, which does "
                                 "not exist",
                  .must = exists ? "be asked for with flags = 1"
                                 : "be at most {wanted}",
                  .found = wish, .wanted = MULTIBOOT_TAG_TYPE_LOAD_BASE_ADDR,
                  .subject = exists ? INFORMATION[wish] : "", .decimal = true,
                  .why = exists ? "GRUB has it, but refuses to promise it: "
                                  "\"unsupported information tag: 0xd\" "
                                  "(Multiboot2 3.1.4)"
                                : "GRUB says \"unsupported information tag\" "
                                  "(Multiboot2 3.1.4)",
                  .hint = exists ? "put it into an information request tag of "
                                   "its own, with flags = 1"
                                 : "ask for what section 3.6 lists, or set "
                                   "flags = 1");
            return; /* the others have the same cause */
        }
    }
}

static void judge_relocatable(struct judge *j, uint64_t at)
{
#define RELOCATABLE(field) FIELD(j, at, multiboot_header_tag_relocatable, field)
    uint32_t min_addr = RELOCATABLE(min_addr);
    uint32_t max_addr = RELOCATABLE(max_addr);
    uint32_t align = RELOCATABLE(align);
    uint32_t preference = RELOCATABLE(preference);
#undef RELOCATABLE

    if (min_addr > max_addr)
        FAULT(j, .rule = "relocatable",
              PLACE(at, multiboot_header_tag_relocatable, min_addr),
              .is = "min_addr is {found}",
              .must = "be at most max_addr, which is {wanted}",
              .found = min_addr, .wanted = max_addr,
              .why = "between the two the loader looks for a place "
                     "(Multiboot2 3.1.13); GRUB says \"invalid min/max "
                     "address and/or load size\"",
              .hint = "are the two swapped?");
    if (align == 0 || (align & (align - 1)) != 0)
        BREACH(j, .rule = "relocatable",
               PLACE(at, multiboot_header_tag_relocatable, align),
               .is = "align is {found}", .must = "be a power of two",
               .found = align,
               .why = "the load address is a multiple of it (Multiboot2 "
                      "3.1.13); GRUB loads the kernel at an address that is "
                      "none",
               .hint = "4096, a page, is the usual value");
    if (preference > MULTIBOOT_LOAD_PREFERENCE_HIGH)
        BREACH(j, .rule = "relocatable",
               PLACE(at, multiboot_header_tag_relocatable, preference),
               .is = "preference is {found}",
               .must = "be 0, none, 1, the lowest address, or 2, the highest",
               .found = preference,
               .why = "no other value has a meaning; GRUB takes it for 0 "
                      "(Multiboot2 3.1.13)",
               .hint = "is a field missing before it?");
}

/* The fields of tags that can be judged by themselves. */
static void judge_fields(struct judge *j, struct tag it, struct walk walk)
{
    if (it.type == MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST)
        judge_requests(j, it, walk);
    else if (it.type == MULTIBOOT_HEADER_TAG_CONSOLE_FLAGS) {
        uint32_t flags =
            FIELD(j, it.at, multiboot_header_tag_console_flags, console_flags);
        if (flags & MULTIBOOT_CONSOLE_FLAGS_CONSOLE_REQUIRED)
            j->console_required = true;
        if (!(flags & MULTIBOOT_CONSOLE_FLAGS_EGA_TEXT_SUPPORTED))
            j->console_without_text = true;
    } else if (it.type == MULTIBOOT_HEADER_TAG_FRAMEBUFFER)
        WARNING(j, .rule = "framebuffer", .offset = it.at, .size = it.size,
                .is = "a framebuffer tag",
                .must = "be there only if the kernel draws pixels",
                .why = "GRUB then switches a BIOS machine to graphics, and "
                       "text written to 0xb8000 is not seen "
                       "(Multiboot2 3.1.10)",
                .hint = "for a text screen, leave the tag out; if the kernel "
                        "draws pixels: mb2check --ignore framebuffer");
}

/* Walks the tags as GRUB does, to the end tag; what follows the first fault of
 * their structure would be guesswork. */
void judge_tags(struct judge *j)
{
    struct walk walk = {
        .stated_end =
            j->header + FIELD(j, j->header, multiboot_header, header_length),
        .limit = j->size};
    uint64_t window = in_window(j, j->header) ? MULTIBOOT_SEARCH
                                              : j->header + MULTIBOOT_SEARCH;
    if (walk.limit > window)
        walk.limit = window;

    struct tag before = {0};
    uint64_t at = j->header + sizeof(struct multiboot_header);
    if (!inside(j, j->header, sizeof(struct multiboot_header)))
        return;
    for (;;) {
        if (!is_accepted(j, at, walk)) {
            judge_refused(j, at, before, walk);
            return;
        }
        struct tag it = tag(j, at);
        if (at < walk.stated_end || believable(j, at))
            tag_facts(j, it, walk);
        if (it.type == MULTIBOOT_HEADER_TAG_END) {
            if (before.at == 0 || size_is_right(before))
                judge_end(j, it, walk); /* else it is no end tag, by chance */
            j->header_end = at + TAG_SIZE;
            if (j->tag[MULTIBOOT_HEADER_TAG_RELOCATABLE] != 0)
                judge_relocatable(j, j->tag[MULTIBOOT_HEADER_TAG_RELOCATABLE]);
            return;
        }
        if (at < walk.stated_end || it.type <= LAST_TAG)
            judge_head(j, it);
        if (!judge_size(j, it, walk))
            return;
        judge_fields(j, it, walk);
        before = it;
        at = next_tag(it);
    }
}

/* --- Tags together -------------------------------------------------------- */

static void judge_address_entry(struct judge *j)
{
    uint64_t at = j->tag[MULTIBOOT_HEADER_TAG_ADDRESS];
    if (at == 0 || j->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS] != 0)
        return;
    if (j->tag[MULTIBOOT_HEADER_TAG_EFI_BS] != 0 &&
        j->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64] != 0)
        WARNING(j, .rule = "address-entry", .offset = at, .size = TAG_SIZE,
                .is = "an address tag, and an entry for UEFI alone",
                .must = "have an entry address tag (type 3) too",
                .why = "on a BIOS machine GRUB refuses the kernel: \"load "
                       "address tag without entry address tag\" "
                       "(Multiboot2 3.1.5)",
                .hint = "add an entry address tag, unless it is for UEFI only");
    else
        FAULT(j, .rule = "address-entry", .offset = at, .size = TAG_SIZE,
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
    uint64_t at = j->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64];
    if (at != 0 && j->tag[MULTIBOOT_HEADER_TAG_EFI_BS] == 0)
        WARNING(j, .rule = "efi-entry", .offset = at, .size = TAG_SIZE,
                .is = "tag 9 (EFI amd64 entry address) without tag 7 (EFI boot "
                      "services)",
                .must = "have both, or none",
                .why = "GRUB takes the UEFI entry only if it may leave the "
                       "boot services on, and else enters in 32-bit mode "
                       "(Multiboot2 3.1.8, 3.1.12)",
                .hint = "add an EFI boot services tag: type 7, size 8");
}

static void judge_console(struct judge *j)
{
    uint64_t at = j->tag[MULTIBOOT_HEADER_TAG_CONSOLE_FLAGS];
    if (at == 0)
        return;
    uint32_t flags =
        FIELD(j, at, multiboot_header_tag_console_flags, console_flags);
    bool screen = j->tag[MULTIBOOT_HEADER_TAG_FRAMEBUFFER] != 0;
    bool text = !j->console_without_text;
    bool required = j->console_required;

    if (flags > (MULTIBOOT_CONSOLE_FLAGS_CONSOLE_REQUIRED |
                 MULTIBOOT_CONSOLE_FLAGS_EGA_TEXT_SUPPORTED))
        BREACH(j, .rule = "console",
               PLACE(at, multiboot_header_tag_console_flags, console_flags),
               .is = "the console flags are {found}",
               .must = "be made of 1, a console is required, and 2, text is "
                       "supported",
               .found = flags,
               .why = "no other bit has a meaning; GRUB does not look at them "
                      "(Multiboot2 3.1.9)",
               .hint = "3 is the usual value");
    if (required && !text && !screen)
        FAULT(j, .rule = "console",
              PLACE(at, multiboot_header_tag_console_flags, console_flags),
              .is = "a console is required, but none is supported",
              .must = "support text (console_flags 3), or have a framebuffer "
                      "tag",
              .why = "GRUB then says \"OS requires a console but none is "
                     "available\" (Multiboot2 3.1.9)",
              .hint = "set console_flags to 3");
    else if (required && !screen)
        WARNING(j, .rule = "console",
                PLACE(at, multiboot_header_tag_console_flags, console_flags),
                .is = "a console is required, and only text is supported",
                .must = "have a framebuffer tag, or not require a console, if "
                        "the kernel is for UEFI too",
                .why = "UEFI has no text screen at 0xb8000; there GRUB says "
                       "\"OS requires a console but none is available\" "
                       "(Multiboot2 3.1.9)",
                .hint = "for BIOS alone all is well; else set console_flags "
                        "to 2");
}

void judge_tags_together(struct judge *j)
{
    judge_address_entry(j);
    judge_efi_entry(j);
    judge_console(j);
}

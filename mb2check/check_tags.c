/* SPDX-License-Identifier: 0BSD */
/* The rules for the header's tags: for each on its own (3.1.3 to 3.1.13), and
 * for several together. */
#include "checks.h"

/* --- Where the walk ends -------------------------------------------------- */

#define NO_END_TAG(k, severity, ...)                                           \
    TELL(k, severity, .rule = "tag-end",                                       \
         .must = "be an end tag after the last tag: type 0, flags 0, size 8",  \
         .hint = "add {0, 0, 8}, and count its 8 bytes in header_length",      \
         __VA_ARGS__)

/* A tag begins at `at`, and a loader looks for it at `sought`. */
#define MISALIGNED(k, severity, at, sought, ...)                               \
    TELL(k, severity, .rule = "tag-align", .offset = at, .size = TAG_SIZE,     \
         .is = end_tag_at(k, at) ? "the end tag begins {found} bytes after "   \
                                   "the header's beginning"                    \
                                 : "a tag begins {found} bytes after the "     \
                                   "header's beginning",                       \
         .must = "begin {wanted} bytes after it, at a multiple of 8",          \
         .found = at - k->header, .wanted = sought - k->header,                \
         .decimal = true, __VA_ARGS__)

static void report_no_end(struct kernel *k, uint64_t at)
{
    uint64_t length = k->stated_end - k->header;
    if (k->stated_end > k->limit)
        ERROR(k, .rule = "header-length",
              PLACE(k->header, multiboot_header, header_length),
              .is = "header_length is {found}, and no end tag is before that",
              .must = "be at most {wanted}, {subject}", .found = length,
              .wanted = k->limit - k->header, .decimal = true,
              .subject = k->limit == k->size
                             ? "where the file ends"
                             : "where the first 32768 bytes end",
              .why = "the whole header must be in the part of the file that a "
                     "loader reads (Multiboot2 3.1.1)",
              .hint = "is the file truncated? Is the length in bytes?");
    else
        NO_END_TAG(k, MB2_ERROR, .offset = at, .is = "no end tag",
                   .why = "without it a loader takes what follows for tags: "
                          "code, or whatever is in memory (Multiboot2 3.1.3)");
}

/* GRUB refuses the tag that it finds at `at`. The cause may be the size or the
 * padding of the tag before it, `before`; before.at is 0 if there is none. */
static void check_refused(struct kernel *k, uint64_t at, struct tag before)
{
    struct tag it = tag(k, at);
    bool is_early =
        before.at != 0 && at - 4 > before.at && plausible(k, at - 4);
    uint64_t real = is_early ? at - 4 : at + 4;

    if (at + TAG_SIZE > k->limit)
        report_no_end(k, at);
    else if (!plausible(k, at) && plausible(k, real))
        MISALIGNED(k, MB2_ERROR, real, at, .number = it.type,
                   .why = "a loader looks for each tag at the next multiple of "
                          "8; there GRUB reads a tag of type {number}: "
                          "\"unsupported tag\" (Multiboot2 3.1.3)",
                   .hint = is_early
                               ? "pad the tag before it to a multiple of 8 "
                                 "bytes (.balign 8, or _Alignas(8)); its size "
                                 "field stays as it is"
                               : "remove the 4 bytes before it");
    else if (at >= k->stated_end && !plausible(k, at))
        report_no_end(k, k->stated_end);
    else if (it.type <= MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI32)
        ERROR(k, .rule = "tag-unsupported", .offset = at, .size = TAG_SIZE,
              .is = "tag 8 (EFI i386 entry address) is required",
              .must = "have flags = 1, or be left out",
              .why = "GRUB does not support it, on BIOS or UEFI: "
                     "\"unsupported tag: 0x8\" (Multiboot2 3.1.7)",
              .hint = "set its flags to 1, and GRUB skips it. If a "
                      "framebuffer was meant: that is type 5 here, and type 8 "
                      "only in what the loader passes to the kernel (3.6)");
    else
        ERROR(k, .rule = "tag-unknown", .offset = at, .size = TAG_SIZE,
              .is =
                  information(it.type)
                      ? "a required tag of type {number}, which does not exist "
                        "in a header"
                      : "a required tag of type {number}, which does not exist",
              .must = "be a type from 0 to 10, or have flags = 1",
              .number = it.type, .subject = information(it.type),
              .why = "a loader refuses a kernel with a required tag that it "
                     "does not know; GRUB says \"unsupported tag\" (Multiboot2 "
                     "3.1.3)",
              .hint = information(it.type)
                          ? "type {number} ({subject}) is one of 3.6, what the "
                            "loader passes to the kernel; to ask for it, put "
                            "{number} into an information request tag (type 1)"
                          : "does a tag before it have the wrong size, or no "
                            "padding to 8 bytes?");
}

/* --- One tag -------------------------------------------------------------- */

static void check_size(struct kernel *k, struct tag it)
{
    const struct kind *its = kind_of(it);
    bool is_request = it.type == MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST;
    bool right = size_is_right(it);
    bool stands = next_tag(it) == it.at;
    bool runs_out = is_request && is_required(it) && it.size < its->size;
    bool loads = goes_on(k, it);

    if (size_fits(k, it))
        return;
    TELL(k, loads ? MB2_VIOLATION : MB2_ERROR, .rule = "tag-size",
         PLACE(it.at, multiboot_header_tag, size), .number = it.type,
         .subject = its->name, .section = its->section, .decimal = true,
         .found = it.size, .wanted = right ? k->stated_end : its->size,
         .is = right ? "tag {number} ({subject}) has {found} bytes, and would "
                       "end after the header"
                     : "the size of tag {number} ({subject}) is {found}",
         .must = right ? "end inside the header, which ends at offset {wanted}"
                 : is_request         ? "be {wanted} and 4 for each request"
                 : it.type > LAST_TAG ? "be at least {wanted}"
                                      : "be {wanted}",
         .why = stands ? "a loader finds the next tag by it; with this size, "
                         "GRUB reads this tag again for ever ({section})"
                : runs_out ? "GRUB then takes what follows for requests: "
                             "\"unsupported information tag\" ({section})"
                : loads    ? "a loader finds the tag's fields, and the next "
                             "tag, by it; GRUB happens to find a tag there "
                             "({section})"
                           : "a loader finds the next tag by it, and there is "
                             "none there ({section})",
         .hint = "size counts the type, flags and size fields and what "
                 "follows them, without the padding after the tag");
}

static void check_end(struct kernel *k, struct tag it)
{
    uint64_t length = k->stated_end - k->header;

    if (it.size == 0 && end_tag_at(k, it.at + 4)) {
        MISALIGNED(k, MB2_VIOLATION, it.at + 4, it.at,
                   .why = "a loader looks for each tag at the next multiple of "
                          "8; GRUB takes the zeros there for an end tag, "
                          "another loader may not (Multiboot2 3.1.3)",
                   .hint = "remove the 4 bytes before the end tag");
        return;
    }
    if (it.at >= k->stated_end && it.size == 0) {
        NO_END_TAG(k, MB2_VIOLATION, .offset = it.at, .size = TAG_SIZE,
                   .is = "no end tag, and zeros after the header",
                   .why = "GRUB takes the zeros for an end tag; another loader "
                          "may not (Multiboot2 3.1.3)");
        return;
    }
#define END_FIELD(field, bytes, value, right)                                  \
    VIOLATION(                                                                 \
        k, .rule = "tag-end",                                                  \
        .offset = AT(it.at, multiboot_header_tag, field), .size = bytes,       \
        .is = "the end tag's " #field " is {found}", .must = "be {wanted}",    \
        .found = value, .wanted = right, .decimal = true,                      \
        .why = "an end tag is type 0, flags 0, size 8; GRUB looks only at "    \
               "its type (Multiboot2 3.1.3)",                                  \
        .hint = "write the last tag as {0, 0, 8}")
    if (it.flags != 0)
        END_FIELD(flags, 2, it.flags, 0);
    if (it.size != TAG_SIZE)
        END_FIELD(size, 4, it.size, TAG_SIZE);
#undef END_FIELD

    if (k->header_end < k->stated_end && k->stated_end <= k->limit &&
        plausible(k, k->header_end))
        VIOLATION(k, .rule = "tag-after-end", .offset = k->header_end,
                  .size = TAG_SIZE,
                  .is = "a tag of type {number} after the end tag",
                  .must = "be before it", .number = tag(k, k->header_end).type,
                  .why = "the end tag is the last; GRUB reads no further, and "
                         "ignores this one (Multiboot2 3.1.3)",
                  .hint = "move the end tag {0, 0, 8} to the end");
    else if (k->header_end != k->stated_end)
        VIOLATION(k, .rule = "header-length",
                  PLACE(k->header, multiboot_header, header_length),
                  .is = "header_length is {found}",
                  .must = "be {wanted}: all bytes up to the end tag's end",
                  .found = length, .wanted = k->header_end - k->header,
                  .decimal = true,
                  .why =
                      "it counts the whole header, tags and padding included; "
                      "GRUB does not look at it, other loaders do "
                      "(Multiboot2 3.1.2)",
                  .hint = "let the compiler count: sizeof, or header_end - "
                          "header_start. Then compute the checksum again");
}

/* `seen`: the tag of its type before it, or 0. */
static void check_head(struct kernel *k, struct tag it, uint64_t seen)
{
    const struct kind *its = kind_of(it);

    if (it.flags > MULTIBOOT_HEADER_TAG_OPTIONAL)
        VIOLATION(
            k, .rule = "tag-flags",
            .offset = AT(it.at, multiboot_header_tag, flags), .size = 2,
            .is = "the flags of tag {number} ({subject}) are {found}",
            .must = "be 0, required, or 1, optional", .number = it.type,
            .subject = its->name, .found = it.flags,
            .why = "only bit 0 has a meaning: a loader that does not know "
                   "the tag may skip it; GRUB ignores the other bits "
                   "(Multiboot2 3.1.3)",
            .hint = "are type and flags 16 bits wide each, in this order?");
    if (seen != 0 && it.type != MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST)
        VIOLATION(k, .rule = "tag-duplicate", .offset = it.at, .size = TAG_SIZE,
                  .is = "a second tag of type {number} ({subject}); the one "
                        "before it is at offset {found}",
                  .must = "be unique", .number = it.type, .subject = its->name,
                  .found = seen,
                  .why =
                      "they contradict each other or say the same: GRUB takes "
                      "the last, another loader may take the first "
                      "(Multiboot2 3.1.3)",
                  .hint = "remove one of them");
}

static void check_requests(struct kernel *k, struct tag it)
{
    for (uint64_t at = it.at + TAG_SIZE;
         at + 4 <= it.at + it.size && at + 4 <= k->limit; at += 4) {
        uint32_t wish = read32(k, at);
        const char *name = information(wish);
        bool exists = name != NULL;
        FACT(k, .rule = "tag", .offset = at, .size = 4, .label = "request",
             .section = "Multiboot2 3.1.4", .found = wish, .decimal = true,
             .is = exists ? "{found}, {subject}" : "{found}, unknown",
             .subject = name);
        if ((!exists || wish == INFORMATION_SMBIOS) && is_required(it)) {
            ERROR(k, .rule = "request", .offset = at, .size = 4,
                  .is = exists ? "information {found} ({subject}) is required"
                               : "information {found} is required, which does "
                                 "not exist",
                  .must = exists ? "be asked for with flags = 1"
                                 : "be at most {wanted}",
                  .found = wish, .wanted = MULTIBOOT_TAG_TYPE_LOAD_BASE_ADDR,
                  .subject = name, .decimal = true,
                  .why = exists ? "GRUB provides it, but refuses a kernel that "
                                  "requires it: \"unsupported information tag: "
                                  "0xd\" (Multiboot2 3.1.4)"
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

static void check_relocatable(struct kernel *k)
{
    uint64_t at = k->tag[MULTIBOOT_HEADER_TAG_RELOCATABLE];
    if (at == 0)
        return;
#define RELOCATABLE(field) FIELD(k, at, multiboot_header_tag_relocatable, field)
    uint32_t min_addr = RELOCATABLE(min_addr);
    uint32_t max_addr = RELOCATABLE(max_addr);
    uint32_t align = RELOCATABLE(align);
    uint32_t preference = RELOCATABLE(preference);
#undef RELOCATABLE

    if (min_addr > max_addr)
        ERROR(k, .rule = "relocatable",
              PLACE(at, multiboot_header_tag_relocatable, min_addr),
              .is = "min_addr is {found}",
              .must = "be at most max_addr, which is {wanted}",
              .found = min_addr, .wanted = max_addr,
              .why = "the loader looks for free memory between the two "
                     "(Multiboot2 3.1.13); GRUB says \"invalid min/max "
                     "address and/or load size\"",
              .hint = "are the two swapped?");
    if (align == 0 || (align & (align - 1)) != 0)
        VIOLATION(k, .rule = "relocatable",
                  PLACE(at, multiboot_header_tag_relocatable, align),
                  .is = "align is {found}", .must = "be a power of two",
                  .found = align,
                  .why = "the load address must be a multiple of it "
                         "(Multiboot2 3.1.13); GRUB's address will not be one",
                  .hint = "4096, a page, is the usual value");
    if (preference > MULTIBOOT_LOAD_PREFERENCE_HIGH)
        VIOLATION(k, .rule = "relocatable",
                  PLACE(at, multiboot_header_tag_relocatable, preference),
                  .is = "preference is {found}",
                  .must =
                      "be 0, none, 1, the lowest address, or 2, the highest",
                  .found = preference,
                  .why = "no other value has a meaning; GRUB takes it for 0 "
                         "(Multiboot2 3.1.13)",
                  .hint = "is a field missing before it?");
}

static void check_framebuffer(struct kernel *k, struct tag it)
{
    WARNING(k, .rule = "framebuffer", .offset = it.at, .size = it.size,
            .is = "a framebuffer tag",
            .must = "be there only if the kernel draws pixels",
            .why = "GRUB then switches a BIOS machine to graphics, and text "
                   "written to 0xb8000 is not seen (Multiboot2 3.1.10)",
            .hint = "for a text screen, leave the tag out; if the kernel draws "
                    "pixels: mb2check --ignore framebuffer");
}

/* All tags up to the end of GRUB's walk. */
static void check_each_tag(struct kernel *k)
{
    uint64_t seen[LAST_TAG + 1] = {0};
    struct tag before = {0}, it = tag(k, k->header + HEADER_SIZE);
    for (;; before = it, it = tag(k, next_tag(it))) {
        bool known = it.type <= LAST_TAG;
        if (!is_accepted(k, it.at)) {
            check_refused(k, it.at, before);
            return;
        }
        if (it.at < k->stated_end || plausible(k, it.at))
            tag_facts(k, it);
        if (it.type == MULTIBOOT_HEADER_TAG_END) {
            if (before.at == 0 || size_is_right(before))
                check_end(k, it); /* else it looks like one by chance */
            return;
        }
        if (it.at < k->stated_end || known)
            check_head(k, it, known ? seen[it.type] : 0);
        if (known)
            seen[it.type] = it.at;
        check_size(k, it);
        if (it.at == k->walk_end)
            return;
        if (it.type == MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST)
            check_requests(k, it);
        else if (it.type == MULTIBOOT_HEADER_TAG_FRAMEBUFFER)
            check_framebuffer(k, it);
    }
}

/* --- Tags together -------------------------------------------------------- */

static void check_address_entry(struct kernel *k)
{
    uint64_t at = k->tag[MULTIBOOT_HEADER_TAG_ADDRESS];
    if (at == 0 || k->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS] != 0)
        return;
    bool by_uefi = k->tag[MULTIBOOT_HEADER_TAG_EFI_BS] != 0 &&
                   k->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64] != 0;
    TELL(k, by_uefi ? MB2_WARNING : MB2_ERROR, .rule = "address-entry",
         .offset = at, .size = TAG_SIZE,
         .is = by_uefi ? "an address tag, and an entry for UEFI alone"
                       : "an address tag, and no entry address tag",
         .must = "have an entry address tag (type 3) too",
         .why = "the ELF entry is not used with an address tag; GRUB on BIOS "
                "says \"load address tag without entry address tag\" "
                "(Multiboot2 3.1.5)",
         .hint = by_uefi ? "add an entry address tag, unless it is for UEFI "
                           "only"
                         : "add an entry address tag, or, in an ELF file, "
                           "remove the address tag");
}

static void check_efi_entry(struct kernel *k)
{
    uint64_t at = k->tag[MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64];
    if (at != 0 && k->tag[MULTIBOOT_HEADER_TAG_EFI_BS] == 0)
        WARNING(k, .rule = "efi-entry", .offset = at, .size = TAG_SIZE,
                .is = "tag 9 (EFI amd64 entry address) without tag 7 (EFI boot "
                      "services)",
                .must = "have both, or none",
                .why = "GRUB uses the UEFI entry only if it may leave the boot "
                       "services on; otherwise it enters in 32-bit mode "
                       "(Multiboot2 3.1.8, 3.1.12)",
                .hint = "add an EFI boot services tag: type 7, size 8");
}

static void check_console(struct kernel *k)
{
    uint64_t at = k->tag[MULTIBOOT_HEADER_TAG_CONSOLE_FLAGS];
    if (at == 0)
        return;
    uint32_t flags =
        FIELD(k, at, multiboot_header_tag_console_flags, console_flags);
    bool screen = k->tag[MULTIBOOT_HEADER_TAG_FRAMEBUFFER] != 0;
    bool text = !k->console_without_text;
    bool required = k->console_required;

    if (flags > (MULTIBOOT_CONSOLE_FLAGS_CONSOLE_REQUIRED |
                 MULTIBOOT_CONSOLE_FLAGS_EGA_TEXT_SUPPORTED))
        VIOLATION(k, .rule = "console",
                  PLACE(at, multiboot_header_tag_console_flags, console_flags),
                  .is = "the console flags are {found}",
                  .must = "be made of 1, a console is required, and 2, text is "
                          "supported",
                  .found = flags,
                  .why = "no other bit has a meaning; GRUB ignores them "
                         "(Multiboot2 3.1.9)",
                  .hint = "3 is the usual value");
    if (required && !text && !screen)
        ERROR(k, .rule = "console",
              PLACE(at, multiboot_header_tag_console_flags, console_flags),
              .is = "a console is required, but none is supported",
              .must = "support text (console_flags 3), or have a framebuffer "
                      "tag",
              .why = "GRUB then says \"OS requires a console but none is "
                     "available\" (Multiboot2 3.1.9)",
              .hint = "set console_flags to 3");
    else if (required && !screen)
        WARNING(k, .rule = "console",
                PLACE(at, multiboot_header_tag_console_flags, console_flags),
                .is = "a console is required, and only text is supported",
                .must = "have a framebuffer tag, or not require a console, if "
                        "the kernel is for UEFI too",
                .why = "UEFI has no text screen at 0xb8000; there GRUB says "
                       "\"OS requires a console but none is available\" "
                       "(Multiboot2 3.1.9)",
                .hint = "for BIOS alone, this is right; otherwise set "
                        "console_flags to 2");
}

void check_tags(struct kernel *k)
{
    if (k->walk_end == 0)
        return;
    check_each_tag(k);
    /* If the walk over the tags ended early, others may be missing. */
    if (k->header_end != 0) {
        check_relocatable(k);
        check_address_entry(k);
        check_efi_entry(k);
        check_console(k);
    }
}

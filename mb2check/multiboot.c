/* SPDX-License-Identifier: 0BSD */
/* The Multiboot2 header: finds it (3.1.1), walks its tags as GRUB does (3.1.3
 * to 3.1.13), and computes what the address tag loads. */
#include "multiboot.h"

/* --- The types that exist ------------------------------------------------- */

/* clang-format off: one line for each type and each field */
#define KIND(name, section, type)                                              \
    name, "Multiboot2 " section, sizeof(struct multiboot_header_tag##type)
#define FIELD_IN(type, name)                                                   \
#name, offsetof(struct multiboot_header_tag_##type, name)
#define HEX(type, name) FIELD_IN(type, name), 4, false, NULL
#define DECIMAL(type, name) FIELD_IN(type, name), 4, true, NULL

static const struct kind KINDS[LAST_TAG + 1] = {
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

/* The types of 3.6, what the loader passes to the kernel: a kernel may request
 * them, and their numbers are often mistaken for those of header tags. */
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

const char *information(uint32_t type)
{
    return type <= MULTIBOOT_TAG_TYPE_LOAD_BASE_ADDR ? INFORMATION[type] : NULL;
}

/* --- A tag ---------------------------------------------------------------- */

struct tag tag(const struct kernel *k, uint64_t at)
{
    return (struct tag){
        .at = at,
        .type = read16(k, AT(at, multiboot_header_tag, type)),
        .flags = read16(k, AT(at, multiboot_header_tag, flags)),
        .size = FIELD(k, at, multiboot_header_tag, size),
    };
}

const struct kind *kind_of(struct tag it)
{
    return it.type <= LAST_TAG ? &KINDS[it.type] : &UNKNOWN;
}

bool is_required(struct tag it)
{
    return !(it.flags & MULTIBOOT_HEADER_TAG_OPTIONAL);
}

bool size_is_right(struct tag it)
{
    if (it.type == MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST)
        return it.size >= kind_of(it)->size && it.size % 4 == 0;
    if (it.type <= LAST_TAG)
        return it.size == kind_of(it)->size;
    return it.size >= kind_of(it)->size;
}

bool plausible(const struct kernel *k, uint64_t at)
{
    struct tag it = tag(k, at);
    return inside(k, at, TAG_SIZE) && it.type <= LAST_TAG &&
           it.flags <= MULTIBOOT_HEADER_TAG_OPTIONAL && size_is_right(it);
}

bool end_tag_at(const struct kernel *k, uint64_t at)
{
    return plausible(k, at) && tag(k, at).type == MULTIBOOT_HEADER_TAG_END;
}

/* Where GRUB looks for the next tag; like GRUB, it pads the size in 32 bits. */
uint64_t next_tag(struct tag it)
{
    return it.at + ((it.size + (MULTIBOOT_TAG_ALIGN - 1)) &
                    ~(uint32_t)(MULTIBOOT_TAG_ALIGN - 1));
}

bool is_accepted(const struct kernel *k, uint64_t at)
{
    struct tag it = tag(k, at);
    bool known = it.type <= LAST_TAG &&
                 it.type != MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI32;
    return at + TAG_SIZE <= k->limit && (known || !is_required(it));
}

bool goes_on(const struct kernel *k, struct tag it)
{
    struct tag next = tag(k, next_tag(it));
    bool stands = next.at == it.at; /* the walk would never end */
    bool next_stands =
        next.type != MULTIBOOT_HEADER_TAG_END && next_tag(next) == next.at;
    bool runs_out = it.type == MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST &&
                    is_required(it) && it.size < TAG_SIZE;
    return !stands && !next_stands && !runs_out && is_accepted(k, next.at);
}

/* --- The header ----------------------------------------------------------- */

bool sum_is_zero(const struct kernel *k, uint64_t at)
{
    uint32_t sum = FIELD(k, at, multiboot_header, magic) +
                   FIELD(k, at, multiboot_header, architecture) +
                   FIELD(k, at, multiboot_header, header_length) +
                   FIELD(k, at, multiboot_header, checksum);
    return sum == 0;
}

bool in_window(const struct kernel *k, uint64_t at)
{
    return at + HEADER_SIZE <= MULTIBOOT_SEARCH && inside(k, at, HEADER_SIZE);
}

/* The magic number may occur several times, by chance or in a loader's code. A
 * higher score means a more likely header; GRUB takes the first with 15. */
static unsigned score(const struct kernel *k, uint64_t at)
{
    unsigned score = 0;
    if (sum_is_zero(k, at))
        score |= 8;
    if (at % MULTIBOOT_HEADER_ALIGN == 0)
        score |= 4;
    if (in_window(k, at))
        score |= 2;
    if (FIELD(k, at, multiboot_header, architecture) ==
        MULTIBOOT_ARCHITECTURE_I386)
        score |= 1;
    return score;
}

static void find_header(struct kernel *k)
{
    unsigned best = 0;
    for (uint64_t at = 0; inside(k, at, 4) && best < 15; at++) {
        /* The first byte alone: this loop may see every byte of a large file.
         */
        if (k->data[at] != (MULTIBOOT2_HEADER_MAGIC & 0xff) ||
            read32(k, at) != MULTIBOOT2_HEADER_MAGIC)
            continue;
        if (!k->has_header || score(k, at) > best) {
            k->has_header = true;
            k->header = at;
            best = score(k, at);
        }
    }
}

/* Multiboot 1: three words, in the first 8192 bytes, in steps of 4. */
static void find_multiboot1(struct kernel *k)
{
    for (uint64_t at = 0; at < 8192 && inside(k, at, 12); at += 4)
        if (read32(k, at) == MULTIBOOT1_MAGIC &&
            (uint32_t)(read32(k, at) + read32(k, at + 4) + read32(k, at + 8)) ==
                0) {
            k->multiboot1 = at;
            return;
        }
    k->multiboot1 = k->size;
}

/* --- The walk over the tags ----------------------------------------------- */

static void note_console(struct kernel *k, struct tag it)
{
    uint32_t flags =
        FIELD(k, it.at, multiboot_header_tag_console_flags, console_flags);
    if (flags & MULTIBOOT_CONSOLE_FLAGS_CONSOLE_REQUIRED)
        k->console_required = true;
    if (!(flags & MULTIBOOT_CONSOLE_FLAGS_EGA_TEXT_SUPPORTED))
        k->console_without_text = true;
}

bool size_fits(const struct kernel *k, struct tag it)
{
    bool ends_inside = it.at >= k->stated_end ||
                       it.at + it.size <= k->stated_end ||
                       k->stated_end > k->limit || plausible(k, next_tag(it));
    return size_is_right(it) && ends_inside && next_tag(it) != it.at;
}

/* After a tag of the right size GRUB reads another one, if only to refuse it;
 * after a wrong size, all that follows would be a guess. */
static void walk_tags(struct kernel *k)
{
    struct tag it = tag(k, k->header + HEADER_SIZE);
    while (is_accepted(k, it.at) && it.type != MULTIBOOT_HEADER_TAG_END) {
        if (it.type <= LAST_TAG && inside(k, it.at, kind_of(it)->size))
            k->tag[it.type] = it.at;
        if (!size_fits(k, it) && !goes_on(k, it))
            break;
        if (it.type == MULTIBOOT_HEADER_TAG_CONSOLE_FLAGS)
            note_console(k, it);
        it = tag(k, next_tag(it));
    }
    k->walk_end = it.at;
    if (is_accepted(k, it.at) && it.type == MULTIBOOT_HEADER_TAG_END)
        k->header_end = it.at + TAG_SIZE;
}

/* --- The address tag (3.1.5) ---------------------------------------------- */

/* Sets address, flat, and is_flat if the numbers make sense (check_image.c). */
static void read_address_tag(struct kernel *k)
{
    uint64_t at = k->tag[MULTIBOOT_HEADER_TAG_ADDRESS];
#define ADDRESS(name) .name = FIELD(k, at, multiboot_header_tag_address, name)
    struct address a = {.at = at,
                        ADDRESS(header_addr),
                        ADDRESS(load_addr),
                        ADDRESS(load_end_addr),
                        ADDRESS(bss_end_addr)};
#undef ADDRESS
    struct segment flat = {.at = at, .type = PT_LOAD, .flags = PF_X};

    a.whole = a.load_addr == MULTIBOOT_LOAD_ADDR_FILE;
    flat.paddr = a.whole ? a.header_addr - k->header : a.load_addr;
    /* An offset before the file's beginning wraps to far after its end. */
    if (!a.whole)
        flat.offset = k->header - ((uint64_t)a.header_addr - a.load_addr);
    a.file_end = a.loaded_end = flat.paddr + (k->size - flat.offset);
    /* GRUB's own arithmetic: a load_addr of 0xffffffff counts as -1. */
    if (a.load_end_addr != 0)
        a.loaded_end = flat.paddr + (uint32_t)(a.load_end_addr - a.load_addr);
    flat.filesz = a.file_end - flat.paddr;
    if (a.load_end_addr != 0 && a.load_end_addr < a.file_end)
        flat.filesz = a.load_end_addr - flat.paddr;
    flat.memsz =
        (a.bss_end_addr != 0 ? a.bss_end_addr : a.loaded_end) - flat.paddr;
    flat.vaddr = flat.paddr;

    k->is_flat = flat.offset <= k->size &&
                 (!a.whole || a.header_addr >= k->header) &&
                 (a.load_end_addr == 0 || a.load_end_addr > flat.paddr) &&
                 (a.bss_end_addr == 0 || a.bss_end_addr >= a.loaded_end);
    k->address = a;
    k->flat = flat;
}

void read_header(struct kernel *k)
{
    find_multiboot1(k);
    find_header(k);
    if (!inside(k, k->header, HEADER_SIZE) || !k->has_header)
        return;
    uint64_t window = in_window(k, k->header) ? MULTIBOOT_SEARCH
                                              : k->header + MULTIBOOT_SEARCH;
    k->limit = k->size < window ? k->size : window;
    k->stated_end =
        k->header + FIELD(k, k->header, multiboot_header, header_length);
    walk_tags(k);
    if (!elf_counts(k))
        read_address_tag(k);
}

/* --- What is loaded ------------------------------------------------------- */

bool elf_counts(const struct kernel *k)
{
    return k->tag[MULTIBOOT_HEADER_TAG_ADDRESS] == 0;
}

bool is_relocatable(const struct kernel *k)
{
    return k->tag[MULTIBOOT_HEADER_TAG_RELOCATABLE] != 0;
}

uint64_t loadable(const struct kernel *k)
{
    return k->is_flat ? 1 : k->segments;
}

struct segment segment(const struct kernel *k, uint64_t number)
{
    return k->is_flat ? k->flat : elf_segment(k, number);
}

bool elf_entry(const struct kernel *k, uint64_t *address)
{
    uint64_t entry = elf(k, 0, E_ENTRY);
    uint64_t most = k->is_64 ? UINT64_MAX : UINT32_MAX;
    for (uint64_t i = 0; i < k->segments; i++) {
        struct segment s = elf_segment(k, i); /* of any type, as GRUB has it */
        if (s.vaddr <= entry && ((s.vaddr + s.memsz) & most) > entry) {
            *address = (entry - s.vaddr + s.paddr) & most;
            return true;
        }
    }
    return false;
}

struct mb2_finding start_at(const struct kernel *k, uint64_t tag)
{
    struct mb2_finding start = {.rule = "entry"};
    if (tag != 0) {
        start.offset = AT(tag, multiboot_header_tag_entry_address, entry_addr);
        start.size = 4;
        start.found = read32(k, start.offset);
    } else if (elf_counts(k)) {
        start.offset = elf_at(k, 0, E_ENTRY);
        start.size = elf_size(k, E_ENTRY);
        elf_entry(k, &start.found);
    }
    return start;
}

/* --- Facts ---------------------------------------------------------------- */

void header_facts(struct kernel *k)
{
    static const struct field FIELDS[] = {
        {"magic", 0, 4, false, NULL, {{0}}},
        {"architecture", 4, 4, .decimal = true,
         .meanings = {{0, "0, 32-bit x86"}, {4, "4, 32-bit MIPS"}}},
        {"header_length", 8, 4, true, "{found} bytes", {{0}}},
        {"checksum", 12, 4, false, NULL, {{0}}},
    };
    FACT(k, .rule = "header", .offset = k->header, .size = HEADER_SIZE,
         .section = "Multiboot2 3.1.1", .is = "Multiboot2 header");
    for (uint64_t i = 0; i < loadable(k); i++) {
        struct segment s = segment(k, i);
        if (s.type == PT_LOAD && k->header >= s.offset &&
            k->header - s.offset < s.filesz)
            FACT(k, .rule = "header", .offset = k->header, .label = "address",
                 .is = "{found}", .found = s.paddr + (k->header - s.offset));
    }
    field_facts(k, "header", "Multiboot2 3.1.2", k->header, FIELDS, 4);
}

void tag_facts(struct kernel *k, struct tag it)
{
    const char *flags = it.type == MULTIBOOT_HEADER_TAG_END ? NULL
                        : is_required(it) ? "{found}, required"
                                          : "{found}, optional";
    const struct field head[] = {
        {"type", 0, 2, true, NULL, {{0}}},
        {"flags", 2, 2, false, flags, {{0}}},
        {"size", 4, 4, true, "{found} bytes", {{0}}},
    };
    const struct kind *its = kind_of(it);
    uint64_t padding = next_tag(it) - it.at - it.size;

    FACT(k, .rule = "tag", .offset = it.at, .size = it.size,
         .section = its->section, .number = it.type, .subject = its->name,
         .is = it.type == MULTIBOOT_HEADER_TAG_END ? "tag {number}: {subject}"
               : is_required(it) ? "tag {number}: {subject}, required"
                                 : "tag {number}: {subject}, optional");
    field_facts(k, "tag", its->section, it.at, head, 3);
    field_facts(k, "tag", its->section, it.at, its->fields, 4);
    if (it.size % MULTIBOOT_TAG_ALIGN != 0 && next_tag(it) <= k->limit)
        FACT(k, .rule = "tag", .offset = it.at + it.size, .size = padding,
             .label = "padding", .section = "Multiboot2 3.1.3",
             .is = "{found} bytes", .found = padding, .decimal = true);
}

/* SPDX-License-Identifier: 0BSD */
/* Judges a file from beginning to end; reads it, and adds up its numbers, with
 * care. internal.h says which file holds which rules. */
#include "internal.h"

/* --- Saying it ------------------------------------------------------------ */

void tell(struct judge *j, enum mb2_severity severity,
          struct mb2_finding finding)
{
    finding.severity = severity;
    if (finding.offset > j->size)
        finding.offset = j->size;
    if (finding.size > j->size - finding.offset)
        finding.size = j->size - finding.offset;
    if (severity > j->worst)
        j->worst = severity;
    j->report(j->context, &finding);
}

/* --- Reading the file ----------------------------------------------------- */

bool inside(const struct judge *j, uint64_t offset, uint64_t length)
{
    return offset <= j->size && length <= j->size - offset;
}

uint64_t read_bytes(const struct judge *j, uint64_t offset, unsigned bytes)
{
    uint64_t value = 0;
    if (inside(j, offset, bytes))
        for (unsigned i = 0; i < bytes; i++)
            value |= (uint64_t)j->data[offset + i] << 8 * i;
    return value;
}

uint16_t read16(const struct judge *j, uint64_t offset)
{
    return (uint16_t)read_bytes(j, offset, 2);
}

uint32_t read32(const struct judge *j, uint64_t offset)
{
    return (uint32_t)read_bytes(j, offset, 4);
}

bool text_is(const struct judge *j, uint64_t offset, const char *text)
{
    for (;; offset++, text++) {
        if (!inside(j, offset, 1) || j->data[offset] != (uint8_t)*text)
            return false;
        if (!*text)
            return true;
    }
}

uint64_t end_of(uint64_t start, uint64_t length)
{
    return length > UINT64_MAX - start ? UINT64_MAX : start + length;
}

bool overlap(uint64_t start, uint64_t end, uint64_t other_start,
             uint64_t other_end)
{
    return start < other_end && other_start < end;
}

uint64_t align_up(uint64_t value, uint64_t power_of_two)
{
    return end_of(value, power_of_two - 1) & ~(power_of_two - 1);
}

#ifdef __wasm__
/* Compilers call these two by themselves, and WebAssembly has no C library.
 * Weak: whoever links one has its own. */
__attribute__((weak, no_builtin("memcpy"))) void *
memcpy(void *to, const void *from, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((char *)to)[i] = ((const char *)from)[i];
    return to;
}

__attribute__((weak, no_builtin("memset"))) void *memset(void *to, int value,
                                                         size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((char *)to)[i] = (char)value;
    return to;
}
#endif

/* --- All of it ------------------------------------------------------------ */

/* GRUB ignores the ELF headers if there is an address tag. */
static void judge_image(struct judge *j)
{
    uint64_t pvh_at = 0;
    bool elf_counts = j->tag[MULTIBOOT_HEADER_TAG_ADDRESS] == 0;

    if (elf_counts)
        judge_elf(j);
    else
        judge_address(j);
    if (elf_counts ? j->is_elf : j->is_flat) {
        judge_segments(j);
        judge_entries(j);
        judge_room(j);
    }
    if (j->is_elf && elf_counts) {
        judge_notes(j, &pvh_at);
        judge_sections(j);
    }
    way_facts(j, pvh_at);
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
        header_facts(&j);
        judge_architecture(&j);
        judge_tags(&j);
        judge_checksum(&j);
        /* Where the walk over the tags ended early, others may be missing. */
        if (j.header_end != 0)
            judge_tags_together(&j);
    }
    /* Then it is not known, either, how such a file is to be loaded. */
    if (j.is_elf || j.header_end != 0 ||
        (!j.has_header && j.worst < MB2_BREACH))
        judge_image(&j);
    return j.worst;
}

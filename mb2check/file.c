/* SPDX-License-Identifier: 0BSD */
/* Reads the file, adds its numbers without wrapping, and reports findings. */
#include "file.h"

/* --- Reporting ------------------------------------------------------------ */

void tell(struct kernel *k, enum mb2_severity severity,
          struct mb2_finding finding)
{
    finding.severity = severity;
    if (finding.offset > k->size)
        finding.offset = k->size;
    if (finding.size > k->size - finding.offset)
        finding.size = k->size - finding.offset;
    if (severity > k->worst)
        k->worst = severity;
    k->report(k->context, &finding);
}

void field_facts(struct kernel *k, const char *rule, const char *section,
                 uint64_t at, const struct field *fields, unsigned count)
{
    for (unsigned i = 0; i < count && fields[i].name; i++) {
        const struct field *f = &fields[i];
        uint64_t value = read_bytes(k, at + f->offset, f->size);
        const char *text = f->text ? f->text : "{found}";
        for (unsigned m = 0; m < 3 && f->meanings[m].text; m++)
            if (f->meanings[m].value == value)
                text = f->meanings[m].text;
        FACT(k, .rule = rule, .offset = at + f->offset, .size = f->size,
             .section = section, .label = f->name, .is = text, .found = value,
             .decimal = f->decimal);
    }
}

/* --- Reading the file ----------------------------------------------------- */

bool inside(const struct kernel *k, uint64_t offset, uint64_t length)
{
    return offset <= k->size && length <= k->size - offset;
}

uint64_t read_bytes(const struct kernel *k, uint64_t offset, unsigned bytes)
{
    uint64_t value = 0;
    if (inside(k, offset, bytes))
        for (unsigned i = 0; i < bytes; i++)
            value |= (uint64_t)k->data[offset + i] << 8 * i;
    return value;
}

uint16_t read16(const struct kernel *k, uint64_t offset)
{
    return (uint16_t)read_bytes(k, offset, 2);
}

uint32_t read32(const struct kernel *k, uint64_t offset)
{
    return (uint32_t)read_bytes(k, offset, 4);
}

bool begins_with(const struct kernel *k, uint64_t offset, const char *text)
{
    for (; *text; offset++, text++)
        if (!inside(k, offset, 1) || k->data[offset] != (uint8_t)*text)
            return false;
    return true;
}

const char *grub_read_error(const struct kernel *k, uint64_t offset)
{
    return offset > k->size ? "attempt to seek outside of the file"
                            : "premature end of file";
}

uint64_t end_of(uint64_t start, uint64_t length)
{
    return length > UINT64_MAX - start ? UINT64_MAX : start + length;
}

uint64_t round_up(uint64_t value, uint64_t unit)
{
    return end_of(value, unit - 1) / unit * unit;
}

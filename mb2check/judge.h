/* SPDX-License-Identifier: 0BSD */
/*
 * Is this file a kernel that a Multiboot2 loader will load, and if not, why?
 *
 * A pure function over the file's bytes: no input, no output, no allocation, no
 * library. mb2check prints what it says; the fuzzer attacks it.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mb2_severity {
    MB2_FACT,    /* what a loader sees */
    MB2_WARNING, /* legal, but often not what was meant */
    MB2_FAULT,   /* a broken rule */
};

/*
 * One thing to say about the file. `is` and `must` are templates; for instance
 * "size is {found}" with found = 16 and decimal = true means "size is 16".
 *
 *     {found}  {wanted}   in hexadecimal, or in decimal if `decimal` is set
 *     {number}            always decimal: which tag type, which segment
 *     {subject}           the text of that name
 *
 * A fact has `is`, and no more text. If it is one field of something it has a
 * `label` too, the field's name in the specification.
 */
struct mb2_finding {
    enum mb2_severity severity;
    const char *rule; /* short and stable: "checksum". A fact's: its group */
    uint64_t offset;  /* in bytes from the file's beginning, at most its size */
    const char *label; /* of a fact; NULL if it is a headline */
    const char *is;    /* what was found */
    const char *must;  /* what must be there */
    const char *why;   /* the reason, with the specification's section */
    const char *hint;  /* the likely cause, or what to try next */
    uint64_t found;
    uint64_t wanted;
    uint64_t number;
    const char *subject;
    bool decimal;
};

/* Called for each finding, in the file's order as far as that is possible. The
 * finding lives until the callback returns; its texts live for ever. `context`
 * is what mb2_judge was given. */
typedef void mb2_report(void *context, const struct mb2_finding *finding);

/*
 * Judges the `size` bytes at `data`, which need no alignment. `data` may be
 * NULL if `size` is 0. Returns the worst severity that it reported: the file is
 * good unless that is MB2_FAULT.
 *
 * The number of findings is bounded: each tag and each segment has a few. So is
 * the time: some steps a byte, and some for each pair of at most 1024 segments.
 */
enum mb2_severity mb2_judge(const void *data, size_t size, mb2_report *report,
                            void *context);

#endif

/* SPDX-License-Identifier: 0BSD */
/*
 * Is this file a kernel that a Multiboot2 loader will load, and if not, why?
 *
 * A pure function over the file's bytes: no input, no output, no allocation, no
 * library. mb2check prints what it reports; the fuzzer tests it.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "finding.h"

/*
 * Judges the `size` bytes at `data`, which need no alignment. `data` may be
 * NULL if `size` is 0. Returns the worst severity that it reported.
 *
 * The number of findings is bounded: a few for each tag and each segment. So is
 * the time: a few steps per byte, and per pair of at most 1024 segments.
 */
enum mb2_severity mb2_judge(const void *data, size_t size, mb2_report *report,
                            void *context);

#endif

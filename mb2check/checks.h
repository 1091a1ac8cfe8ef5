/* SPDX-License-Identifier: 0BSD */
/* Layer 4: the rules, by the part of the file that they are about. They report
 * errors, and change nothing; none calls another. Includes multiboot.h. */
#ifndef CHECKS_H
#define CHECKS_H

#include "multiboot.h"

/* What the file should hold ends after the file. */
#define CUT_OFF(k, ...)                                                        \
    ERROR(k, .must = "end inside the file, which has {wanted} bytes",          \
          .wanted = (k)->size,                                                 \
          .hint = "is the file truncated? Build it again", __VA_ARGS__)

void check_header(struct kernel *k);
void check_tags(struct kernel *k);
void check_elf(struct kernel *k);
void check_image(struct kernel *k);
void check_sections(struct kernel *k);

#endif

/* SPDX-License-Identifier: 0BSD */
/* Layer 4: the rules, by the part of the file that they are about. They report
 * errors, and change nothing; none calls another. Includes multiboot.h. */
#ifndef CHECKS_H
#define CHECKS_H

#include "multiboot.h"

void check_header(struct kernel *k);
void check_tags(struct kernel *k);
void check_elf(struct kernel *k);
void check_image(struct kernel *k);
void check_sections(struct kernel *k);

#endif

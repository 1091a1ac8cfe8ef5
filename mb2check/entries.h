/* SPDX-License-Identifier: 0BSD */
/* Layer 5: by which entries the kernel can be started. Includes multiboot.h. */
#ifndef ENTRIES_H
#define ENTRIES_H

#include "multiboot.h"

/* Facts, of a kernel without errors. */
void entry_facts(struct kernel *k);
void limine_facts(struct kernel *k); /* limine.c: a part of them */

#endif

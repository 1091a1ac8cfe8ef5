/* SPDX-License-Identifier: 0BSD */
/* Layer 5: by which entries the kernel can be started. Includes multiboot.h. */
#ifndef ENTRIES_H
#define ENTRIES_H

#include "multiboot.h"

/* Facts, of a kernel without errors. */
void entry_facts(struct kernel *k);
void limine_facts(struct kernel *k); /* limine.c: a part of them */

/* Where a 32-bit entry is: by the entry address tag at `tag`, or by ELF. */
struct start {
    uint64_t address;      /* physical */
    uint64_t offset, size; /* of the field that holds it */
};
struct start start_at(const struct kernel *k, uint64_t tag);

#endif

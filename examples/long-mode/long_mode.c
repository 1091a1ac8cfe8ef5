/* SPDX-License-Identifier: 0BSD */
/* What the CPU needs to enter 64-bit mode, part of long mode: page tables, a
 * GDT and a stack. The linker fills in their addresses, so they are ready
 * before the kernel runs, and no loader may put the kernel elsewhere. Sections
 * are those of Intel's manual, volume 3A. */
#include <stdint.h>
#include "kernel.h"

/* 4.5: the CPU looks up each address in a tree of tables. */
struct table {
    _Alignas(4096) uint64_t entry[512];
};
_Static_assert(sizeof(struct table) == 4096 && _Alignof(struct table) == 4096,
               "a table must fill a page: its address has 12 low bits of 0");

/* Flags of an entry. Combine them with +: the linker, which fills in the
 * address, can add but not OR. */
#define PRESENT (1 << 0)
#define WRITABLE (1 << 1)
#define PAGE (1 << 7) /* maps a page of 2 MiB, and leads to no other table */

/* One page maps the first 2 MiB, each address to itself: kernel, stack, screen.
 * Nothing is const here: the CPU sets bits in the entries that it has used. */
static struct table directory = {{0 + PRESENT + WRITABLE + PAGE}};
static struct table pointers = {{(uint64_t)&directory + PRESENT + WRITABLE}};
struct table pml4 = {{(uint64_t)&pointers + PRESENT + WRITABLE}};

/* 3.4.5: the bits of a segment's descriptor that long mode looks at. */
#define EXECUTABLE (1ull << 43)
#define CODE_OR_DATA (1ull << 44)
#define SEGMENT_P (1ull << 47) /* present */
#define LONG_MODE (1ull << 53) /* 64-bit code */

static uint64_t gdt[] = {0, EXECUTABLE + CODE_OR_DATA + SEGMENT_P + LONG_MODE};
_Static_assert(CODE_SEGMENT == sizeof gdt[0], "the second descriptor is meant");

/* 3.5.1: what lgdt reads; in 32-bit mode, it takes the base's low half. */
struct {
    uint16_t limit; /* the last byte's offset */
    uint64_t *base;
} __attribute__((packed)) gdt_pointer = {sizeof gdt - 1, gdt};

_Alignas(16) static char stack[0x4000];
_Static_assert(sizeof stack % 16 == 0, "C needs RSP at a multiple of 16");
char *stack_top = stack + sizeof stack; /* it grows downwards */

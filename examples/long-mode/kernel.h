/* SPDX-License-Identifier: 0BSD */
/* What the files of this kernel share. */
#ifndef KERNEL_H
#define KERNEL_H

/* For start; the sections are those of Intel's manual, volume 3A. */
#define CR4_PAE (1 << 5)     /* 2.5: page table entries of 8 bytes, not 4 */
#define IA32_EFER 0xc0000080 /* 2.2.1: the number of an MSR */
#define EFER_LME (1 << 8)    /* in it: CR0_PG will turn on long mode */
#define CR0_PG (1 << 31)     /* 2.5: paging */
#define CODE_SEGMENT 8       /* offset of its descriptor in the GDT */

/* Prints a string after the previous one. */
typedef void print_function(const char *text);

void catch_faults(print_function *print);
void kernel_main(print_function *print);

#endif

/* SPDX-License-Identifier: 0BSD */
/* Layer 3: the Multiboot2 header: finds it, walks its tags as GRUB does, and
 * reads the address tag; finds a Multiboot 1 header. Includes elf.h. */
#ifndef MULTIBOOT_H
#define MULTIBOOT_H

#include "elf.h"

#define HEADER_SIZE sizeof(struct multiboot_header)
#define TAG_SIZE sizeof(struct multiboot_header_tag)
#define MULTIBOOT1_MAGIC 0x1badb002
#define INFORMATION_SMBIOS 13

/* FIELD(k, at, multiboot_header, magic): the 32-bit field of the structure
 * from multiboot2.h that is at offset `at`. */
#define AT(at, type, field) ((at) + offsetof(struct type, field))
#define FIELD(k, at, type, field) read32(k, AT(at, type, field))

/* The field that a finding is about: its offset and its size. */
#define PLACE(at, type, field) .offset = AT(at, type, field), .size = 4

/* The three fields that begin a tag, and where it is. */
struct tag {
    uint64_t at;
    uint16_t type, flags;
    uint32_t size;
};

/* What is known of a type of tag. */
struct kind {
    const char *name, *section;
    uint32_t size;
    struct field fields[4];
};

struct tag tag(const struct kernel *k, uint64_t at);
const struct kind *kind_of(struct tag it);
const char *information(uint32_t type); /* of 3.6; NULL: none */
bool is_required(struct tag it);
bool size_is_right(struct tag it);
/* Does a tag seem to begin at `at`, rather than code, or the middle of one? */
bool plausible(const struct kernel *k, uint64_t at);
/* Is there a correct end tag? */
bool end_tag_at(const struct kernel *k, uint64_t at);
uint64_t next_tag(struct tag it);
/* Does GRUB accept the tag: use it, skip it or, if it is the end tag, stop? */
bool is_accepted(const struct kernel *k, uint64_t at);
/* Is its size right, and its end inside the header? */
bool size_fits(const struct kernel *k, struct tag it);
/* Does GRUB find a next tag after it that it accepts? */
bool goes_on(const struct kernel *k, struct tag it);

/* Do the four fields at `at` add up to 0, as 3.1.2 has it? */
bool sum_is_zero(const struct kernel *k, uint64_t at);
bool in_window(const struct kernel *k, uint64_t at);

/* Sets has_header and all below it. */
void read_header(struct kernel *k);

/* Facts. */
void header_facts(struct kernel *k);
void tag_facts(struct kernel *k, struct tag it);

/* What is loaded: the program headers or, of a flat file, what its address tag
 * says. Segment `number`, for number < loadable(k). */
uint64_t loadable(const struct kernel *k);
struct segment segment(const struct kernel *k, uint64_t number);
/* Does GRUB load the file as its ELF headers say? */
bool elf_counts(const struct kernel *k);
bool is_relocatable(const struct kernel *k);
/* Where GRUB enters by the ELF header, as a physical address. False: nowhere.
 */
bool elf_entry(const struct kernel *k, uint64_t *address);
/* A fact without words: the entry by the entry address tag at `tag`, or by ELF
 * if that is 0. Its size is 0 if there is none. */
struct mb2_finding start_at(const struct kernel *k, uint64_t tag);

#endif

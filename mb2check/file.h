/* SPDX-License-Identifier: 0BSD */
/*
 * Layer 1: the file's bytes, and what is known of it. Includes finding.h.
 *
 * No byte is trusted. So only read_bytes reads the file, and checks that the
 * offset exists; end_of adds 64-bit numbers from the file, and does not wrap;
 * and every loop steps forward through the file, or counts to a number that has
 * been compared with the file's size.
 */
#ifndef FILE_H
#define FILE_H

#include "finding.h"
#include "../multiboot2.h"

#define LAST_TAG MULTIBOOT_HEADER_TAG_RELOCATABLE

/* A part of the file that may be loaded; the names are ELF's. `at` is where it
 * is described: the offset of its program header, or of the address tag. */
struct segment {
    uint64_t at, type, flags, offset, vaddr, paddr, filesz, memsz, align;
};

/* The address tag's fields (3.1.5), and what GRUB makes of them. */
struct address {
    uint64_t at;
    uint32_t header_addr, load_addr, load_end_addr, bss_end_addr;
    bool whole;          /* load_addr asks for the whole file */
    uint64_t file_end;   /* where in memory the whole file would end */
    uint64_t loaded_end; /* and where that part of it ends that is loaded */
};

/* A note of type 18, and where QEMU would read its address, or 0. */
struct pvh_note {
    uint64_t at; /* 0: there is none */
    uint64_t desc, desc_size, qemu_desc;
    struct segment in;
};

/* What is known of the file. Each layer fills in its own part, and reads those
 * above. */
struct kernel {
    const uint8_t *data;
    uint64_t size;
    mb2_report *report;
    void *context;
    enum mb2_severity worst; /* of what was reported */

    bool is_elf;       /* an ELF file whose fields can be read */
    bool is_64;        /* ELF64, not ELF32 */
    uint64_t segments; /* how many program headers can be read */
    struct pvh_note note;

    bool has_header;
    uint64_t header;     /* its offset */
    uint64_t stated_end; /* its end, as header_length has it */
    uint64_t limit;      /* of the file, or of what a loader reads of it */
    uint64_t walk_end;   /* the tag at which GRUB's walk ends, valid or not */
    uint64_t header_end; /* after the end tag; 0 if the walk finds none */
    uint64_t tag[LAST_TAG + 1]; /* offset of the last of each type, or 0 */
    bool console_required;      /* by any console tag, as GRUB has it */
    bool console_without_text;  /* the same */
    bool is_flat;               /* loaded as the address tag says, ELF or not */
    struct address address;     /* of a file that is not loaded as ELF */
    struct segment flat;        /* the segment that the address tag describes */
    uint64_t multiboot1;        /* offset of a Multiboot 1 header; size: none */
};

/* --- Reporting: ERROR(k, .rule = "magic", .offset = at, ...) -------------- */

void tell(struct kernel *k, enum mb2_severity severity,
          struct mb2_finding finding);

#define TELL(k, severity, ...)                                                 \
    tell(k, severity, (struct mb2_finding){__VA_ARGS__})
#define ERROR(k, ...) TELL(k, MB2_ERROR, __VA_ARGS__)
#define VIOLATION(k, ...) TELL(k, MB2_VIOLATION, __VA_ARGS__)
#define WARNING(k, ...) TELL(k, MB2_WARNING, __VA_ARGS__)
#define FACT(k, ...) TELL(k, MB2_FACT, __VA_ARGS__)

/* A field of a structure in the file: its name, and where it is. */
struct field {
    const char *name;
    uint8_t offset, size;
    bool decimal;
    const char *text; /* for its value; NULL: only the number */
    struct {
        uint32_t value;
        const char *text;
    } meanings[3]; /* of single values; the last one used has a text */
};

/* A fact for each of at most `count` fields of what begins at `at`. */
void field_facts(struct kernel *k, const char *rule, const char *section,
                 uint64_t at, const struct field *fields, unsigned count);

/* --- Reading -------------------------------------------------------------- */

/* Are there `length` bytes at `offset`? */
bool inside(const struct kernel *k, uint64_t offset, uint64_t length);

/* A little-endian number; 0 if it is not inside the file. */
uint64_t read_bytes(const struct kernel *k, uint64_t offset, unsigned bytes);
uint16_t read16(const struct kernel *k, uint64_t offset);
uint32_t read32(const struct kernel *k, uint64_t offset);

bool begins_with(const struct kernel *k, uint64_t offset, const char *text);

/* GRUB's message about bytes after the end of the file. */
const char *grub_read_error(const struct kernel *k, uint64_t offset);

uint64_t end_of(uint64_t start, uint64_t length);
uint64_t round_up(uint64_t value, uint64_t unit);

#endif

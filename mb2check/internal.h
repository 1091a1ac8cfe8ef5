/* SPDX-License-Identifier: 0BSD */
/*
 * What the files of the judge share. The rules stand where their matter is:
 *
 *     header.c    the header: where it is, and its fixed part
 *     tags.c      its tags, one by one and together
 *     elf.c       the ELF header, program headers and section headers
 *     image.c     what is loaded, where, and where it is entered
 *     ways.c      by which ways the kernel can be entered; the PVH note
 *
 * They come from the Multiboot2 Specification 2.0 ("Multiboot2 3.1.2" names its
 * section), from the ELF specification (System V ABI, chapters 4 and 5), and
 * from what GRUB 2.06 to 2.14 does.
 *
 * Every byte may be a lie. So the file is read by read_bytes alone, which looks
 * whether the place exists; 64-bit numbers from the file are added by end_of,
 * which does not wrap; and every loop steps forward through the file, or counts
 * to a number that has been compared with the file's size.
 */
#ifndef INTERNAL_H
#define INTERNAL_H

#include "judge.h"
#include "../multiboot2.h"

#define MULTIBOOT1_MAGIC 0x1badb002
#define LAST_TAG MULTIBOOT_HEADER_TAG_RELOCATABLE
#define GIB4 UINT64_C(0x100000000)

/* A part of the file that may be loaded; the names are ELF's. `at` is where it
 * is described: the offset of its program header, or of the address tag. */
struct segment {
    uint64_t at, type, flags, offset, vaddr, paddr, filesz, memsz, align;
};

struct judge {
    const uint8_t *data;
    uint64_t size;
    mb2_report *report;
    void *context;
    enum mb2_severity worst;

    bool has_header;
    uint64_t header;     /* its offset */
    uint64_t header_end; /* after its end tag; 0 as long as none is found */
    uint64_t tag[LAST_TAG + 1]; /* offset of the last of each type, or 0 */
    bool console_required;      /* by any console tag: GRUB adds them up */
    bool console_without_text;  /* the same */

    bool is_elf;         /* an ELF file whose fields can be read */
    bool is_64;          /* ELF64, not ELF32 */
    bool is_flat;        /* loaded as the address tag says, ELF or not */
    struct segment flat; /* then: what the tag makes of the file */
    uint64_t segments;   /* how many there are for segment() */
};

/* --- Saying it: FAULT(j, .rule = "magic", .offset = at, ...) -------------- */

void tell(struct judge *j, enum mb2_severity severity,
          struct mb2_finding finding);

#define TELL(j, severity, ...)                                                 \
    tell(j, severity, (struct mb2_finding){__VA_ARGS__})
#define FAULT(j, ...) TELL(j, MB2_FAULT, __VA_ARGS__)
#define BREACH(j, ...) TELL(j, MB2_BREACH, __VA_ARGS__)
#define WARNING(j, ...) TELL(j, MB2_WARNING, __VA_ARGS__)
#define FACT(j, ...) TELL(j, MB2_FACT, __VA_ARGS__)

/* --- Reading the file (judge.c) ------------------------------------------- */

/* Are there `length` bytes at `offset`? */
bool inside(const struct judge *j, uint64_t offset, uint64_t length);

/* A little-endian number; what is not in the file reads as 0. */
uint64_t read_bytes(const struct judge *j, uint64_t offset, unsigned bytes);
uint16_t read16(const struct judge *j, uint64_t offset);
uint32_t read32(const struct judge *j, uint64_t offset);

/* FIELD(j, at, multiboot_header, magic): the 32-bit field of the structure
 * from multiboot2.h that is at offset `at`. */
#define AT(at, type, field) ((at) + offsetof(struct type, field))
#define FIELD(j, at, type, field) read32(j, AT(at, type, field))

/* The field that a finding is about: its place and its size. */
#define PLACE(at, type, field) .offset = AT(at, type, field), .size = 4

bool text_is(const struct judge *j, uint64_t offset, const char *text);

uint64_t end_of(uint64_t start, uint64_t length);
bool overlap(uint64_t start, uint64_t end, uint64_t other_start,
             uint64_t other_end);
uint64_t align_up(uint64_t value, uint64_t power_of_two);

/* --- The header (header.c) ------------------------------------------------ */

/* Sets has_header and header to the likeliest place. */
void find_header(struct judge *j);
bool in_window(const struct judge *j, uint64_t at);
void judge_missing_header(struct judge *j);
void judge_place(struct judge *j);
void header_facts(struct judge *j);
void judge_architecture(struct judge *j);
void judge_checksum(struct judge *j);

/* --- Its tags (tags.c) ---------------------------------------------------- */

/* Is there an end tag as it must be? */
bool end_tag_at(const struct judge *j, uint64_t at);
/* Sets header_end and tag[]. */
void judge_tags(struct judge *j);
void judge_tags_together(struct judge *j);

/* --- The ELF file (elf.c) ------------------------------------------------- */

enum elf_field {
    E_MAGIC,
    E_CLASS,
    E_DATA,
    E_TYPE,
    E_MACHINE,
    E_VERSION,
    E_ENTRY,
    E_PHOFF,
    E_SHOFF,
    E_FLAGS,
    E_EHSIZE,
    E_PHENTSIZE,
    E_PHNUM,
    E_SHENTSIZE,
    E_SHNUM,
    E_SHSTRNDX,
    P_TYPE,
    P_OFFSET,
    P_VADDR,
    P_PADDR,
    P_FILESZ,
    P_MEMSZ,
    P_FLAGS,
    P_ALIGN,
    SH_NAME,
    SH_TYPE,
    SH_FLAGS,
    SH_ADDR,
    SH_OFFSET,
    SH_SIZE,
};

#define ELFCLASS32 1
#define ELFCLASS64 2
#define ELFDATA2LSB 1
#define ET_REL 1
#define EM_386 3
#define EM_X86_64 62
#define PT_LOAD 1
#define PT_NOTE 4
#define PF_X 1
#define PF_W 2
#define SHT_NOBITS 8
#define SHF_ALLOC 2

/* A field of the structure at `at`: where it is, its size, and its value. */
uint64_t elf_at(const struct judge *j, uint64_t at, enum elf_field field);
unsigned elf_size(const struct judge *j, enum elf_field field);
uint64_t elf(const struct judge *j, uint64_t at, enum elf_field field);

#define ELF_PLACE(j, at, field)                                                \
    .offset = elf_at(j, at, field), .size = elf_size(j, field)

/* Segment `number`, for number < j->segments. */
struct segment segment(const struct judge *j, uint64_t number);
/* How many section headers can be read, and where one is. */
uint64_t sections(const struct judge *j);
uint64_t section(const struct judge *j, uint64_t number);
/* The header of the section that holds the Multiboot2 header or, while that is
 * not found, is named like it; 0 if there is none. */
uint64_t find_header_section(const struct judge *j, uint64_t *number);

/* Looks, without a word, whether there are ELF headers that can be read. */
void find_elf(struct judge *j);
void judge_elf(struct judge *j);
void judge_sections(struct judge *j);
/* A fact for each field from `first` to `last`. */
void elf_facts(struct judge *j, const char *rule, uint64_t at,
               enum elf_field first, enum elf_field last);

/* --- What is loaded (image.c) --------------------------------------------- */

/* What the address tag says, as a segment; sets is_flat if it makes sense. */
void judge_address(struct judge *j);
void judge_segments(struct judge *j);
void judge_entries(struct judge *j);
void judge_room(struct judge *j);

/* Where GRUB enters by the ELF header, as a physical address. False: nowhere.
 */
bool elf_entry(const struct judge *j, uint64_t *address);

/* An address at which the kernel may be entered. */
struct entry {
    enum mb2_severity severity; /* of its being no address of code */
    const char *subject;
    uint64_t offset, size; /* of the field that holds it */
    uint64_t address;      /* physical */
    const char *why;
};
void judge_entry(struct judge *j, struct entry entry);

/* --- The ways in (ways.c) ------------------------------------------------- */

void judge_notes(struct judge *j, uint64_t *pvh_at);
bool multiboot1_at(const struct judge *j, uint64_t at);
void way_facts(struct judge *j, uint64_t pvh_at);

#endif

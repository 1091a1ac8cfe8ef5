/* SPDX-License-Identifier: 0BSD */
/* Layer 2: the ELF file: reads its fields and segments; finds sections and the
 * PVH note. Includes file.h. */
#ifndef ELF_H
#define ELF_H

#include "file.h"

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

#define ELF_MAGIC 0x464c457f /* "\177ELF" */
#define ELFCLASS32 1
#define ELFCLASS64 2
#define ELFDATA2LSB 1
#define EV_CURRENT 1
#define ET_REL 1
#define ET_EXEC 2
#define ET_DYN 3
#define EM_386 3
#define EM_X86_64 62
#define PT_LOAD 1
#define PT_NOTE 4
#define PF_X 1
#define PF_W 2
#define SHT_RELA 4
#define SHT_NOBITS 8
#define SHT_REL 9
#define SHF_ALLOC 2
#define SHN_LORESERVE 0xff00
#define NOTE_HEAD 12 /* three 32-bit numbers: two sizes and the type */
#define XEN_ELFNOTE_PHYS32_ENTRY 18

#define EHDR_SIZE(k) ((k)->is_64 ? 64u : 52u)
#define PHDR_SIZE(k) ((k)->is_64 ? 56u : 32u)
#define SHDR_SIZE(k) ((k)->is_64 ? 64u : 40u)

/* A field of the structure at `at`: where it is, its size, and its value. */
uint64_t elf_at(const struct kernel *k, uint64_t at, enum elf_field field);
unsigned elf_size(const struct kernel *k, enum elf_field field);
uint64_t elf(const struct kernel *k, uint64_t at, enum elf_field field);

#define ELF_PLACE(k, at, field)                                                \
    .offset = elf_at(k, at, field), .size = elf_size(k, field)

/* Program header `number`, for number < k->segments. */
struct segment elf_segment(const struct kernel *k, uint64_t number);
/* How many section headers can be read, and where one is. */
uint64_t sections(const struct kernel *k);
uint64_t section(const struct kernel *k, uint64_t number);
/* The header of the section that holds the byte at `offset`, or of the one
 * whose name begins with `name`; 0 if there is none. */
uint64_t section_with(const struct kernel *k, uint64_t offset,
                      uint64_t *number);
uint64_t section_named(const struct kernel *k, const char *name,
                       uint64_t *number);

/* Sets is_elf, is_64, segments and note. */
void read_elf(struct kernel *k);
/* A fact for each field from `first` to `last`. */
void elf_facts(struct kernel *k, const char *rule, uint64_t at,
               enum elf_field first, enum elf_field last);

#endif

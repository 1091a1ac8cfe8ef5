/* SPDX-License-Identifier: 0BSD */
/* Layer 2: the ELF file: reads its fields and segments; finds sections and the
 * PVH note. Includes file.h. */
#ifndef ELF_H
#define ELF_H

#include "file.h"

/* Every field that is read: its name here and in the specification; offset and
 * size in ELF32; the same in ELF64; how elf.c tells its value. */
#define ELF_FIELDS(FIELD)                                                      \
    FIELD(E_MAGIC, "magic", 0, 4, 0, 4, HEX)                                   \
    FIELD(E_CLASS, "class", 4, 1, 4, 1, CLASS)                                 \
    FIELD(E_DATA, "data", 5, 1, 5, 1, DATA)                                    \
    FIELD(E_TYPE, "e_type", 16, 2, 16, 2, TYPE)                                \
    FIELD(E_MACHINE, "e_machine", 18, 2, 18, 2, MACHINE)                       \
    FIELD(E_VERSION, "e_version", 20, 4, 20, 4, HEX)                           \
    FIELD(E_ENTRY, "e_entry", 24, 4, 24, 8, HEX)                               \
    FIELD(E_PHOFF, "e_phoff", 28, 4, 32, 8, HEX)                               \
    FIELD(E_SHOFF, "e_shoff", 32, 4, 40, 8, HEX)                               \
    FIELD(E_FLAGS, "e_flags", 36, 4, 48, 4, HEX)                               \
    FIELD(E_EHSIZE, "e_ehsize", 40, 2, 52, 2, DECIMAL)                         \
    FIELD(E_PHENTSIZE, "e_phentsize", 42, 2, 54, 2, DECIMAL)                   \
    FIELD(E_PHNUM, "e_phnum", 44, 2, 56, 2, DECIMAL)                           \
    FIELD(E_SHENTSIZE, "e_shentsize", 46, 2, 58, 2, DECIMAL)                   \
    FIELD(E_SHNUM, "e_shnum", 48, 2, 60, 2, DECIMAL)                           \
    FIELD(E_SHSTRNDX, "e_shstrndx", 50, 2, 62, 2, DECIMAL)                     \
    FIELD(P_TYPE, "p_type", 0, 4, 0, 4, SEGMENT_TYPE)                          \
    FIELD(P_OFFSET, "p_offset", 4, 4, 8, 8, HEX)                               \
    FIELD(P_VADDR, "p_vaddr", 8, 4, 16, 8, HEX)                                \
    FIELD(P_PADDR, "p_paddr", 12, 4, 24, 8, HEX)                               \
    FIELD(P_FILESZ, "p_filesz", 16, 4, 32, 8, HEX)                             \
    FIELD(P_MEMSZ, "p_memsz", 20, 4, 40, 8, HEX)                               \
    FIELD(P_FLAGS, "p_flags", 24, 4, 4, 4, HEX)                                \
    FIELD(P_ALIGN, "p_align", 28, 4, 48, 8, HEX)                               \
    FIELD(SH_NAME, "sh_name", 0, 4, 0, 4, HEX)                                 \
    FIELD(SH_TYPE, "sh_type", 4, 4, 4, 4, HEX)                                 \
    FIELD(SH_FLAGS, "sh_flags", 8, 4, 8, 8, HEX)                               \
    FIELD(SH_ADDR, "sh_addr", 12, 4, 16, 8, HEX)                               \
    FIELD(SH_OFFSET, "sh_offset", 16, 4, 24, 8, HEX)                           \
    FIELD(SH_SIZE, "sh_size", 20, 4, 32, 8, HEX)

#define NAME(name, ...) name,
enum elf_field { ELF_FIELDS(NAME) };
#undef NAME

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

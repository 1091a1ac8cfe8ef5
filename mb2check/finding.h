/* SPDX-License-Identifier: 0BSD */
/*
 * What mb2check can say of a file: its rules, and what a finding is.
 *
 * The checker is built in layers; each file includes only those above it:
 *
 *     finding.h     what can be said
 *     file          reads bytes and numbers, reports
 *     elf           the ELF file's fields, segments, sections and notes
 *     multiboot     the Multiboot2 header and its tags
 *     checks.h      the rules, in check_header.c, check_tags.c, check_elf.c
 *                   and check_image.c; no rule calls another one
 *     entries       by which entries the kernel can be started; limine.c has
 *                   its own table of facts
 *     judge         runs all of it: what programs call
 *     mb2check.c    reads files and prints; fuzz.c tests the judge
 *
 * The rules come from the Multiboot2 Specification 2.0 ("Multiboot2 3.1.2"
 * names its section), from the ELF specification (System V ABI, chapters 4 and
 * 5), and from what GRUB 2.06 to 2.14 does.
 */
#ifndef FINDING_H
#define FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * All rules: the stable name that findings carry, and what the rule requires.
 * This is the only list: `mb2check --help`, its options and the tests use it.
 */
#define MB2_RULES(GROUP, RULE)                                                 \
    GROUP("The header")                                                        \
    RULE("no-header", "the file holds a Multiboot2 header")                    \
    RULE("magic", "its magic number is 0xe85250d6")                            \
    RULE("multiboot1", "it is not a header of Multiboot 1")                    \
    RULE("compressed", "the file is the kernel, not compressed with gzip")     \
    RULE("header-align", "the header is at a multiple of 8 in the file")       \
    RULE("header-window", "it is in the file's first 32768 bytes")             \
    RULE("header-length", "header_length counts all of it")                    \
    RULE("architecture", "it is for 32-bit x86")                               \
    RULE("checksum", "its four fixed fields add up to 0")                      \
    GROUP("Its tags")                                                          \
    RULE("tag-align", "each tag begins at a multiple of 8")                    \
    RULE("tag-size", "each tag's size is that of its type")                    \
    RULE("tag-flags", "a tag's flags are 0 or 1")                              \
    RULE("tag-unknown", "a required tag is of a type that exists")             \
    RULE("tag-unsupported", "a required tag is of a type that GRUB knows")     \
    RULE("tag-duplicate", "there is at most one tag of each type")             \
    RULE("tag-end", "the last tag is type 0, flags 0, size 8")                 \
    RULE("tag-after-end", "no tag is after it")                                \
    RULE("request", "the information that the kernel requires exists")         \
    RULE("address", "the address tag's numbers fit the file")                  \
    RULE("address-entry", "an address tag has an entry address tag with it")   \
    RULE("efi-entry", "an EFI entry has an EFI boot services tag with it")     \
    RULE("console", "a required console is available")                         \
    RULE("framebuffer", "no framebuffer is requested by mistake")              \
    RULE("relocatable", "the relocatable tag leaves room for the kernel")      \
    GROUP("The ELF file")                                                      \
    RULE("file-format", "the file is ELF, or has an address tag")              \
    RULE("elf-header", "the ELF header is complete")                           \
    RULE("elf-class", "the ELF class is 32 or 64 bits")                        \
    RULE("elf-data", "it is little-endian")                                    \
    RULE("elf-type", "it is linked: an executable or a shared object")         \
    RULE("elf-machine", "it is for x86 or x86-64, as its class says")          \
    RULE("elf-version", "its version is 1")                                    \
    RULE("program-headers", "its program headers are where GRUB reads them")   \
    RULE("section-headers", "it has section headers that GRUB accepts")        \
    RULE("section-relocs", "no section holds relocations")                     \
    RULE("section-file", "the bytes of a section are in the file")             \
    GROUP("What is loaded, and where it is entered")                           \
    RULE("segment-size", "a segment is no larger in the file than in memory")  \
    RULE("segment-file", "the bytes of a segment are in the file")             \
    RULE("segment-4g", "a segment ends below 4 GiB")                           \
    RULE("segment-memory", "a segment is at addresses where PCs have memory")  \
    RULE("segment-low", "a segment is at 1 MiB or above")                      \
    RULE("segment-overlap", "no segment is loaded over another one")           \
    RULE("segment-empty", "no empty segment is below the kernel")              \
    RULE("segment-wx", "no segment is both writable and executable")           \
    RULE("entry", "an entry is an address of loaded code")                     \
    RULE("pvh-note", "QEMU can read the PVH note, which holds an address")

enum mb2_severity {
    MB2_FACT,      /* what a loader sees */
    MB2_WARNING,   /* legal, but often not what was meant */
    MB2_VIOLATION, /* against a specification, yet GRUB loads the file */
    MB2_ERROR,     /* GRUB refuses the file, or it cannot run */
};

/*
 * One statement about the file. `is`, `must`, `why` and `hint` are templates;
 * for instance "size is {found}" with found = 16 and decimal = true means "size
 * is 16".
 *
 *     {found}  {wanted}   in hexadecimal, or in decimal if `decimal` is set
 *     {number}            always decimal: which tag type, which segment
 *     {subject}           the text of that name
 *     {section}           the section of the specification
 *
 * Of the texts, a fact has only `is`. If it is about one field, it also has a
 * `label`, the field's name in the specification, and `found` is its value.
 */
struct mb2_finding {
    enum mb2_severity severity;
    const char *rule; /* its name; of a fact: what it belongs to, as "tag" */
    uint64_t offset;  /* in bytes from the file's beginning, at most its size */
    uint64_t size; /* of the bytes meant; offset + size is at most the file's */
    const char *label;   /* of a fact; NULL if it is a headline */
    const char *is;      /* what was found */
    const char *must;    /* what must be there */
    const char *why;     /* the reason, with the specification's section */
    const char *hint;    /* the likely cause, or what to try next */
    const char *section; /* of the specification: "Multiboot2 3.1.2", or NULL */
    uint64_t found;
    uint64_t wanted;
    uint64_t number;
    const char *subject;
    bool decimal;
};

/* Called for each finding, in the file's order as far as that is possible. The
 * finding is valid until the callback returns, its texts always. `context`
 * is what mb2_judge (judge.h) was given. */
typedef void mb2_report(void *context, const struct mb2_finding *finding);

#endif

/* SPDX-License-Identifier: 0BSD */
/* Door 1, the BIOS: GRUB finds the header, loads the file and jumps to start
 * in 32-bit protected mode, with paging off (Multiboot2 3.3). Door 3 enters
 * there too. */
#include "multiboot2.h"

void start(void);
void uefi_start(void);

/* The header (3.1): a fixed part, then tags. The three before the last are for
 * door 2, uefi.c; they are optional, so other loaders may pass them over. */
struct header {
    struct multiboot_header fixed;
    struct multiboot_header_tag efi_boot_services;
    struct multiboot_header_tag_relocatable relocatable;
    struct {
        struct multiboot_header_tag tag;
        void (*entry_addr)(void); /* 4 bytes of address, 4 of padding: half
                                     a pointer would be no constant in C */
    } efi64_entry;
    struct multiboot_header_tag end;
} __attribute__((packed));

#define ARCHITECTURE MULTIBOOT_ARCHITECTURE_I386
#define LENGTH sizeof(struct header)
/* Cast, then negate: sizeof is 64 bits wide, the checksum 32. */
#define CHECKSUM (-(uint32_t)(MULTIBOOT2_HEADER_MAGIC + ARCHITECTURE + LENGTH))
#define OPTIONAL MULTIBOOT_HEADER_TAG_OPTIONAL

/* No code reads it: `used` stops the compiler from dropping it, KEEP in
 * linker.ld the linker. Each tag begins with its type, flags and size. */
static const struct header header __attribute__((section(".multiboot_header"),
                                                 used, aligned(8))) = {
    .fixed = {.magic = MULTIBOOT2_HEADER_MAGIC,
              .architecture = ARCHITECTURE,
              .header_length = LENGTH,
              .checksum = CHECKSUM},
    .efi_boot_services = {MULTIBOOT_HEADER_TAG_EFI_BS, OPTIONAL, 8},
    .relocatable = {MULTIBOOT_HEADER_TAG_RELOCATABLE, OPTIONAL, 24,
                    .min_addr = 0x100000, .max_addr = 0xffffffff, .align = 4096,
                    .preference = MULTIBOOT_LOAD_PREFERENCE_LOW},
    .efi64_entry = {{MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64, OPTIONAL, 12},
                    uefi_start},
    .end = {MULTIBOOT_HEADER_TAG_END, 0, 8},
};

MULTIBOOT2_TAG_RULE(struct header, efi_boot_services);
MULTIBOOT2_TAG_RULE(struct header, relocatable);
MULTIBOOT2_TAG_RULE(struct header, efi64_entry);
MULTIBOOT2_TAG_RULE(struct header, end);
_Static_assert(offsetof(struct header, end) + 8 == sizeof(struct header),
               "the end tag must be the last one");
_Static_assert(LENGTH == sizeof(struct header), "length must count every tag");
_Static_assert(ARCHITECTURE == 0, "architecture must be 0, 32-bit x86");
_Static_assert((uint32_t)(MULTIBOOT2_HEADER_MAGIC + ARCHITECTURE + LENGTH +
                          CHECKSUM) == 0,
               "magic + architecture + length + checksum must be 0 in 32 bits");

/* A cell of the text screen is two bytes: the character, then its colours, 2
 * (green) behind and f (white) in front. x86 stores the low byte first. The
 * assembler computes OK too, so take operators that mean the same in both. */
#define VGA_TEXT 0xb8000
#define CELL(character) (0x2f << 8 | (character))
#define OK (CELL('K') << 16 | CELL('O'))
_Static_assert(OK == 0x2f4b2f4f, "the bytes in memory must be 4f 2f 4b 2f");

/* Tells the assembler a number by the name that it has in C. */
#define STRING(text) #text
#define TELL_ASSEMBLER(name) __asm__(".set " #name ", " STRING(name))
TELL_ASSEMBLER(VGA_TEXT);
TELL_ASSEMBLER(OK);

/* Naked: the compiler puts nothing before these instructions, such as a push to
 * a stack that nobody set up; basic asm is all that GCC supports in it. This
 * function alone is 32-bit code, hence .code32 and, behind it, .code64. The CPU
 * wakes from hlt for a non-maskable interrupt: then it halts again. */
__attribute__((naked, noreturn)) void start(void)
{
    __asm__(".code32\n\t"
            "movl $OK, VGA_TEXT\n\t"
            "cli\n"
            "1: hlt\n\t"
            "jmp 1b\n\t"
            ".code64");
}

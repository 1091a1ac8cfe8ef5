/* SPDX-License-Identifier: 0BSD */
/* The BIOS entry: GRUB finds the header, loads the file and jumps to start, in
 * 32-bit mode with paging off (Multiboot2 3.3). The PVH entry, see pvh.c, is
 * start too. */
#include "multiboot2.h"
#include "kernel.h"

void uefi_start(void); /* in uefi.c */

/* The header (3.1): a fixed part, then tags. Each tag begins at a multiple of
 * 8, so there may be padding before it; `packed` forbids any other gap. */
struct header {
    struct multiboot_header fixed;
    /* Three tags for uefi.c. */
    _Alignas(8) struct multiboot_header_tag efi_boot_services;
    _Alignas(8) struct multiboot_header_tag_relocatable relocatable;
    _Alignas(8) struct multiboot_header_tag_entry_address_efi64 efi64_entry;
    _Alignas(8) struct multiboot_header_tag end;
} __attribute__((packed));

/* sizeof yields 64 bits, but a field of the header has 32. */
#define LENGTH ((uint32_t)sizeof(struct header))

/* A loader that does not know the tag may skip it. */
#define OPTIONAL MULTIBOOT_HEADER_TAG_OPTIONAL

/* No code refers to it: `used` keeps the compiler from dropping it, and KEEP in
 * linker.ld the linker. */
static const struct header header __attribute__((
    section(".multiboot_header"), used, aligned(MULTIBOOT_HEADER_ALIGN))) = {
    .fixed = {.magic = MULTIBOOT2_HEADER_MAGIC,
              .architecture = MULTIBOOT_ARCHITECTURE_I386,
              .header_length = LENGTH,
              .checksum = -(MULTIBOOT2_HEADER_MAGIC +
                            MULTIBOOT_ARCHITECTURE_I386 + LENGTH)},
    .efi_boot_services = {.type = MULTIBOOT_HEADER_TAG_EFI_BS,
                          .flags = OPTIONAL,
                          .size = sizeof header.efi_boot_services},
    .relocatable = {.type = MULTIBOOT_HEADER_TAG_RELOCATABLE,
                    .flags = OPTIONAL,
                    .size = sizeof header.relocatable,
                    .min_addr = 0x100000,
                    /* long_mode.c's tables hold the linked addresses and map
                     * 2 MiB: 1 MiB is the one multiple of align that fits. */
                    .max_addr = 0x1fffff,
                    .align = 0x100000,
                    .preference = MULTIBOOT_LOAD_PREFERENCE_LOW},
    .efi64_entry = {.type = MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64,
                    .flags = OPTIONAL,
                    .size = sizeof(struct multiboot_header_tag_entry_address),
                    .entry_addr = uefi_start},
    .end = {.type = MULTIBOOT_HEADER_TAG_END, .size = sizeof header.end},
};
_Static_assert(offsetof(struct header, end) + sizeof header.end == LENGTH,
               "the end tag must be the last one");

/* Defines an assembler symbol with the value of a C macro. `#` does not expand
 * its argument, so a second macro, STRING, is needed to expand it first. */
#define STRING(text) #text
#define ASM_CONSTANT(name) __asm__(".set " #name ", " STRING(name))
ASM_CONSTANT(CR4_PAE);
ASM_CONSTANT(IA32_EFER);
ASM_CONSTANT(EFER_LME);
ASM_CONSTANT(CR0_PG);
ASM_CONSTANT(CODE_SEGMENT);

/* Naked: the compiler adds no instruction before these. A push, for instance,
 * would need a stack, and the loader provides none (3.3). After them, where the
 * CPU never gets, GCC adds ud2, an instruction that always faults. In a naked
 * function, GCC supports only basic asm. */
__attribute__((naked, noreturn)) void start(void)
{
    __asm__(".code32\n\t" /* the CPU is in 32-bit mode here */
            "movl $pml4, %eax\n\t"
            "movl %eax, %cr3\n\t" /* where the page tables are */
            "movl $CR4_PAE, %eax\n\t"
            "movl %eax, %cr4\n\t"
            "movl $IA32_EFER, %ecx\n\t"
            "rdmsr\n\t" /* EAX = low half of the MSR that ECX names */
            "orl $EFER_LME, %eax\n\t"
            "wrmsr\n\t"
            "movl %cr0, %eax\n\t"
            "orl $CR0_PG, %eax\n\t"
            "movl %eax, %cr0\n\t" /* long mode, still with 32-bit code */
            "lgdt gdt_pointer\n\t"
            "ljmp $CODE_SEGMENT, $2f\n\t" /* 64-bit code from here on */
            ".code64\n"
            "2: movq stack_top, %rsp\n\t"
            "call text_main\n\t"
            "cli\n" /* no interrupt may wake it */
            "1: hlt\n\t"
            "jmp 1b"); /* a non-maskable one still can: halt again */
}

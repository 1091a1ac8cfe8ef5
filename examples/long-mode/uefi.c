/* SPDX-License-Identifier: 0BSD */
/* Door 2, 64-bit UEFI: there may be no text memory at 0xb8000, so the kernel
 * asks the firmware to print. Three tags in kernel.c's header open this door:
 *   efi_boot_services  GRUB leaves the firmware running;
 *   efi64_entry        GRUB enters at uefi_start, in 64-bit mode (3.5);
 *   relocatable        GRUB keeps the kernel off the firmware's memory. */
#include "multiboot2.h"
#include "kernel.h"
#include "screen.h"
#include "uefi.h"

void uefi_start(void);
void uefi_main(const struct multiboot_info *info);

/* Returns the firmware's system table, or NULL when the information names none.
 * The information is total_size bytes (3.6): a fixed part, then tags, each at
 * the next multiple of 8. */
static const struct efi_system_table *
find_system_table(const struct multiboot_info *info)
{
    const struct multiboot_tag_efi64 *tag;
    /* The first tag: after the fixed part, which is one struct after info. */
    uint64_t at = (uint64_t)(info + 1);
    /* The last place where the tag that we look for would still fit. */
    uint64_t last = (uint64_t)info + info->total_size - sizeof *tag;

    for (; at <= last; at = (at + tag->size + 7) & ~7ull) {
        tag = (const void *)at;
        if (tag->type == MULTIBOOT_TAG_TYPE_EFI64)
            return (const void *)tag->pointer;
        if (tag->size < sizeof(struct multiboot_tag))
            break; /* not a tag: it leads to no other */
    }
    return NULL;
}

static struct efi_simple_text_output_protocol *console;

/* The firmware's letters have 16 bits, ours 8: it gets them one by one. */
static void print(const char *text)
{
    uint16_t letter[] = {0, 0};

    while ((letter[0] = (uint8_t)*text++))
        console->OutputString(console, letter);
}

/* `used`: an optimizer of the whole program does not see the call below. */
__attribute__((used, noreturn)) void
uefi_main(const struct multiboot_info *info)
{
    const struct efi_system_table *system_table = find_system_table(info);

    if (system_table) {
        console = system_table->ConOut;

        /* A machine may have several consoles, so each call says which. */
        console->Reset(console, 0); /* clears the screen to black */
        console->EnableCursor(console, 0);
        console->SetAttribute(console, ATTRIBUTE);
        kernel_main(print);
    }
    for (;;)
        __asm__("cli\n\thlt");
}

/* GRUB passes the information's address in EBX; a C function looks for its
 * first argument in RDI, whose upper half a write to EDI clears, and wants RSP
 * to be a multiple of 16 where it is called. */
__attribute__((naked, noreturn)) void uefi_start(void)
{
    __asm__("movl %ebx, %edi\n\t"
            "andq $-16, %rsp\n\t"
            "call uefi_main");
}

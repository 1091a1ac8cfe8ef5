/* SPDX-License-Identifier: 0BSD */
/* The UEFI entry, in 64-bit mode: there may be no text memory at 0xb8000, so
 * the kernel asks the firmware to print. Its three tags in kernel.c's header:
 *   efi_boot_services  GRUB leaves the firmware running;
 *   efi64_entry        GRUB enters at uefi_start, in 64-bit mode (3.5);
 *   relocatable        GRUB loads the kernel where the firmware is not. */
#include "multiboot2.h"
#include "kernel.h"
#include "screen.h"
#include "uefi.h"

static struct efi_simple_text_output_protocol *console;

/* The firmware's characters have 16 bits, ours 8: pass them one by one, each as
 * a string of its own. */
static void print(const char *text)
{
    for (; *text; text++) {
        uint16_t letter[] = {(uint8_t)*text, 0};

        console->OutputString(console, letter);
    }
}

__attribute__((noreturn)) void uefi_main(const struct multiboot_info *info)
{
    const struct efi_system_table *system_table = find_system_table(info);

    if (system_table) {
        console = system_table->ConOut;

        /* A PC may have several consoles, so each call names the one meant. */
        console->Reset(console, 0); /* clears the screen to black */
        console->EnableCursor(console, 0);
        console->SetAttribute(console, ATTRIBUTE);
        kernel_main(print);
    }
    for (;;)
        __asm__("cli\n\thlt");
}

/* GRUB passes the address of its information in EBX. A C function expects its
 * first argument in RDI (a write to EDI clears the upper half), and RSP to be a
 * multiple of 16 at the call. */
__attribute__((naked, noreturn)) void uefi_start(void)
{
    __asm__("movl %ebx, %edi\n\t"
            "andq $-16, %rsp\n\t"
            "call uefi_main");
}

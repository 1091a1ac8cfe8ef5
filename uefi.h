/* SPDX-License-Identifier: 0BSD */
/*
 * The two UEFI tables that uefi.c walks to print on the firmware's console, and
 * how to find the first.
 *
 * Names are those of the UEFI Specification 2.10; the section is given at each
 * structure. Functions not called here are plain pointers, or left out.
 */
#ifndef UEFI_H
#define UEFI_H

#include <stddef.h>
#include <stdint.h>
#include "multiboot2.h"

#define ASSERT_OFFSET(type, member, offset)                                    \
    _Static_assert(offsetof(type, member) == (offset),                         \
                   #member " must be at offset " #offset)

/* 2.3.4.2: the firmware's functions use Microsoft's calling convention. */
#define EFIAPI __attribute__((ms_abi))

/* 12.4: the console. Each function returns a status, 0 for success. */
struct efi_simple_text_output_protocol {
    uint64_t(EFIAPI *Reset)(struct efi_simple_text_output_protocol *This,
                            uint8_t ExtendedVerification);
    uint64_t(EFIAPI *OutputString)(struct efi_simple_text_output_protocol *This,
                                   const uint16_t *String); /* UTF-16, ends 0 */
    void *TestString;
    void *QueryMode;
    void *SetMode;
    uint64_t(EFIAPI *SetAttribute)(struct efi_simple_text_output_protocol *This,
                                   uint64_t Attribute); /* 12.4.1 */
    void *ClearScreen;
    void *SetCursorPosition;
    uint64_t(EFIAPI *EnableCursor)(struct efi_simple_text_output_protocol *This,
                                   uint8_t Visible);
};
ASSERT_OFFSET(struct efi_simple_text_output_protocol, Reset, 0);
ASSERT_OFFSET(struct efi_simple_text_output_protocol, OutputString, 8);
ASSERT_OFFSET(struct efi_simple_text_output_protocol, SetAttribute, 40);
ASSERT_OFFSET(struct efi_simple_text_output_protocol, EnableCursor, 64);

/* 4.3: leads to all other tables and to the consoles. */
struct efi_system_table {
    uint8_t Hdr[24];
    uint16_t *FirmwareVendor;
    uint32_t FirmwareRevision;
    void *ConsoleInHandle;
    void *ConIn;
    void *ConsoleOutHandle;
    struct efi_simple_text_output_protocol *ConOut;
};
ASSERT_OFFSET(struct efi_system_table, ConOut, 64);

/* Returns the system table, or NULL if the loader's information has none.
 * Tags follow the fixed part, each at the next multiple of 8 (3.6.2). */
static inline const struct efi_system_table *
find_system_table(const struct multiboot_info *info)
{
    const struct multiboot_tag_efi64 *tag = (const void *)(info + 1);

    while (tag->type != MULTIBOOT_TAG_TYPE_EFI64) {
        if (tag->type == MULTIBOOT_TAG_TYPE_END)
            return NULL;
        tag = (const void *)(((uint64_t)tag + tag->size + 7) & ~7ull);
    }
    return (const void *)tag->pointer;
}

#endif

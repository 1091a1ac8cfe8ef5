/* SPDX-License-Identifier: 0BSD */
/*
 * The two UEFI tables that uefi.c walks to print on the firmware's console.
 *
 * Names are those of the UEFI Specification 2.10; the section stands at each
 * structure. What nobody here calls is left out, and its place kept.
 */
#ifndef UEFI_H
#define UEFI_H

#include <stddef.h>
#include <stdint.h>

/* 2.3.4.2: the firmware's functions take their arguments as Windows' do. */
#define EFIAPI __attribute__((ms_abi))

/* 12.4.1: colours. UEFI took the VGA codes over: the sum is VGA's 0x2f. */
#define EFI_WHITE 0x0f
#define EFI_BACKGROUND_GREEN 0x20

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
                                   uint64_t Attribute); /* of text to come */
    void *ClearScreen;
    void *SetCursorPosition;
    uint64_t(EFIAPI *EnableCursor)(struct efi_simple_text_output_protocol *This,
                                   uint8_t Visible);
};
#define CONSOLE_LAYOUT(function, offset)                                       \
    _Static_assert(offsetof(struct efi_simple_text_output_protocol,            \
                            function) == (offset),                             \
                   #function " must be at offset " #offset)
CONSOLE_LAYOUT(Reset, 0);
CONSOLE_LAYOUT(OutputString, 8);
CONSOLE_LAYOUT(SetAttribute, 40);
CONSOLE_LAYOUT(EnableCursor, 64);

/* 4.3: the way into the firmware. */
struct efi_system_table {
    uint8_t Hdr[24];
    uint16_t *FirmwareVendor;
    uint32_t FirmwareRevision;
    void *ConsoleInHandle;
    void *ConIn;
    void *ConsoleOutHandle;
    struct efi_simple_text_output_protocol *ConOut;
};
_Static_assert(offsetof(struct efi_system_table, ConOut) == 64,
               "ConOut must be at offset 64");

#endif

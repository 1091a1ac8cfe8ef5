/* SPDX-License-Identifier: 0BSD */
/*
 * What a kernel and a Multiboot2 loader tell each other.
 *
 * Names, sizes and values are those of the Multiboot2 Specification 2.0; the
 * section is given at each structure. Every number is little-endian.
 */
#ifndef MULTIBOOT2_H
#define MULTIBOOT2_H

#include <stddef.h>
#include <stdint.h>

#define ASSERT_SIZE(type, size)                                                \
    _Static_assert(sizeof(type) == (size), #type " must be " #size " bytes")

/* --- The header: from the kernel's file to the loader (3.1) --------------- */

/* The loader looks for the header up to this far into the file, at each
 * multiple of MULTIBOOT_HEADER_ALIGN. */
#define MULTIBOOT_SEARCH 32768
#define MULTIBOOT_HEADER_ALIGN 8
#define MULTIBOOT_TAG_ALIGN 8

#define MULTIBOOT2_HEADER_MAGIC 0xe85250d6

/* The loader's magic number: it is in EAX when the kernel starts (3.3). */
#define MULTIBOOT2_BOOTLOADER_MAGIC 0x36d76289

#define MULTIBOOT_ARCHITECTURE_I386 0
#define MULTIBOOT_ARCHITECTURE_MIPS32 4

/* 3.1.2: the fixed part; tags follow. */
struct multiboot_header {
    uint32_t magic;         /* MULTIBOOT2_HEADER_MAGIC */
    uint32_t architecture;  /* of the entry state: 0 is 32-bit x86 */
    uint32_t header_length; /* in bytes, from magic to the end tag's end */
    uint32_t checksum;      /* makes the sum of these four fields 0 */
};
ASSERT_SIZE(struct multiboot_header, 16);

/* Header tag types. */
#define MULTIBOOT_HEADER_TAG_END 0
#define MULTIBOOT_HEADER_TAG_INFORMATION_REQUEST 1
#define MULTIBOOT_HEADER_TAG_ADDRESS 2
#define MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS 3
#define MULTIBOOT_HEADER_TAG_CONSOLE_FLAGS 4
#define MULTIBOOT_HEADER_TAG_FRAMEBUFFER 5
#define MULTIBOOT_HEADER_TAG_MODULE_ALIGN 6
#define MULTIBOOT_HEADER_TAG_EFI_BS 7
#define MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI32 8
#define MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS_EFI64 9
#define MULTIBOOT_HEADER_TAG_RELOCATABLE 10

/* Header tag flags: with 0, a loader that does not know the tag refuses the
 * kernel; with 1, it may skip the tag. */
#define MULTIBOOT_HEADER_TAG_REQUIRED 0
#define MULTIBOOT_HEADER_TAG_OPTIONAL 1

/* 3.1.3: each tag begins like this, at a multiple of 8. The end tag, the module
 * alignment tag (3.1.11) and the EFI boot services tag (3.1.12) end here. */
struct multiboot_header_tag {
    uint16_t type;
    uint16_t flags;
    uint32_t size; /* in bytes, without the padding after the tag */
};
ASSERT_SIZE(struct multiboot_header_tag, 8);

/* 3.1.4: which information the kernel asks for; the types of the information
 * tags (3.6) follow, with 32 bits each. */
struct multiboot_header_tag_information_request {
    uint16_t type;
    uint16_t flags;
    uint32_t size;
};
ASSERT_SIZE(struct multiboot_header_tag_information_request, 8);

/* 3.1.5: which bytes of the file to load, and where. For a file that is not
 * ELF; if an ELF file has this tag, its ELF headers are not used. */
struct multiboot_header_tag_address {
    uint16_t type;
    uint16_t flags;
    uint32_t size;
    uint32_t header_addr;   /* where the header's first byte will be */
    uint32_t load_addr;     /* where the first loaded byte will be */
    uint32_t load_end_addr; /* after the last one; 0: load the whole file */
    uint32_t bss_end_addr;  /* after the zeros that follow; 0: no zeros */
};
ASSERT_SIZE(struct multiboot_header_tag_address, 24);

/* A load_addr of this value: the file is loaded from its first byte. */
#define MULTIBOOT_LOAD_ADDR_FILE 0xffffffff

/* 3.1.6, and for UEFI 3.1.7 and 3.1.8: where to jump to. */
struct multiboot_header_tag_entry_address {
    uint16_t type;
    uint16_t flags;
    uint32_t size;
    uint32_t entry_addr;
};
ASSERT_SIZE(struct multiboot_header_tag_entry_address, 12);

/* The same with the padding after it, for use in C: entry_addr is a pointer of
 * 8 bytes, whose high half, 0 below 4 GiB, is the padding. (The linker fills in
 * the address, and C has no constant expression for half of it.) _Alignas keeps
 * the size when the checker is compiled for 32 bits. */
struct multiboot_header_tag_entry_address_efi64 {
    uint16_t type;
    uint16_t flags;
    uint32_t size; /* of multiboot_header_tag_entry_address, without padding */
    _Alignas(MULTIBOOT_TAG_ALIGN) void (*entry_addr)(void);
};
ASSERT_SIZE(struct multiboot_header_tag_entry_address_efi64, 16);

/* 3.1.9: which consoles the kernel supports. */
struct multiboot_header_tag_console_flags {
    uint16_t type;
    uint16_t flags;
    uint32_t size;
    uint32_t console_flags;
};
ASSERT_SIZE(struct multiboot_header_tag_console_flags, 12);

#define MULTIBOOT_CONSOLE_FLAGS_CONSOLE_REQUIRED 1
#define MULTIBOOT_CONSOLE_FLAGS_EGA_TEXT_SUPPORTED 2

/* 3.1.10: the screen that the kernel prefers; 0 is no preference. */
struct multiboot_header_tag_framebuffer {
    uint16_t type;
    uint16_t flags;
    uint32_t size;
    uint32_t width;  /* in pixels, or characters of text */
    uint32_t height; /* the same */
    uint32_t depth;  /* in bits per pixel; 0 for text */
};
ASSERT_SIZE(struct multiboot_header_tag_framebuffer, 20);

/* 3.1.13: the kernel may be loaded at an address it was not linked for. */
struct multiboot_header_tag_relocatable {
    uint16_t type;
    uint16_t flags;
    uint32_t size;
    uint32_t min_addr;   /* lowest address of the image's first byte */
    uint32_t max_addr;   /* highest address of its last byte */
    uint32_t align;      /* of the load address, in bytes */
    uint32_t preference; /* which end of the range to try first */
};
ASSERT_SIZE(struct multiboot_header_tag_relocatable, 24);

#define MULTIBOOT_LOAD_PREFERENCE_NONE 0
#define MULTIBOOT_LOAD_PREFERENCE_LOW 1
#define MULTIBOOT_LOAD_PREFERENCE_HIGH 2

/* --- The information: from the loader to the running kernel (3.6) --------- */

/* 3.6.1: the fixed part; tags follow. */
struct multiboot_info {
    uint32_t total_size; /* in bytes, from here to the last tag's end */
    uint32_t reserved;
};
ASSERT_SIZE(struct multiboot_info, 8);

/* 3.6.2: each tag begins like this, at a multiple of 8. */
struct multiboot_tag {
    uint32_t type;
    uint32_t size; /* in bytes, without the padding after the tag */
};
ASSERT_SIZE(struct multiboot_tag, 8);

#define MULTIBOOT_TAG_TYPE_END 0
#define MULTIBOOT_TAG_TYPE_EFI64 12
#define MULTIBOOT_TAG_TYPE_LOAD_BASE_ADDR 21 /* the last one that exists */

/* 3.6.14: where the firmware's 64-bit system table is. */
struct multiboot_tag_efi64 {
    uint32_t type;
    uint32_t size;
    uint64_t pointer;
};
ASSERT_SIZE(struct multiboot_tag_efi64, 16);

#endif

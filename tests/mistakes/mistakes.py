# SPDX-License-Identifier: 0BSD
"""The laboratory of mistakes: what learners do to a kernel, who notices, and
what they are then told.

As a program it prints the table as Markdown (`make mistakes`).
"""

import collections
import sys

# title   what the learner did, in a few words
# edits   (file, old text, new text), each old text once in its file
# stage   who notices: compile, link, mb2check, mkiso or boot; or harmless
# says    the words that the learner then reads, or why it is harmless
# door    of the boot that is looked at: bios, uefi or kernel
# make    arguments for make
# seconds how long the boot is watched
Mistake = collections.namedtuple(
    "Mistake", "title edits stage says door make seconds",
    defaults=["bios", (), 30])  # fmt: skip

STAGES = {
    "compile": "the compiler",
    "link": "the linker",
    "mb2check": "`mb2check`",
    "mkiso": "`mkiso.sh`",
    "boot": "the boot test",
    "harmless": "nobody",
}

C_IN_NAKED = [
    ("kernel.c",
     '    __asm__(".code32\\n\\t"\n            "movl $OK, VGA_TEXT\\n\\t"',
     "    *(volatile uint32_t *)VGA_TEXT = OK;\n"
     '    __asm__(".code32\\n\\t"')]  # fmt: skip

MISTAKES = {
    # --- The header ---------------------------------------------------------
    "wrong-magic": Mistake(
        "The magic number mistyped",
        [("kernel.c", ".magic = MULTIBOOT2_HEADER_MAGIC",
          ".magic = 0xe85250d5")],
        "mb2check",
        "the section .multiboot_header begins with 0xe85250d5"),
    "multiboot1-magic": Mistake(
        "The magic number of Multiboot 1",
        [("kernel.c", ".magic = MULTIBOOT2_HEADER_MAGIC",
          ".magic = 0x1badb002")],
        "mb2check",
        "the section .multiboot_header begins with 0x1badb002"),
    "typed-checksum": Mistake(
        "The checksum typed from another kernel",
        [("kernel.c", "(-(uint32_t)(MULTIBOOT2_HEADER_MAGIC + ARCHITECTURE"
          " + LENGTH))", "0x17adaf12")],
        "compile",
        "magic + architecture + length + checksum must be 0 in 32 bits"),
    "checksum-not-cast": Mistake(
        "The checksum negated without the cast",
        [("kernel.c", "(-(uint32_t)(", "(-(")],
        "harmless",
        "the low 32 bits are right; the compiler warns of the others"),
    "architecture-4": Mistake(
        "Architecture 4, which is MIPS",
        [("kernel.c", "ARCHITECTURE MULTIBOOT_ARCHITECTURE_I386",
          "ARCHITECTURE MULTIBOOT_ARCHITECTURE_MIPS32")],
        "compile", "architecture must be 0, 32-bit x86"),
    "length-without-end": Mistake(
        "The length without the end tag",
        [("kernel.c", "LENGTH sizeof(struct header)",
          "LENGTH (sizeof(struct header) - 8)")],
        "compile", "length must count every tag"),
    "end-tag-missing": Mistake(
        "The end tag left out",
        [("kernel.c", "    struct multiboot_header_tag end;\n", ""),
         ("kernel.c", "    .end = {MULTIBOOT_HEADER_TAG_END, 0, 8},\n", "")],
        "compile", "'struct header' has no member named 'end'"),
    "end-tag-not-last": Mistake(
        "A tag behind the end tag",
        [("kernel.c", "    struct multiboot_header_tag end;\n", ""),
         ("kernel.c", "    struct multiboot_header_tag_relocatable",
          "    struct multiboot_header_tag end;\n"
          "    struct multiboot_header_tag_relocatable")],
        "compile", "the end tag must be the last one"),
    "end-tag-size": Mistake(
        "The end tag with size 0",
        [("kernel.c", "MULTIBOOT_HEADER_TAG_END, 0, 8",
          "MULTIBOOT_HEADER_TAG_END, 0, 0")],
        "mb2check", "the end tag's size is 0"),
    "unpadded-tag": Mistake(
        "A tag of 12 bytes without its 4 bytes of padding",
        [("kernel.c", "    struct multiboot_header_tag end;\n",
          "    struct {\n"
          "        struct multiboot_header_tag tag;\n"
          "        uint32_t console_flags;\n"
          "    } console;\n"
          "    struct multiboot_header_tag end;\n")],
        "compile", "tag end must start at a multiple of 8"),
    "unknown-tag": Mistake(
        "A required tag that no loader knows (flags 0 is: required)",
        [("kernel.c", "{MULTIBOOT_HEADER_TAG_EFI_BS, OPTIONAL, 8}",
          "{0x77, 0, 8}")],
        "mb2check",
        "a required tag of type 119, which does not exist"),
    "required-tags": Mistake(
        "Door 2's tags marked as required",
        [("kernel.c", "OPTIONAL MULTIBOOT_HEADER_TAG_OPTIONAL",
          "OPTIONAL MULTIBOOT_HEADER_TAG_REQUIRED")],
        "harmless", "GRUB knows these tags, on BIOS too; another loader may not"),
    "framebuffer-tag": Mistake(
        "A framebuffer tag added: GRUB switches to graphics",
        [("kernel.c", "    struct multiboot_header_tag end;\n",
          "    struct {\n"
          "        struct multiboot_header_tag tag;\n"
          "        uint32_t width, height, depth, padding;\n"
          "    } framebuffer;\n"
          "    struct multiboot_header_tag end;\n"),
         ("kernel.c", "    .end = {MULTIBOOT_HEADER_TAG_END, 0, 8},",
          "    .framebuffer = {{MULTIBOOT_HEADER_TAG_FRAMEBUFFER, OPTIONAL,"
          " 20}, 0, 0, 0, 0},\n"
          "    .end = {MULTIBOOT_HEADER_TAG_END, 0, 8},")],
        "boot", "the screen is not in text mode"),
    "address-of-32-bits": Mistake(
        "The address of a function in a field of 32 bits",
        [("kernel.c", "void (*entry_addr)(void);", "uint32_t entry_addr;")],
        "compile", "makes integer from pointer without a cast"),
    "section-misspelled": Mistake(
        "The header's section misspelled",
        [("kernel.c", 'section(".multiboot_header")',
          'section(".multiboot-header")')],
        "link", "unplaced orphan section `.multiboot-header'"),
    "used-removed": Mistake(
        "`used` removed: the compiler drops the header",
        [("kernel.c", "used, aligned(8)", "aligned(8)")],
        "link", "no Multiboot2 header"),
    "keep-removed": Mistake(
        "KEEP removed under `--gc-sections`: the linker drops the header",
        [("linker.ld", "KEEP(*(.multiboot_header))", "*(.multiboot_header)")],
        "link", "no Multiboot2 header", make=("LDFLAGS=--gc-sections",)),
    "header-too-far": Mistake(
        "The header behind 32 KiB of something else",
        [("linker.ld", "    .multiboot_header : {",
          "    .big : { . += 0x8000; } :text\n    .multiboot_header : {")],
        "link", "must lie in the first 32768 bytes"),
    "header-not-first": Mistake(
        "The header behind the code",
        [("linker.ld",
          "    .multiboot_header : { KEEP(*(.multiboot_header)) } :text\n", ""),
         ("linker.ld", "    .rodata : {",
          "    .multiboot_header : ALIGN(8) { KEEP(*(.multiboot_header)) }"
          " :text\n    .rodata : {")],
        "harmless", "it may lie anywhere in the first 32768 bytes"),

    # --- The code -----------------------------------------------------------
    "ko": Mistake(
        "The letters swapped: KO",
        [("kernel.c", "CELL('K') << 16 | CELL('O')",
          "CELL('O') << 16 | CELL('K')")],
        "compile", "the bytes in memory must be 4f 2f 4b 2f"),
    "wrong-colours": Mistake(
        "The colours swapped: green on white",
        [("kernel.c", "(0x2f << 8", "(0xf2 << 8")],
        "compile", "the bytes in memory must be 4f 2f 4b 2f"),
    "wrong-address": Mistake(
        "The text screen at 0xb0000, the monochrome card's place",
        [("kernel.c", "VGA_TEXT 0xb8000", "VGA_TEXT 0xb0000")],
        "boot", "the screen begins with ' ' in 0x07"),
    "naked-removed": Mistake(
        "`naked` removed",
        [("kernel.c", "__attribute__((naked, noreturn)) void start",
          "__attribute__((noreturn)) void start")],
        "harmless",
        "an optimizing compiler had nothing to add"),
    "naked-removed-O0": Mistake(
        "`naked` removed, without optimization",
        [("kernel.c", "__attribute__((naked, noreturn)) void start",
          "__attribute__((noreturn)) void start")],
        "harmless",
        "a push is added, and GRUB happens to leave a stack for it", make=("CFLAGS=-O0",)),
    "c-in-naked": Mistake(
        "C statements in the naked function",
        C_IN_NAKED,
        "harmless", "they happen to mean the same in 32-bit mode"),
    "c-in-naked-clang": Mistake(
        "C statements in the naked function, with clang",
        C_IN_NAKED,
        "compile", "non-ASM statement in naked function is not supported",
        make=("CC=clang",)),
    "entry-misnamed": Mistake(
        "The entry under another name than in C: `_start`",
        [("linker.ld", "ENTRY(start)", "ENTRY(_start)")],
        "link", "cannot find entry symbol _start"),
    "code32-forgotten": Mistake(
        "`.code32` forgotten",
        [("kernel.c", '".code32\\n\\t"\n            ', "")],
        "harmless",
        "these few instructions have a common encoding in both modes"),
    "code64-forgotten": Mistake(
        "`.code64` forgotten",
        [("kernel.c", '"jmp 1b\\n\\t"\n            ".code64"', '"jmp 1b"')],
        "harmless", "no code follows in this file"),
    "loop-forgotten": Mistake(
        "No loop behind `hlt`",
        [("kernel.c", '"1: hlt\\n\\t"\n            "jmp 1b\\n\\t"',
          '"hlt\\n\\t"')],
        "harmless", "no non-maskable interrupt comes in these machines"),
    "hlt-forgotten": Mistake(
        "Neither `hlt` nor a loop: the CPU runs on into what follows",
        [("kernel.c", '"cli\\n"\n            "1: hlt\\n\\t"\n'
          '            "jmp 1b\\n\\t"', '""')],
        "boot", "took a triple fault"),
    "cli-forgotten": Mistake(
        "`cli` forgotten",
        [("kernel.c", '"cli\\n"', '"\\n"')],
        "harmless", "GRUB and QEMU enter with interrupts off"),
    "stack-not-aligned": Mistake(
        "Door 2's stack not aligned",
        [("uefi.c", '"andq $-16, %rsp\\n\\t"', '"andq $-16, %rsp\\n\\tpushq %rbx\\n\\t"')],
        "harmless",
        "this firmware uses no instruction that needs the alignment", door="uefi"),
    "red-zone": Mistake(
        "The red zone left on",
        [("Makefile", "FLAGS += -mno-red-zone", "FLAGS += -mred-zone")],
        "harmless",
        "a function that calls others, as ours does, has no red zone", door="uefi"),
    "wrong-calling-convention": Mistake(
        "The firmware called by Linux's convention",
        [("uefi.h", "__attribute__((ms_abi))", "__attribute__((sysv_abi))")],
        "boot", "X64 Exception Type", door="uefi"),

    # --- The link -----------------------------------------------------------
    "address-0": Mistake(
        "The kernel linked at address 0",
        [("linker.ld", ". = 1M;", ". = 0;")],
        "link", "must be linked at 1 MiB or above"),
    "address-low": Mistake(
        "The kernel linked below 1 MiB, at 0x7c00",
        [("linker.ld", ". = 1M;", ". = 0x7c00;")],
        "link", "must be linked at 1 MiB or above"),
    "address-high": Mistake(
        "The kernel linked above 4 GiB",
        [("linker.ld", ". = 1M;", ". = 0x100000000;")],
        "link", "must be linked below 4 GiB"),
    "writable-code": Mistake(
        "One segment writable and executable",
        [("linker.ld", "FLAGS(5)", "FLAGS(7)")],
        "link", "has a LOAD segment with RWX permissions"),
    "note-discarded": Mistake(
        "The PVH note discarded with the compiler's notes",
        [("linker.ld", "    .note.Xen : { KEEP(*(.note.Xen)) } :text :note\n",
          "")],
        "boot", "without PVH ELF Note", door="kernel"),
    "note-of-32-bits": Mistake(
        "The PVH note's size given as 4 bytes, its entry as 8",
        [("pvh.c", ".descsz = sizeof note.entry", ".descsz = 4")],
        "harmless", "the entry's low half comes first", door="kernel"),
    "note-entry-of-32-bits": Mistake(
        "The PVH note's entry of 4 bytes",
        [("pvh.c", "    void (*entry)(void);", "    uint32_t entry;")],
        "compile", "makes integer from pointer without a cast"),
    "note-name": Mistake(
        "The PVH note's name misspelled",
        [("pvh.c", '.name = "Xen"', '.name = "xen"')],
        "harmless", "QEMU looks at the type alone; Xen would not", door="kernel"),
    "m32": Mistake(
        "Compiled with -m32",
        [("Makefile", "FLAGS += -m64", "FLAGS += -m32")],
        "compile", "tag end must start at a multiple of 8"),
    "pie": Mistake(
        "PIE left on for the files with addresses in tables",
        [("Makefile", "PIC = -fno-pic", "PIC = -fpie")],
        "harmless",
        "the tables become writable, and the assembler warns of one"),
    "stack-protector": Mistake(
        "The stack protector left on, and a function of your own",
        [("Makefile", "-fno-stack-protector", "-fstack-protector-all"),
         ("pvh.c", "void start(void);",
          "void start(void);\nint twice(int n);\n"
          "int twice(int n)\n{\n    return 2 * n;\n}")],
        "link", "undefined reference to `__stack_chk_fail'"),
    "unwind-tables": Mistake(
        "Unwind tables left on",
        [("Makefile", "-fno-asynchronous-unwind-tables",
          "-fasynchronous-unwind-tables")],
        "link", "unplaced orphan section `.eh_frame'"),
    "sse": Mistake(
        "SSE left on",
        [("Makefile", "-mgeneral-regs-only ", "-msse2 ")],
        "harmless", "our C computes nothing that SSE is good for"),
    "cet": Mistake(
        "CET left on",
        [("Makefile", "-fcf-protection=none", "-fcf-protection=full")],
        "harmless", "endbr64 does nothing here, in 4 bytes a function"),

    "not-relocatable": Mistake(
        "Code with absolute addresses, and GRUB asked to move it",
        [("Makefile", "PIC = -fpie", "PIC = -fno-pic"),
         ("kernel.c", "LOAD_PREFERENCE_LOW", "LOAD_PREFERENCE_HIGH")],
        "boot", "not OK but:", door="uefi"),

    # --- The image ----------------------------------------------------------
    "multiboot1-command": Mistake(
        "`multiboot` instead of `multiboot2` in grub.cfg",
        [("grub/grub.cfg", "    multiboot2 ", "    multiboot ")],
        "boot", "error: file `/boot/grub/i386-pc/multiboot.mod' not found."),
    "kernel-path": Mistake(
        "The kernel's path misspelled in grub.cfg",
        [("grub/grub.cfg", "/boot/kernel.bin", "/boot/kernel")],
        "boot", "error: file `/boot/kernel' not found."),
    "brace": Mistake(
        "A brace missing in grub.cfg",
        [("grub/grub.cfg", "\n}", "\n")],
        "mkiso", "GRUB cannot read grub/grub.cfg"),
    "cfg-folder": Mistake(
        "grub.cfg in the wrong folder",
        [("scripts/mkiso.sh", '"$tree/boot/grub/grub.cfg"',
          '"$tree/boot/grub.cfg"')],
        "boot", "grub>"),
    "clear-forgotten": Mistake(
        "`clear` forgotten in grub.cfg",
        [("grub/grub.cfg", "    clear ", "    set x=y ")],
        "boot", "row 0, column 2 is not blank"),
    "timeout-forgotten": Mistake(
        "`set timeout=0` forgotten in grub.cfg",
        [("grub/grub.cfg", "set timeout=0", "set other=0")],
        "boot", "Press enter to boot the selected OS"),
}


def table():
    """The table of all mistakes, as Markdown."""
    rows = ["| what you do | who notices | what you read |", "|---|---|---|"]
    for mistake in MISTAKES.values():
        says = mistake.says
        if mistake.stage != "harmless":
            says = f"`` {says} ``" if "`" in says else f"`{says}`"
        rows.append(f"| {mistake.title} | {STAGES[mistake.stage]} | {says} |")
    return "\n".join(rows)


if __name__ == "__main__":
    try:
        print(table(), flush=True)
    except BrokenPipeError:
        sys.stderr.close()  # the reader, such as `head`, has seen enough

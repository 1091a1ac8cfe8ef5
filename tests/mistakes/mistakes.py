# SPDX-License-Identifier: 0BSD
"""Mistakes that learners make in a kernel, who notices each, and the message
that they then read.

    mistakes.py                prints the table of the kernel's
    mistakes.py long-mode      prints that of examples/long-mode
    mistakes.py --json         prints the kernel's, with the edits
    mistakes.py --make NAME    makes it in build/mistake, and says who notices
"""

import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts"))

from docs import environment  # noqa: E402

EXAMPLE_KERNEL = "examples/long-mode/kernel.c"
TABLES = "examples/long-mode/long_mode.c"

# The texts that are edited: a name, the file, and a pattern that matches there
# once. The patterns mean the same in Python and in JavaScript, with the flag m.
ANCHORS = {
    "the magic number": ("kernel.c", r"(?<=\.magic = )\w+"),
    "the architecture": ("kernel.c", r"(?<=\.architecture = )\w+"),
    "the checksum": ("kernel.c", r"(?<=\.checksum = )-\([^)]*\)"),
    "the length": ("kernel.c", r"(?<=#define LENGTH ).+"),
    "OPTIONAL": ("kernel.c", r"(?<=#define OPTIONAL )\w+"),
    "the end tag": ("kernel.c", r"^ *_Alignas\(8\) struct multiboot_header_tag end;"),
    "the end tag's value": ("kernel.c", r"^ *\.end = \{[^}]*\},"),
    "the end tag's size": ("kernel.c", r"sizeof header\.end(?=\})"),
    "the entry tag's type": (
        "kernel.c", r"multiboot_header_tag_entry_address_efi64(?= \w+;)"),
    "the load preference": ("kernel.c", r"(?<=\.preference = )\w+"),
    "the header's section": ("kernel.c", r'(?<=section\(")\.multiboot_header'),
    "used": ("kernel.c", r"\bused, (?=aligned)"),
    "naked": ("kernel.c", r"naked, (?=noreturn\)\) void start)"),
    "before start": ("kernel.c", r"^(?=__attribute__\(\(naked.*\bstart\()"),
    "start's code": ("kernel.c", r'__asm__\((?="\.code32)'),
    ".code32": ("kernel.c", r'"\.code32\\n\\t"'),
    "the store": ("kernel.c", r'"movl \$OK_CELLS, VGA_TEXT\\n\\t"'),
    "cli": ("kernel.c", r'"cli\\n(\\t)?"'),
    "hlt": ("kernel.c", r'"1: hlt\\n\\t"'),
    "the jump back": ("kernel.c", r'"jmp 1b\\n\\t"'),
    "the order of the letters": (
        "screen.h", r"CELL\(SECOND_LETTER\) << 16 \| CELL\(FIRST_LETTER\)"),
    "the attribute": ("screen.h", r"BACKGROUND_COLOR << 4 \| TEXT_COLOR"),
    "the text screen": ("screen.h", r"(?<=#define VGA_TEXT )\w+"),
    "the walk's result": ("uefi.c", r"if \(system_table\)"),
    "the stack's alignment": ("uefi.c", r'"andq \$-16, %rsp\\n\\t"'),
    "the calling convention": ("uefi.h", r"(?<=\()ms_abi(?=\))"),
    "the note's entry": ("pvh.c", r"void \(\*entry\)\(void\)"),
    "the note's name": ("pvh.c", r'(?<=\.name = )"Xen"'),
    "ENTRY": ("linker.ld", r"(?<=ENTRY\()start"),
    "the load address": ("linker.ld", r"^ +\. = \w+;"),
    "the code's flags": ("linker.ld", r"FLAGS\(5\)"),
    "KEEP": ("linker.ld", r"KEEP\(\*\(\.multiboot_header\)\)"),
    "before the header": ("linker.ld", r"^(?= +\.multiboot_header : )"),
    "the note's place": ("linker.ld", r"^ +\.note\.Xen : .*\n"),
    "-m64": ("Makefile", r"-m64"),
    "-mgeneral-regs-only": ("Makefile", r"-mgeneral-regs-only"),
    "-mno-red-zone": ("Makefile", r"-mno-red-zone"),
    "-fno-stack-protector": ("Makefile", r"-fno-stack-protector"),
    "-fcf-protection": ("Makefile", r"(?<=-fcf-protection=)none"),
    "-fpie": ("Makefile", r"-fpie$"),
    "multiboot2": ("grub/grub.cfg", r"\bmultiboot2(?= )"),
    "the kernel's path": ("grub/grub.cfg", r"/boot/kernel\.bin"),
    "the closing brace": ("grub/grub.cfg", r"^\}"),
    "clear": ("grub/grub.cfg", r"\bclear\b"),
    "the timeout": ("grub/grub.cfg", r"\btimeout(?==0)"),
    "grub.cfg's place": ("scripts/mkiso.sh", r"\$tree/boot/grub/grub\.cfg"),
    "the directory's address": (TABLES, r"\(uint64_t\)&directory \+"),
    "a table's alignment": (TABLES, r"_Alignas\(4096\) "),
    "a table's entries": (TABLES, r"(?<=entry\[)512"),
    "the code descriptor's 64-bit flag": (TABLES, r" \+ LONG_MODE(?=\})"),
    "the page's flag": (TABLES, r" \+ PAGE(?=\})"),
    "the page's WRITABLE": (TABLES, r" \+ WRITABLE(?= \+ PAGE\})"),
    "the code segment": ("examples/long-mode/kernel.h", r"(?<=CODE_SEGMENT )8"),
    "the example's .code64": (EXAMPLE_KERNEL, r'"\.code64\\n"'),
    "the store in CR4": (EXAMPLE_KERNEL, r'"movl %eax, %cr4\\n\\t"'),
    "wrmsr": (EXAMPLE_KERNEL, r'"wrmsr\\n\\t"'),
    "the store in CR0": (EXAMPLE_KERNEL, r'"movl %eax, %cr0\\n\\t"'),
    "the stack": (EXAMPLE_KERNEL, r"(?<=2: )movq stack_top, %rsp"),
    "before kernel_main": ("examples/long-mode/main.c", r"^(?=void kernel_main)"),
}  # fmt: skip


class AnchorGone(LookupError):
    """A text that a mistake edits is missing, or there more than once."""


def replace(folder, name, pattern, new):
    """Edits a file of a copy, where the pattern must be there once."""
    text = (folder / name).read_text()
    text, count = re.subn(pattern, lambda _: new, text, flags=re.M)
    if count != 1:
        raise AnchorGone(f"{name} has this {count} times, not once: {pattern}")
    (folder / name).write_text(text)


def apply(edits, folder):
    """Makes the edits, pairs of an anchor and a new text, in a copy."""
    for anchor, new in edits:
        replace(folder, *ANCHORS[anchor], new)


# title   what the learner did, in a few words
# edits   pairs of an anchor and the text that replaces it
# stage   who notices: compile, link, mb2check, mkiso or boot; or harmless
# says    the words that the learner then reads, or why it is harmless
# entry   by which it is booted: bios, uefi or pvh
# make    arguments for make
# needs   a file that it is about, if a learner may have deleted that
Mistake = collections.namedtuple(
    "Mistake", "title edits stage says entry make needs",
    defaults=["bios", (), None])  # fmt: skip

STAGES = {
    "compile": "the compiler",
    "link": "the linker",
    "mb2check": "`mb2check`",
    "mkiso": "`mkiso.sh`",
    "boot": "the boot",
    "harmless": "nobody",
}

END = "_Alignas(8) struct multiboot_header_tag end;"
END_VALUE = ("    .end = {.type = MULTIBOOT_HEADER_TAG_END,"
             " .size = sizeof header.end},")  # fmt: skip


def one_tag_more(declaration, value, end="    " + END):
    return [("the end tag", f"    _Alignas(8) struct {declaration};\n{end}"),
            ("the end tag's value", f"    {value},\n{END_VALUE}")]  # fmt: skip


def in_long_mode(title, edits, stage, says):
    """A mistake in the example, on the way into 64-bit mode."""
    return Mistake(title, edits, stage, says, entry="pvh",
                   make=("EXAMPLE=long-mode",), needs="pvh.c")  # fmt: skip


RESET = "the PC took a triple fault"

MISTAKES = {
    # --- The header ---------------------------------------------------------
    "wrong-magic": Mistake(
        "The magic number mistyped",
        [("the magic number", "0xe85250d5")],
        "mb2check", "the header's magic number is 0xe85250d5"),
    "multiboot1-magic": Mistake(
        "The magic number of Multiboot 1",
        [("the magic number", "0x1badb002")],
        "mb2check", "the header's magic number is 0x1badb002"),
    "typed-checksum": Mistake(
        "The checksum typed from another kernel",
        [("the checksum", "0x17adaf13")],
        "mb2check", "the checksum is 0x17adaf13"),
    "architecture-4": Mistake(
        "Architecture 4, which is MIPS",
        [("the architecture", "MULTIBOOT_ARCHITECTURE_MIPS32")],
        "mb2check", "the architecture is 4, 32-bit MIPS"),
    "length-without-end": Mistake(
        "The length without the end tag",
        [("the length", "(sizeof(struct header) - 8)")],
        "compile", "the end tag must be the last one"),
    "end-tag-missing": Mistake(
        "The end tag left out",
        [("the end tag", ""), ("the end tag's value", "")],
        "compile", "'struct header' has no member named 'end'"),
    "end-tag-not-last": Mistake(
        "A tag after the end tag",
        [("the end tag", f"    {END}\n    struct multiboot_header_tag late;")],
        "compile", "the end tag must be the last one"),
    "end-tag-size": Mistake(
        "The end tag with size 0",
        [("the end tag's size", "0")],
        "mb2check", "the end tag's size is 0"),
    "unpadded-tag": Mistake(
        "No `_Alignas`, and so no padding, after a tag of 12 bytes",
        one_tag_more(
            "multiboot_header_tag_console_flags console",
            ".console = {.type = MULTIBOOT_HEADER_TAG_CONSOLE_FLAGS,"
            " .flags = OPTIONAL, .size = 12}",
            "    struct multiboot_header_tag end;"),
        "compile", "the end tag must be the last one"),
    "unknown-tag": Mistake(
        "A required tag that no loader knows (flags 0 is: required)",
        one_tag_more(
            "multiboot_header_tag more", ".more = {.type = 0x77, .size = 8}"),
        "mb2check", "a required tag of type 119, which does not exist"),
    "required-tags": Mistake(
        "The UEFI entry's tags marked as required",
        [("OPTIONAL", "MULTIBOOT_HEADER_TAG_REQUIRED")],
        "harmless",
        "GRUB knows these tags, on BIOS too; another loader may not",
        needs="uefi.c"),
    "framebuffer-tag": Mistake(
        "A framebuffer tag added: GRUB switches to graphics",
        one_tag_more(
            "multiboot_header_tag_framebuffer framebuffer",
            ".framebuffer = {.type = MULTIBOOT_HEADER_TAG_FRAMEBUFFER,"
            " .flags = OPTIONAL, .size = sizeof header.framebuffer}"),
        "boot", "the screen is not in text mode"),
    "address-of-32-bits": Mistake(
        "The address of a function in a field of 32 bits",
        [("the entry tag's type", "multiboot_header_tag_entry_address")],
        "compile", "makes integer from pointer without a cast", needs="uefi.c"),
    "section-misspelled": Mistake(
        "The header's section misspelled",
        [("the header's section", ".multiboot-header")],
        "link", "no Multiboot2 header"),
    "used-removed": Mistake(
        "`used` removed: the compiler drops the header",
        [("used", "")],
        "link", "no Multiboot2 header"),
    "keep-removed": Mistake(
        "KEEP removed under `--gc-sections`: the linker drops the header",
        [("KEEP", "*(.multiboot_header)")],
        "link", "no Multiboot2 header", make=("LDFLAGS=--gc-sections",)),
    "header-too-far": Mistake(
        "The header after 32 KiB of something else",
        [("before the header", "    .big : { . += 0x8000; } :text\n")],
        "link", "must lie in the first 32768 bytes"),

    # --- The code -----------------------------------------------------------
    "ko": Mistake(
        "The letters swapped: KO",
        [("the order of the letters",
          "CELL(FIRST_LETTER) << 16 | CELL(SECOND_LETTER)")],
        "compile", "the first letter must be in the lowest byte"),
    "wrong-colours": Mistake(
        "The colours swapped: green on white",
        [("the attribute", "TEXT_COLOR << 4 | BACKGROUND_COLOR")],
        "boot", "the screen begins with"),
    "wrong-address": Mistake(
        "The text screen at 0xb0000, the monochrome card's place",
        [("the text screen", "0xb0000")],
        "boot", "the screen begins with ' ' in 0x07"),
    "naked-removed-O0": Mistake(
        "`naked` removed, without optimization",
        [("naked", "")],
        "harmless",
        "a push is added, and GRUB happens to leave a stack for it",
        make=("CFLAGS=-O0",)),
    "c-in-naked-clang": Mistake(
        "C statements in the naked function, with clang",
        [("start's code", "*(volatile uint32_t *)VGA_TEXT = OK_CELLS;\n    __asm__("),
         ("the store", '""')],
        "compile", "non-ASM statement in naked function is not supported",
        make=("CC=clang",)),
    "entry-misnamed": Mistake(
        "The entry under another name than in C: `_start`",
        [("ENTRY", "_start")],
        "link", "cannot find entry symbol _start"),
    "code32-forgotten": Mistake(
        "`.code32` forgotten",
        [(".code32", '""')],
        "harmless",
        "the assembler then takes bytes that mean the same in both modes"),
    "loop-forgotten": Mistake(
        "No loop after `hlt`",
        [("hlt", '"hlt\\n\\t"'), ("the jump back", '""')],
        "harmless", "no non-maskable interrupt comes in these machines"),
    "hlt-forgotten": Mistake(
        "Neither `hlt` nor a loop: the CPU runs on into what follows",
        [("cli", '""'), ("hlt", '""'), ("the jump back", '""')],
        "boot", "took a triple fault"),
    "cli-forgotten": Mistake(
        "`cli` forgotten",
        [("cli", '"\\n"')],
        "harmless", "GRUB and QEMU enter with interrupts off"),
    "stack-not-aligned": Mistake(
        "The UEFI entry's stack not aligned",
        [("the stack's alignment", '"andq $-16, %rsp\\n\\tpushq %rbx\\n\\t"')],
        "harmless",
        "this firmware uses no instruction that needs the alignment",
        entry="uefi", needs="uefi.c"),
    "red-zone": Mistake(
        "The red zone left on",
        [("-mno-red-zone", "-mred-zone")],
        "harmless",
        "a function that calls others, as ours does, has no red zone",
        entry="uefi", needs="uefi.c"),
    "wrong-calling-convention": Mistake(
        "The firmware called by Linux's convention",
        [("the calling convention", "sysv_abi")],
        "boot", "X64 Exception Type", entry="uefi", needs="uefi.c"),

    # --- The link -----------------------------------------------------------
    "address-0": Mistake(
        "The kernel linked at address 0",
        [("the load address", "    . = 0;")],
        "link", "must be linked at 1 MiB or above"),
    "address-low": Mistake(
        "The kernel linked below 1 MiB, at 0x7c00",
        [("the load address", "    . = 0x7c00;")],
        "link", "must be linked at 1 MiB or above"),
    "address-high": Mistake(
        "The kernel linked above 4 GiB",
        [("the load address", "    . = 0x100000000;")],
        "link", "must be linked below 4 GiB"),
    "writable-code": Mistake(
        "One segment writable and executable",
        [("the code's flags", "FLAGS(7)")],
        "link", "has a LOAD segment with RWX permissions"),
    "note-discarded": Mistake(
        "The PVH note discarded with the compiler's notes",
        [("the note's place", "")],
        "boot", "without PVH ELF Note", entry="pvh", needs="pvh.c"),
    "note-entry-of-32-bits": Mistake(
        "The PVH note's entry of 4 bytes",
        [("the note's entry", "uint32_t entry")],
        "compile", "makes integer from pointer without a cast", needs="pvh.c"),
    "note-name": Mistake(
        "The PVH note's name misspelled",
        [("the note's name", '"xen"')],
        "mb2check", "the first note of type 18 is not named Xen",
        entry="pvh", needs="pvh.c"),
    "m32": Mistake(
        "Compiled with -m32",
        [("-m64", "-m32")],
        "compile", "compile for 64 bits", needs="pvh.c"),
    "stack-protector": Mistake(
        "The stack protector left on, and a function of your own",
        [("-fno-stack-protector", "-fstack-protector-all"),
         ("before start", "int twice(int n);\nint twice(int n)\n"
          "{\n    return 2 * n;\n}\n\n")],
        "link", "undefined reference to `__stack_chk_fail'"),
    "sse": Mistake(
        "SSE left on",
        [("-mgeneral-regs-only", "-msse2")],
        "harmless", "our C has nothing for which the compiler uses SSE"),
    "cet": Mistake(
        "CET left on",
        [("-fcf-protection", "full")],
        "harmless", "endbr64 does nothing here, in 4 bytes a function"),
    "not-relocatable": Mistake(
        "Code with absolute addresses, and GRUB asked to move it",
        [("-fpie", "-fno-pic"),
         ("the load preference", "MULTIBOOT_LOAD_PREFERENCE_HIGH")],
        "boot", "the console shows", entry="uefi", needs="uefi.c"),

    # --- The image ----------------------------------------------------------
    "multiboot1-command": Mistake(
        "`multiboot` instead of `multiboot2` in grub.cfg",
        [("multiboot2", "multiboot")],
        "boot", "error: file `/boot/grub/i386-pc/multiboot.mod' not found."),
    "kernel-path": Mistake(
        "The kernel's path misspelled in grub.cfg",
        [("the kernel's path", "/boot/kernel")],
        "boot", "error: file `/boot/kernel' not found."),
    "brace": Mistake(
        "A brace missing in grub.cfg",
        [("the closing brace", "")],
        "mkiso", "GRUB cannot read grub/grub.cfg"),
    "cfg-folder": Mistake(
        "grub.cfg in the wrong folder",
        [("grub.cfg's place", "$tree/boot/grub.cfg")],
        "boot", "grub>"),
    "clear-forgotten": Mistake(
        "`clear` forgotten in grub.cfg",
        [("clear", "set x=y")],
        "boot", "row 0, column 2 is not blank"),
    "timeout-forgotten": Mistake(
        "`set timeout=0` forgotten in grub.cfg",
        [("the timeout", "other")],
        "boot", "Press enter to boot the selected OS"),

    # --- The example --------------------------------------------------------
    "long-mode/or": in_long_mode(
        "An address and its flags ORed, not added",
        [("the directory's address", "(uint64_t)&directory |")],
        "compile", "initializer element is not constant"),
    "long-mode/not-aligned": in_long_mode(
        "A page table that is not aligned",
        [("a table's alignment", "")],
        "compile", "a table must fill a page"),
    "long-mode/1024-entries": in_long_mode(
        "A page table of 1024 entries, as in 32-bit mode",
        [("a table's entries", "1024")],
        "compile", "a table must fill a page"),
    "long-mode/selector": in_long_mode(
        "The code segment counted as 1, not as 8 bytes",
        [("the code segment", "1")],
        "compile", "the second descriptor is meant"),
    "long-mode/code64-forgotten": in_long_mode(
        "`.code64` forgotten",
        [("the example's .code64", '""')],
        "compile", "bad register name `%rsp'"),
    "long-mode/too-large": in_long_mode(
        "A variable of 1 MiB: the kernel ends after its one page",
        [("before kernel_main", "char room[1024 * 1024];\n\n")],
        "mb2check", "max_addr is 0x1fffff"),
    "long-mode/pae-forgotten": in_long_mode(
        "PAE not switched on", [("the store in CR4", '""')], "boot", RESET),
    "long-mode/lme-forgotten": in_long_mode(
        "Long mode not switched on", [("wrmsr", '""')], "boot", RESET),
    "long-mode/pg-forgotten": in_long_mode(
        "Paging not switched on", [("the store in CR0", '""')], "boot", RESET),
    "long-mode/descriptor-not-long": in_long_mode(
        "The GDT's code descriptor without its 64-bit flag",
        [("the code descriptor's 64-bit flag", "")], "boot", RESET),
    "long-mode/page-forgotten": in_long_mode(
        "The last entry without the flag of a 2 MiB page",
        [("the page's flag", "")], "boot", RESET),
    "long-mode/stack-forgotten": in_long_mode(
        "No stack",
        [("the stack", "nop")],
        "harmless", "GRUB and QEMU happen to leave one"),
    "long-mode/read-only": in_long_mode(
        "The page not writable",
        [("the page's WRITABLE", "")],
        "harmless", "a kernel may write there until it sets the bit WP of CR0"),
}  # fmt: skip


def in_the_example(name):
    return name.startswith("long-mode/")


def stage_of(copy, name):
    """The stage at which a failed build ended, by what it left."""
    build = copy / "build"
    sources = {path.stem for path in copy.glob("*.c")}
    if in_the_example(name):
        sources |= {path.stem for path in copy.glob("examples/long-mode/*.c")}
    if {path.stem for path in build.glob("*.o")} != sources:
        return "compile"
    if not (build / "kernel.elf").exists():
        return "link"
    if not (build / "kernel.bin").exists():
        return "mb2check"
    return "mkiso"


def table(mistakes):
    """The table of these mistakes, as Markdown."""
    rows = ["| what you do | who notices | what you read |", "|---|---|---|"]
    for mistake in mistakes:
        says = mistake.says
        if mistake.stage != "harmless":
            says = f"`` {says} ``" if "`" in says else f"`{says}`"
        rows.append(f"| {mistake.title} | {STAGES[mistake.stage]} | {says} |")
    return "\n".join(rows)


def as_json():
    return json.dumps([
        {"name": name, **mistake._asdict(), "edits": [
            {"anchor": anchor, "file": ANCHORS[anchor][0],
             "pattern": ANCHORS[anchor][1], "replacement": new}
            for anchor, new in mistake.edits]}
        for name, mistake in MISTAKES.items() if not in_the_example(name)],
        indent=1)  # fmt: skip


def make(name):
    """Makes the mistake in build/mistake, and shows who notices."""
    mistake = MISTAKES[name]
    copy = ROOT / "build" / "mistake"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(
        "build", ".git", "__pycache__"))  # fmt: skip
    apply(mistake.edits, copy)
    print(f"{mistake.title}: in {copy.relative_to(ROOT)}", flush=True)
    env = {**environment(), "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    goals = {"bios": ("iso", "run"), "uefi": ("iso", "run-uefi"),
             "pvh": ("kernel", "run-kernel")}  # fmt: skip
    stage, status = "harmless", 0
    for goal in goals[mistake.entry]:
        command = ["make", "-s", *mistake.make, goal]
        print("$", *command, flush=True)
        status = subprocess.run(
            command, cwd=copy, env=env, stdin=subprocess.DEVNULL).returncode
        if status:
            stage = "boot" if goal.startswith("run") else stage_of(copy, name)
            break
    print(f"Who noticed: {STAGES[stage].strip('`')}"
          + (f", because {mistake.says}." if stage == "harmless" else
             ", in the words above."))  # fmt: skip


def main(what="", name=""):
    if what == "--json":
        print(as_json(), flush=True)
    elif what == "--make" and name in MISTAKES:
        make(name)
    elif what == "--make":
        sys.exit(f"*** There is no mistake {name or 'without a name'}."
                 "  Type: make mistake NAME=...  with one of\n" + "\n".join(MISTAKES))
    else:
        print(table([mistake for name, mistake in MISTAKES.items()
                     if in_the_example(name) == (what == "long-mode")]), flush=True)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except AnchorGone as error:
        sys.exit(f"*** {error}")
    except BrokenPipeError:
        sys.stderr.close()  # the reader, such as `head`, has seen enough

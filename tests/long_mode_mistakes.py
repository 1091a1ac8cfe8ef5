# SPDX-License-Identifier: 0BSD
"""Mistakes on the way into 64-bit mode: who notices, and what is then seen.

As a program it prints the table as Markdown, for chapter 12 of the tutorial.
"""

import collections

# title  what the learner did, in a few words
# edits  (file of examples/long-mode/, old text, new text), the old text once
# stage  who notices: compile, mb2check or boot; or harmless
# says   the words that are then read, or why it is harmless
Mistake = collections.namedtuple("Mistake", "title edits stage says")

STAGES = {
    "compile": "the compiler",
    "mb2check": "`mb2check`",
    "boot": "the boot",
    "harmless": "nobody",
}

RESET = "the PC took a triple fault"


def without(line):
    """kernel.c without one instruction of start."""
    return [("kernel.c", f'            "{line}\\n\\t"', '            ""')]


MISTAKES = {
    "or": Mistake(
        "An address and its flags ORed, not added",
        [("long_mode.c", "(uint64_t)&directory + PRESENT",
          "(uint64_t)&directory | PRESENT")],
        "compile", "initializer element is not constant"),
    "not-aligned": Mistake(
        "A page table that is not aligned",
        [("long_mode.c", "_Alignas(4096) uint64_t", "uint64_t")],
        "compile", "a table must fill a page"),
    "1024-entries": Mistake(
        "A page table of 1024 entries, as in 32-bit mode",
        [("long_mode.c", "entry[512]", "entry[1024]")],
        "compile", "a table must fill a page"),
    "selector": Mistake(
        "The code segment counted as 1, not as 8 bytes",
        [("kernel.h", "CODE_SEGMENT 8", "CODE_SEGMENT 1")],
        "compile", "the second descriptor is meant"),
    "code64-forgotten": Mistake(
        "`.code64` forgotten",
        [("kernel.c", '            ".code64\\n"\n', "")],
        "compile", "bad register name `%rsp'"),
    "too-large": Mistake(
        "A variable of 1 MiB: the kernel ends after its one page",
        [("main.c", '#include "kernel.h"\n',
          '#include "kernel.h"\n\nchar room[1024 * 1024];\n')],
        "mb2check", "max_addr is 0x1fffff"),
    "pae-forgotten": Mistake(
        "PAE not switched on", without("movl %eax, %cr4"), "boot", RESET),
    "lme-forgotten": Mistake(
        "Long mode not switched on", without("wrmsr"), "boot", RESET),
    "pg-forgotten": Mistake(
        "Paging not switched on", without("movl %eax, %cr0"), "boot", RESET),
    "descriptor-not-long": Mistake(
        "The GDT's code descriptor without its 64-bit flag",
        [("long_mode.c", "SEGMENT_P + LONG_MODE}", "SEGMENT_P}")],
        "boot", RESET),
    "page-forgotten": Mistake(
        "The last entry without the flag of a 2 MiB page",
        [("long_mode.c", "WRITABLE + PAGE}", "WRITABLE}")],
        "boot", RESET),
    "stack-forgotten": Mistake(
        "No stack",
        [("kernel.c", '"2: movq stack_top, %rsp\\n\\t"', '"2:"')],
        "harmless", "GRUB and QEMU happen to leave one"),
    "read-only": Mistake(
        "The page not writable",
        [("long_mode.c", "0 + PRESENT + WRITABLE", "0 + PRESENT")],
        "harmless", "a kernel may write there until it sets the bit WP of CR0"),
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
    print(table())

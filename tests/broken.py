# SPDX-License-Identifier: 0BSD
"""Broken kernels: each check must refuse one of them, and for its own reason.

A name -> edits, as in mistakes.py. They break `start`, but for the last.
"""

RESET = '"movb $0xfe, %al\\n\\toutb %al, $0x64\\n\\tjmp .\\n\\t"'  # keyboard controller

BROKEN = {
    "silent": [("the store", '""')],
    "another letter": [("the store", '"movl $OK_CELLS ^ 1, VGA_TEXT\\n\\t"')],
    "garbage": [("the store", """
        "cld\\n\\t"
        "movl $VGA_TEXT, %edi\\n\\t"
        "movl $2000, %ecx\\n\\t"
        "movw $0x0721, %ax\\n\\t"
        "rep stosw\\n\\t"
        "movl $OK_CELLS, VGA_TEXT\\n\\t"
    """)],
    "one letter more, in the last cell": [("the store", """
        "movl $OK_CELLS, VGA_TEXT\\n\\t"
        "movb $88, VGA_TEXT + 3998\\n\\t"
    """)],
    "triple fault": [("the store", '"ud2\\n\\t"')],
    "reset loop": [("the store", RESET)],
    "triple fault after OK": [("cli", '"ud2\\n"')],
    "reset loop after OK": [("cli", RESET)],
    "hang after OK": [("cli", '"jmp .\\n\\t"')],
    "no hlt": [("hlt", '"1: nop\\n\\t"')],
    "dark under UEFI": [("the walk's result", "if (0)")],
}  # fmt: skip

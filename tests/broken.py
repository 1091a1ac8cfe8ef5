# SPDX-License-Identifier: 0BSD
"""Broken kernels: each check must refuse one of them, and for its own reason.

A name -> edits, as in mistakes.py. They break `start`, but for the last.
"""

RESET = '"movb $0xfe, %al\\n\\toutb %al, $0x64\\n\\tjmp .\\n\\t"'  # keyboard controller

BROKEN = {
    "silent": [("the store", '""')],
    "another letter": [("the store", '"movl $OK_CELLS ^ 1, VGA_TEXT\\n\\t"')],
    "one letter more, in the last cell": [("the store", """
        "movl $OK_CELLS, VGA_TEXT\\n\\t"
        "movb $88, VGA_TEXT + 3998\\n\\t"
    """)],
    "triple fault": [("the store", '"ud2\\n\\t"')],
    "reset loop": [("the store", RESET)],
    "hang after OK": [("cli", '"jmp .\\n\\t"')],
    "dark under UEFI": [("the walk's result", "if (0)")],
}  # fmt: skip

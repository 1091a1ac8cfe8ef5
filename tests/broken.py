# SPDX-License-Identifier: 0BSD
"""Broken kernels: each check must fail for one of them, for the right reason.

A name -> edits, as in mistakes.py. They break `start`, but for the last.
"""

RESET = '"movb $0xfe, %al\\n\\toutb %al, $0x64\\n\\tjmp .\\n\\t"'  # keyboard controller

BROKEN = {
    "silent": [("the store", '""')],
    "triple fault": [("the store", '"ud2\\n\\t"')],
    "reset loop": [("the store", RESET)],
    "hang after OK": [("cli", '"jmp .\\n\\t"')],
    "dark under UEFI": [("the walk's result", "if (0)")],
}  # fmt: skip

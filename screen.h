/* SPDX-License-Identifier: 0BSD */
/*
 * What the kernel shows, and how a PC's text screen stores it. Change letters
 * and colours here: every entry, every test and `make run` follow.
 */
#ifndef SCREEN_H
#define SCREEN_H

#define FIRST_LETTER 'O'
#define SECOND_LETTER 'K'

/* VGA's colours are 0 to f; UEFI's console uses the same. */
#define TEXT_COLOR 0xf       /* white */
#define BACKGROUND_COLOR 0x2 /* green */
#define ATTRIBUTE (BACKGROUND_COLOR << 4 | TEXT_COLOR)
_Static_assert(BACKGROUND_COLOR < 8,
               "a background is 0 to 7: 8 makes it blink");

/* The text screen is memory: each cell is two bytes, the character and then its
 * attribute. x86 stores the low byte of a number first, so the first letter
 * belongs in the low half of OK_CELLS. The assembler evaluates these, too: use
 * only operators that mean the same there. */
#define VGA_TEXT 0xb8000
#define CELL(character) (ATTRIBUTE << 8 | (character))
#define OK_CELLS (CELL(SECOND_LETTER) << 16 | CELL(FIRST_LETTER))
_Static_assert((OK_CELLS & 0xff) == FIRST_LETTER,
               "the first letter must be in the lowest byte, or KO is shown");

#endif

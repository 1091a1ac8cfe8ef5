/* SPDX-License-Identifier: 0BSD */
/* The BIOS and PVH entries: the console is the text screen's memory. */
#include <stdint.h>
#include "kernel.h"
#include "screen.h"

void text_main(void);

/* volatile: the compiler must keep stores that no code reads. */
#define CELLS (80 * 25)
static volatile uint16_t *const screen = (volatile uint16_t *)VGA_TEXT;

static void print(const char *text)
{
    static int at;

    while (*text && at < CELLS)
        screen[at++] = CELL((uint8_t)*text++);
}

void text_main(void)
{
    for (int at = 0; at < CELLS; at++)
        screen[at] = ' '; /* black on black */
    catch_faults(print);
    kernel_main(print);
}

/* SPDX-License-Identifier: 0BSD */
/* All three entries lead here, in 64-bit mode, with a stack: begin here. */
#include "kernel.h"

void kernel_main(print_function *print)
{
    print("OK, this is C in 64-bit mode.");
}

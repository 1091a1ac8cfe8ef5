/* SPDX-License-Identifier: 0BSD */
/* The BIOS and PVH entries: when the CPU cannot carry out an instruction, it
 * looks for a handler in a table, the IDT. Without one, it resets the PC; these
 * print the fault's name. (UEFI's firmware has handlers of its own.) Sections
 * are those of Intel's manual, volume 3A. */
#include <stdint.h>
#include "kernel.h"

/* 6.15: each fault's vector and name. For some, there is an error code. */
#define FAULTS(FAULT, FAULT_WITH_CODE)                                         \
    FAULT(0, "#DE divide error")                                               \
    FAULT(1, "#DB debug")                                                      \
    FAULT(2, "NMI")                                                            \
    FAULT(3, "#BP breakpoint")                                                 \
    FAULT(4, "#OF overflow")                                                   \
    FAULT(5, "#BR bound range exceeded")                                       \
    FAULT(6, "#UD invalid opcode")                                             \
    FAULT(7, "#NM device not available")                                       \
    FAULT_WITH_CODE(8, "#DF double fault")                                     \
    FAULT_WITH_CODE(10, "#TS invalid TSS")                                     \
    FAULT_WITH_CODE(11, "#NP segment not present")                             \
    FAULT_WITH_CODE(12, "#SS stack fault")                                     \
    FAULT_WITH_CODE(13, "#GP general protection")                              \
    FAULT_WITH_CODE(14, "#PF page fault")                                      \
    FAULT(16, "#MF x87 floating-point error")                                  \
    FAULT_WITH_CODE(17, "#AC alignment check")                                 \
    FAULT(18, "#MC machine check")                                             \
    FAULT(19, "#XM SIMD floating-point exception")
#define PAGE_FAULT 14

/* 6.14.2: what the CPU pushes before entering a handler, then an error code. */
struct frame {
    uint64_t rip; /* of the instruction that faulted */
    uint64_t cs;
    uint64_t rflags;
    uint64_t rsp;
    uint64_t ss;
};

static print_function *print;

static void print_hex(uint64_t number)
{
    char text[sizeof "0123456789abcdef"];
    char *digit = text + sizeof text - 1; /* from the last to the first */

    *digit = '\0';
    do
        *--digit = "0123456789abcdef"[number % 16];
    while (number /= 16);
    print("0x");
    print(digit);
}

/* no_caller_saved_registers: this function preserves all registers, as clang
 * requires of every function that a handler calls. */
__attribute__((no_caller_saved_registers, noreturn)) static void
report(int number, const char *name, const struct frame *frame)
{
    uint64_t address;

    print(" *** ");
    print(name);
    print(" at ");
    print_hex(frame->rip);
    if (number == PAGE_FAULT) {
        __asm__("movq %%cr2, %0" : "=r"(address)); /* 2.5 */
        print(", address ");
        print_hex(address);
    }
    for (;;)
        __asm__("cli\n\thlt");
}

/* `interrupt`: the compiler takes the arguments from where the CPU pushed them.
 * A second argument is the error code. */
#define HANDLER(number, name)                                                  \
    __attribute__((interrupt)) static void handler_##number(                   \
        struct frame *frame)                                                   \
    {                                                                          \
        report(number, name, frame);                                           \
    }
#define HANDLER_WITH_CODE(number, name)                                        \
    __attribute__((interrupt)) static void handler_##number(                   \
        struct frame *frame, uint64_t code)                                    \
    {                                                                          \
        (void)code;                                                            \
        report(number, name, frame);                                           \
    }
FAULTS(HANDLER, HANDLER_WITH_CODE)

/* 6.14.1: an entry of the IDT, a gate; the handler's address is in parts. */
static struct {
    uint16_t address_low;
    uint16_t segment;
    uint8_t stack; /* 0: stay on the current one */
    uint8_t type;
    uint16_t address_middle;
    uint32_t address_high;
    uint32_t reserved;
} idt[32];
_Static_assert(sizeof idt[0] == 16, "the CPU takes a gate of 16 bytes");
#define INTERRUPT_GATE 0x8e /* present, 64-bit, and entered with IF = 0 */

static void set_gate(int number, uint64_t address)
{
    idt[number].address_low = address;
    idt[number].segment = CODE_SEGMENT;
    idt[number].type = INTERRUPT_GATE;
    idt[number].address_middle = address >> 16;
    idt[number].address_high = address >> 32;
}
#define SET_GATE(number, name) set_gate(number, (uint64_t)handler_##number);

/* After this call, faults are printed by the given function. */
void catch_faults(print_function *by)
{
    const struct {
        uint16_t limit; /* the last byte's offset */
        const void *base;
    } __attribute__((packed)) idt_pointer = {sizeof idt - 1, idt};

    print = by;
    FAULTS(SET_GATE, SET_GATE)
    __asm__("lidt %0" : : "m"(idt_pointer));
}

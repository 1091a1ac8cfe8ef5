// SPDX-License-Identifier: LGPL-2.1-or-later
// The page's side of Bochs, in the place of its gui/nogui.cc: a screen that is
// read instead of drawn, a CPU that is run in slices and can be watched. All
// that EXPORT marks is called from src/pc/bochs.js.
#define NEED_CPU_REG_SHORTCUTS 1
#define BX_PLUGGABLE
#include "bochs.h"
#include "cpu/cpu.h"
#include "cpu/decoder/instr.h"
#include "gui.h"
#include "iodev/iodev.h"
#include "memory/memory-bochs.h"
#include "param_names.h"
#include "pc_system.h"
#include "plugin.h"

#include <emscripten.h>

#include <initializer_list>
#include <utility>

#define EXPORT extern "C" EMSCRIPTEN_KEEPALIVE
#define LOG_THIS bx_gui->
#define cpu bx_cpu

int bx_init_main(int argc, char *argv[]);

// --- The screen --------------------------------------------------------------

// What bochs.js reads, as 32-bit words.
static struct {
    Bit32u graphics; // 0: cells of text; 1: pixels
    Bit32u columns;  // or pixels
    Bit32u rows;
    Bit32u changes; // grows with each
    Bit32u cursor;  // the number of its cell; more than there are: it is off
    // A cell is a character and its attribute; a pixel red, green, blue and 0.
    const void *content;
} screen;

static Bit8u cells[0x20000];
static Bit32u colours[256];

class bx_nogui_gui_c : public bx_gui_c
{
  public:
    DECLARE_GUI_VIRTUAL_METHODS()
    bx_svga_tileinfo_t *graphics_tile_info(bx_svga_tileinfo_t *info) override;
    void graphics_tile_update_in_place(unsigned, unsigned, unsigned,
                                       unsigned) override
    {
        screen.changes++;
    }
};

static bx_nogui_gui_c *theGui;
IMPLEMENT_GUI_PLUGIN_CODE(nogui)

void bx_nogui_gui_c::specific_init(int, char **, unsigned)
{
    host_bpp = 32;
}

void bx_nogui_gui_c::dimension_update(unsigned x, unsigned y, unsigned fheight,
                                      unsigned fwidth, unsigned bpp)
{
    guest_textmode = fheight > 0;
    guest_xres = host_xres = x;
    guest_yres = host_yres = y;
    guest_bpp = bpp;
    host_pitch = 4 * x;
    screen.graphics = !guest_textmode;
    screen.columns = guest_textmode ? x / fwidth : x;
    screen.rows = guest_textmode ? y / fheight : y;
    screen.content = guest_textmode ? cells : framebuffer;
    screen.changes++;
}

void bx_nogui_gui_c::text_update(Bit8u *, Bit8u *text, unsigned long x,
                                 unsigned long y, bx_vga_tminfo_t *mode)
{
    unsigned width = 2 * screen.columns;
    // It blinks: while it is dark, Bochs does not say whether it is on.
    static bool on;
    if (mode->blink_flags & BX_TEXT_BLINK_STATE)
        on = mode->cs_start <= mode->cs_end;
    Bit32u cursor = on ? y * screen.columns + x : ~0;
    screen.changes += cursor != screen.cursor;
    screen.cursor = cursor;
    for (unsigned row = 0; row < screen.rows; row++, text += mode->line_offset)
        if (memcmp(cells + row * width, text, width)) {
            memcpy(cells + row * width, text, width);
            screen.changes++;
        }
}

// A VESA mode's pixels go straight into `framebuffer`, as a canvas has them.
bx_svga_tileinfo_t *bx_nogui_gui_c::graphics_tile_info(bx_svga_tileinfo_t *info)
{
    bx_gui_c::graphics_tile_info(info);
    std::swap(info->red_shift, info->blue_shift);
    std::swap(info->red_mask, info->blue_mask);
    return info;
}

// An old VGA mode's come as numbers of colours.
void bx_nogui_gui_c::graphics_tile_update(Bit8u *tile, unsigned x0, unsigned y0)
{
    Bit32u *pixels = (Bit32u *)framebuffer;
    for (unsigned y = y0; y < y0 + y_tilesize && y < guest_yres; y++)
        for (unsigned x = x0; x < x0 + x_tilesize; x++, tile++)
            if (x < guest_xres)
                pixels[y * guest_xres + x] = colours[*tile];
    screen.changes++;
}

bool bx_nogui_gui_c::palette_change(Bit8u index, Bit8u red, Bit8u green,
                                    Bit8u blue)
{
    colours[index] = red | green << 8 | blue << 16;
    return screen.graphics; // then draw all of it again
}

void bx_nogui_gui_c::clear_screen()
{
    memset(framebuffer, 0, 4 * guest_xres * guest_yres);
    screen.changes++;
}

EXPORT const void *pc_screen()
{
    DEV_vga_refresh(0);
    return &screen;
}

// What a gui must have, and a page has elsewhere or not at all.
void bx_nogui_gui_c::flush() {}
int bx_nogui_gui_c::get_clipboard_text(Bit8u **, Bit32s *) { return 0; }
int bx_nogui_gui_c::set_clipboard_text(char *, Bit32u) { return 0; }
unsigned bx_nogui_gui_c::create_bitmap(const unsigned char *, unsigned,
                                       unsigned)
{
    return 0;
}
unsigned bx_nogui_gui_c::headerbar_bitmap(unsigned, unsigned, void (*)())
{
    return 0;
}
void bx_nogui_gui_c::show_headerbar() {}
void bx_nogui_gui_c::replace_bitmap(unsigned, unsigned) {}
void bx_nogui_gui_c::mouse_enabled_changed_specific(bool) {}
void bx_nogui_gui_c::exit() {}

// --- The CPU, in slices ------------------------------------------------------

// Why pc_run() came back: the same numbers as in bochs.js.
enum { SLICE, STEPPED, STOPPED, HALTED, TRIPLE_FAULT };
static int reason;
static double deadline;
static int step_timer;

// Makes cpu_loop() return when the instruction is done.
static void leave(int why)
{
    reason = why;
    bx_pc_system.kill_bochs_request = 1;
    cpu.async_event |= 1;
}

// Bochs calls it each virtual millisecond, while the CPU is halted too.
void bx_nogui_gui_c::handle_events()
{
    if (cpu.activity_state == BX_CPU_C::BX_ACTIVITY_STATE_HLT && !cpu.get_IF())
        leave(HALTED);
    else if (emscripten_get_now() >= deadline)
        leave(SLICE);
}

// `until`: emscripten_get_now()'s time.
static int run(double until)
{
    reason = SLICE;
    deadline = until;
    bx_pc_system.kill_bochs_request = 0;
    cpu.cpu_loop();
    return reason;
}

EXPORT int pc_run(int milliseconds)
{
    return run(emscripten_get_now() + milliseconds);
}

// Where to stop: no instruction is at the last address.
static const Bit64u NEVER = ~(Bit64u)0;
Bit64u pc_stop_at = NEVER;
static bool stop_asks_eax;
static Bit32u stop_eax;

// GRUB runs its own code at the kernel's addresses first: EAX can tell.
EXPORT void pc_stop(Bit64u address, int asks_eax, Bit32u eax)
{
    pc_stop_at = address;
    stop_asks_eax = asks_eax;
    stop_eax = eax;
}

// Called when RIP is pc_stop_at, before the instruction there.
bool pc_stops()
{
    if (stop_asks_eax && EAX != stop_eax)
        return false;
    reason = STOPPED;
    return true;
}

// One instruction, or the delivery of the fault that it raised, or one round of
// a `rep`: each takes one tick of Bochs's clock. A halted CPU waits for longer.
EXPORT int pc_step()
{
    Bit64u stop_at = pc_stop_at;
    pc_stop_at = NEVER; // it may stand there
    bx_pc_system.activate_timer_ticks(step_timer, 1, false);
    run(1 / 0.);
    pc_stop_at = stop_at;
    return reason;
}

EXPORT double pc_microseconds() { return bx_pc_system.time_usec(); }

// As main() would, but without a user who is asked.
EXPORT void pc_start()
{
    static char name[] = "bochs", quick[] = "-q", option[] = "-f",
                file[] = "/bochsrc";
    static char *words[] = {name, quick, option, file};
    bx_init_siminterface();
    bx_init_main(4, words);
    PLUG_load_plugin_var("textconfig", PLUGTYPE_CI);
    SIM->begin_simulation(4, words);
    step_timer = bx_pc_system.register_timer_ticks(
        &step_timer, [](void *) { leave(STEPPED); }, 1, false, false, "step");
}

// `key`: a BX_KEY_ number, with BX_KEY_RELEASED when it goes up.
EXPORT void pc_key(Bit32u key) { DEV_kbd_gen_scancode(key); }

// --- Watching it -------------------------------------------------------------

// By number: RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8 to R15, then these.
EXPORT const Bit64u *pc_registers()
{
    static Bit64u values[40];
    Bit64u *value = values;
    for (int i = 0; i < 16; i++)
        *value++ = cpu.gen_reg[i].rrx;
    for (Bit64u other :
         {(Bit64u)RIP, (Bit64u)cpu.read_eflags(), (Bit64u)cpu.cr0.get32(),
          (Bit64u)cpu.cr2, (Bit64u)cpu.cr3, (Bit64u)cpu.cr4.get32(),
          (Bit64u)cpu.efer.get32(), (Bit64u)cpu.gdtr.base,
          (Bit64u)cpu.gdtr.limit, (Bit64u)cpu.idtr.base,
          (Bit64u)cpu.idtr.limit})
        *value++ = other;
    for (int i : {BX_SEG_REG_CS, BX_SEG_REG_SS, BX_SEG_REG_DS, BX_SEG_REG_ES,
                  BX_SEG_REG_FS, BX_SEG_REG_GS})
        *value++ = cpu.sregs[i].selector.value;
    return values;
}

static bool wide_code() // CS says: operands of 32 bits
{
    return cpu.sregs[BX_SEG_REG_CS].cache.u.segment.d_b;
}

// 16, 32 or 64 bits.
EXPORT int pc_mode()
{
    return cpu.long64_mode() ? 64 : wide_code() ? 32 : 16;
}

// Up to 4096 bytes from a linear address on; gives how many there are.
static Bit8u memory[4096];
EXPORT const void *pc_memory() { return memory; }
EXPORT int pc_read(Bit64u address, int length)
{
    for (int i = 0; i < length; i++) {
        bx_phy_address physical;
        if (!cpu.dbg_xlate_linear2phy(address + i, &physical) ||
            !BX_MEM(0)->dbg_fetch_mem(&cpu, physical, 1, memory + i))
            return i;
    }
    return length;
}

// The instruction at an address that pc_read() has read; its length is last.
static int instruction_length;
EXPORT int pc_length() { return instruction_length; }
EXPORT const char *pc_disassemble(Bit64u address)
{
    static char text[256];
    bxInstruction_c instruction;
    disasm(memory, wide_code(), cpu.long64_mode(), text, &instruction, 0,
           address);
    instruction_length = instruction.ilen();
    return text;
}

// --- Faults ------------------------------------------------------------------

// Those that came while the CPU called the handler of the one before: a fault,
// a double fault, a triple fault. `instruction`: which one it began at.
static struct {
    Bit64u address, cr2, instruction;
    Bit32u vector, error_code;
} faults[8];
static int fault_count;

EXPORT const void *pc_faults() { return faults; }
EXPORT int pc_fault_count() { return fault_count; }

// Called by BX_CPU_C::exception() first of all. Bochs would reset the PC by the
// third; here it stays as it is, to be looked at.
void pc_exception(unsigned vector, unsigned error_code)
{
    Bit64u now = cpu.icount; // exception() ends with the next number
    if (fault_count == 8 || (fault_count && faults[0].instruction != now))
        fault_count = 0;
    bool third = fault_count && faults[fault_count - 1].vector == 8;
    faults[fault_count++] = {cpu.prev_rip, cpu.cr2, now, vector, error_code};
    if (!third)
        return;
    RIP = cpu.prev_rip;
    if (cpu.speculative_rsp)
        RSP = cpu.prev_rsp;
    leave(TRIPLE_FAULT);
    longjmp(BX_CPU_C::jmp_buf_env, 1);
}

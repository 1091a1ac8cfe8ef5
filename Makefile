# SPDX-License-Identifier: 0BSD
# From C to a green OK. `make help` lists the targets.

# --- Your choices: make CC=clang LD=ld.lld, make CFLAGS=-O0 ... ---------------

CC      = $(CROSS_COMPILE)gcc
LD      = $(CROSS_COMPILE)ld
OBJCOPY = $(CROSS_COMPILE)objcopy
CFLAGS  = -Os -g
LDFLAGS =
HOSTCC     = cc
HOSTCFLAGS = -O2 -g
PYTEST  = $(shell command -v pytest-3 || echo pytest)
export HOSTCC GRUB_MKRESCUE QEMU OVMF_CODE OVMF_VARS

# --- What a kernel needs, whatever a compiler's defaults are ------------------

FLAGS  = -std=c17 -Wall -Wextra -Wpedantic
FLAGS += -ffreestanding                  # there is no C library, and no main
FLAGS += -m64                            # ELF64; start alone is 32-bit code
FLAGS += -mgeneral-regs-only             # BIOS and PVH entry: SSE is off
FLAGS += -mno-red-zone                   # UEFI's interrupts write below RSP
FLAGS += -fno-stack-protector            # its check is in the C library
FLAGS += -fcf-protection=none            # no endbr64: nothing here needs it
FLAGS += -fno-asynchronous-unwind-tables # nobody unwinds the stack here
ifneq ($(findstring clang,$(CC)),)
FLAGS += --target=x86_64-elf             # clang compiles for any CPU
FLAGS += -nostdlibinc                    # no headers of this system's C library
endif
# LLVM's other tools handle any CPU, too.
ifneq ($(findstring lld,$(LD)),)
OBJCOPY = llvm-objcopy
endif

# GRUB may load the kernel at an address it was not linked for, so code must
# address its data relative to RIP. But two files hold tables of addresses for
# the loaders, which -fpie would make writable.
PIC    = -fpie
NO_PIC = -fno-pic
build/kernel.o build/pvh.o: PIC = $(NO_PIC)
ifneq ($(findstring -flto,$(CC) $(CFLAGS) $(LDFLAGS)),)
$(error -flto is refused: it would compile all files alike, with -fpie or without)
endif

LINK  = --fatal-warnings                 # such as: no entry symbol `start`
LINK += -n                               # no empty pages before the header

SOURCES = $(wildcard *.c)
OBJECTS = $(SOURCES:%.c=build/%.o)

HOSTFLAGS = -std=c17 -Wall -Wextra -Wpedantic
MB2CHECK  = $(filter-out %/fuzz.c %/replay.c,$(wildcard mb2check/*.c))
NEED  = scripts/setup.sh --need
quote = '$(subst ','\'',$(1))' # one word for the shell, whatever is in it
TESTS = $(NEED) pytest pytest-xdist pillow && $(PYTEST) -n auto -rfEs

# --- Targets ------------------------------------------------------------------

.PHONY: kernel iso run run-uefi run-kernel check debug inspect screenshot doctor
.PHONY: test clean help FORCE
.DELETE_ON_ERROR:

kernel: build/kernel.bin ## build the kernel (what `make` does)

iso: build/os.iso ## build the image for CD and USB stick, BIOS and UEFI

run: build/os.iso ## boot the image in QEMU, under BIOS
	scripts/run.sh bios

run-uefi: build/os.iso ## boot the image in QEMU, under UEFI
	scripts/run.sh uefi

run-kernel: build/kernel.bin ## boot the kernel in QEMU without a boot loader
	scripts/run.sh pvh

check: build/kernel.bin ## show what a loader sees in the kernel, and check it
	build/mb2check --strict $<

ENTRY = bios
debug: $(if $(filter pvh,$(ENTRY)),build/kernel.bin,build/os.iso)
debug: ## stop in gdb at the first instruction: ENTRY=bios, uefi or pvh
	@scripts/debug.sh $(ENTRY)

inspect: build/kernel.bin ## look inside the kernel's file, byte by byte
	@scripts/inspect.sh $(call quote,$(CROSS_COMPILE))

screenshot: build/os.iso ## take pictures of the three entries: build/*.png
	@scripts/screenshot.sh

doctor: ## list the tools that are installed, and what to install
	@scripts/setup.sh --doctor $(call quote,$(CC)) $(call quote,$(LD)) \
		$(call quote,$(OBJCOPY))

test: build/os.iso ## boot it in every way and look at the screen
	$(TESTS) tests

clean: ## remove build/
	rm -rf build

help: ## list the targets, and the variables that are yours to set
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1	/p' Makefile $(MORE) | expand -t 17
	@echo 'Variables (make CC=clang LD=ld.lld): CC LD OBJCOPY CROSS_COMPILE CFLAGS'
	@echo 'LDFLAGS EXAMPLE HOSTCC HOSTCFLAGS QEMU GRUB_MKRESCUE OVMF_CODE OVMF_VARS'
	@echo 'FIRMWARE PYTEST'

# Targets for maintainers, and for the web page: no kernel needs them.
MORE = $(wildcard scripts/maintain.mk web/web.mk)
include $(MORE)

# --- How each file is made ----------------------------------------------------

ifneq ($(EXAMPLE),)
include scripts/example.mk # make EXAMPLE=long-mode: with files of examples/
endif

# strip removes the blanks that the comments beside the flags leave. With -MMD,
# the compiler lists for make the headers that each object depends on.
build/%.o: %.c build/kernel.settings
	$(CC) $(strip $(CFLAGS) $(FLAGS) $(PIC)) -MMD -MP -c $< -o $@

build/kernel.elf: $(OBJECTS) linker.ld
	$(LD) $(strip $(LINK) $(LDFLAGS)) -T linker.ld $(OBJECTS) -o $@

# If the kernel breaks a rule, mb2check explains it, and make deletes the file.
build/kernel.bin: build/kernel.elf build/mb2check
	$(OBJCOPY) --strip-all $< $@
	build/mb2check -q --strict $@

build/mb2check: $(MB2CHECK) $(wildcard mb2check/*.h) multiboot2.h \
		build/mb2check.settings
	@$(NEED) $(firstword $(HOSTCC)) header:stdio.h
	$(HOSTCC) $(HOSTCFLAGS) $(HOSTFLAGS) $(filter %.c,$^) -o $@

build/os.iso: build/kernel.bin grub/grub.cfg scripts/mkiso.sh build/os.settings
	scripts/mkiso.sh build/kernel.bin grub/grub.cfg $@

# make compares only the times of files. So each of these files holds what else
# its commands depend on: tools, flags, the list of sources. FORCE runs the
# script each time; only if the text differs does it rewrite the file, and then
# what depends on it is rebuilt. (:= expands PIC here, outside of any target.)
build/kernel.settings: SETTINGS := $(CC) $(CFLAGS) $(FLAGS) $(PIC) $(NO_PIC) \
	$(LD) $(LINK) $(LDFLAGS) $(OBJCOPY) $(EXAMPLE) $(SOURCES)
build/kernel.settings: TOOLS := $(firstword $(CC)) $(firstword $(LD)) $(OBJCOPY)
build/mb2check.settings: SETTINGS := $(HOSTCC) $(HOSTCFLAGS) $(HOSTFLAGS)
build/os.settings: SETTINGS := $(GRUB_MKRESCUE) $(FIRMWARE) $(SOURCE_DATE_EPOCH)
build/kernel.settings build/mb2check.settings build/os.settings: FORCE
	@scripts/settings.sh $@ $(call quote,$(SETTINGS)) $(TOOLS)

-include $(OBJECTS:.o=.d)

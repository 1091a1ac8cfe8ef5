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
FLAGS += -mgeneral-regs-only             # doors 1 and 3 enter with SSE off
FLAGS += -mno-red-zone                   # UEFI's interrupts write below RSP
FLAGS += -fno-stack-protector            # its check is in the C library
FLAGS += -fcf-protection=none            # no endbr64: an instruction for nobody
FLAGS += -fno-asynchronous-unwind-tables # nobody unwinds the stack here
ifneq ($(findstring clang,$(CC)),)
FLAGS += --target=x86_64-elf             # clang knows any CPU, on any CPU
FLAGS += -nostdlibinc                    # the headers here are for this system
endif
# LLVM's other tools know any CPU, too.
ifneq ($(findstring lld,$(LD)),)
OBJCOPY = llvm-objcopy
endif

# GRUB may load the kernel elsewhere than it was linked for, so code must find
# its data relative to itself. But two files hold tables of addresses for the
# loaders, which -fpie would make writable.
PIC = -fpie
build/kernel.o build/pvh.o: PIC = -fno-pic

LINK  = --fatal-warnings                 # a kernel warned of may not boot
LINK += --orphan-handling=error          # linker.ld places every section
LINK += -n                               # no empty pages before the header

SOURCES = $(wildcard *.c)
OBJECTS = $(SOURCES:%.c=build/%.o)
LINKED  = $(OBJECTS)

HOSTFLAGS = -std=c17 -Wall -Wextra -Wpedantic

# --- Targets ------------------------------------------------------------------

.PHONY: kernel iso run run-uefi run-kernel check test clean help FORCE
.DELETE_ON_ERROR:

kernel: build/kernel.bin ## build the kernel (what `make` does)

iso: build/os.iso ## build the image for CD and USB stick, BIOS and UEFI

run: build/os.iso ## boot the image in QEMU, by BIOS
	scripts/run.sh bios

run-uefi: build/os.iso ## boot the image in QEMU, by UEFI
	scripts/run.sh uefi

run-kernel: build/kernel.bin ## boot the kernel in QEMU without a boot loader
	scripts/run.sh kernel

check: build/kernel.bin ## say what a loader sees in the kernel, rule by rule
	build/mb2check $<

test: build/os.iso ## boot it in every way and look at the screen
	@scripts/setup.sh --need pytest pytest-xdist pillow
	$(PYTEST) -n auto -rfEs tests

clean: ## remove build/
	rm -rf build

help: ## list the targets, and the variables that are yours to set
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile scripts/more.mk | expand -t 17
	@echo 'Variables (make CC=clang LD=ld.lld): CC LD OBJCOPY CROSS_COMPILE CFLAGS'
	@echo 'LDFLAGS EXAMPLE HOSTCC HOSTCFLAGS QEMU GRUB_MKRESCUE OVMF_CODE OVMF_VARS'
	@echo 'PYTEST'

include scripts/more.mk

# --- How each file is made ----------------------------------------------------

ifneq ($(EXAMPLE),)
include scripts/example.mk # make EXAMPLE=long-mode: with files of examples/
endif

# strip: the remarks beside the flags left blanks.
build/%.o: %.c build/settings
	$(CC) $(strip $(CFLAGS) $(FLAGS) $(PIC)) -MMD -MP -c $< -o $@

ifneq ($(findstring -flto,$(CFLAGS)),)
include scripts/lto.mk
endif
build/kernel.elf: $(LINKED) linker.ld
	$(LD) $(strip $(LINK) $(LDFLAGS)) -T linker.ld $(LINKED) -o $@

# A kernel that breaks a rule is shown the rule, and deleted.
build/kernel.bin: build/kernel.elf build/mb2check
	$(OBJCOPY) --strip-all $< $@
	build/mb2check -q $@

build/mb2check: mb2check/mb2check.c mb2check/judge.c mb2check/judge.h multiboot2.h \
		build/settings
	@scripts/setup.sh --need $(firstword $(HOSTCC)) header:stdio.h
	$(HOSTCC) $(HOSTCFLAGS) $(HOSTFLAGS) $(filter %.c,$^) -o $@

build/os.iso: build/kernel.bin grub/grub.cfg scripts/mkiso.sh
	scripts/mkiso.sh build/kernel.bin grub/grub.cfg $@

# Rewritten when a command or the list of sources is another than last time, so
# that all is built anew.
SETTINGS = $(CC) $(CFLAGS) $(FLAGS) $(LD) $(LINK) $(LDFLAGS) $(OBJCOPY) \
	$(HOSTCC) $(HOSTCFLAGS) $(EXAMPLE) $(SOURCES) $(GRUB_MKRESCUE) \
	$(SOURCE_DATE_EPOCH)
build/settings: FORCE
	@scripts/setup.sh --need $(firstword $(CC)) $(firstword $(LD)) $(OBJCOPY)
	@scripts/settings.sh $@ '$(SETTINGS)'

-include $(OBJECTS:.o=.d)

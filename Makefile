# SPDX-License-Identifier: 0BSD
# From C to a green OK. `make help` lists the targets.

# --- Your choices: make CC=clang LD=ld.lld, make CFLAGS=-O0 ... ---------------

CC      = $(CROSS_COMPILE)gcc
LD      = $(CROSS_COMPILE)ld
OBJCOPY = $(CROSS_COMPILE)objcopy
CFLAGS  = -Os -g
LDFLAGS =
HOSTCC  = cc# for what runs here, not in the kernel
HOSTCFLAGS = -O2 -g
SECONDS = 60# how long make fuzz goes on
PYTEST  = $(shell command -v pytest-3 || echo pytest)
export HOSTCC GRUB_MKRESCUE QEMU OVMF_CODE OVMF_VARS

# --- What a kernel needs, whatever a compiler's defaults are ------------------

FLAGS  = -std=c17 -Wall -Wextra -Wpedantic
FLAGS += -ffreestanding     # there is no C library, and no main
FLAGS += -m64               # ELF64; start alone is 32-bit code, by .code32
FLAGS += -mgeneral-regs-only # nobody has switched SSE and the FPU on
FLAGS += -mno-red-zone      # UEFI's interrupts use the stack below RSP
FLAGS += -fno-stack-protector # its check is in the C library
FLAGS += -fcf-protection=none # no endbr64: an instruction for nobody
FLAGS += -fno-asynchronous-unwind-tables # .eh_frame is for C++ exceptions
ifneq ($(findstring clang,$(CC)),)
FLAGS += --target=x86_64-elf # clang compiles for any CPU, on any CPU
FLAGS += -nostdlibinc       # this machine's headers are for its own system
endif
ifneq ($(findstring lld,$(LD)),) # and LLVM's other tools work on any CPU too
OBJCOPY = llvm-objcopy
endif

# GRUB may load the kernel elsewhere than it was linked for, so code must find
# its data relative to itself. The two tables of addresses are for the loaders,
# who want the linked ones.
PIC = -fpie
build/kernel.o build/pvh.o: PIC = -fno-pic

LINK  = --fatal-warnings    # a warned-of kernel often does not boot
LINK += --orphan-handling=error # linker.ld places every section, or says so
LINK += -n                  # no padding to pages: a small file

SOURCES = $(wildcard *.c)
OBJECTS = $(SOURCES:%.c=build/%.o)
LINKED  = $(OBJECTS)

HOSTFLAGS = -std=c17 -Wall -Wextra -Wpedantic
FUZZFLAGS = $(HOSTFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=all

# --- Targets ------------------------------------------------------------------

.PHONY: kernel iso run run-uefi run-kernel check test mistakes fuzz \
	test-toolchains doctor lint debug test-matrix inspect screenshot bench \
	clean help FORCE
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

DOOR = bios
debug: $(if $(filter kernel,$(DOOR)),build/kernel.bin,build/os.iso)
debug: ## stop in gdb at the first instruction: DOOR=bios, uefi or kernel
	@scripts/debug.sh $(DOOR)

inspect: build/kernel.bin ## look inside the kernel's file, byte by byte
	@scripts/need.sh python3 $(CROSS_COMPILE)readelf $(CROSS_COMPILE)objdump
	@python3 scripts/artefacts.py '$(CROSS_COMPILE)'

screenshot: build/os.iso ## take pictures of the three doors: build/*.png
	@scripts/screenshot.sh

bench: build/os.iso ## measure boots, builds and sizes; RUNS=9 for more runs
	@scripts/need.sh python3 qemu-system-x86_64 ovmf
	@python3 scripts/bench.py $(RUNS)

test: build/os.iso ## boot it in every way and look at the screen
	@scripts/need.sh pytest pytest-xdist
	$(PYTEST) -n auto tests

mistakes: ## print what goes wrong, who notices, and what you read
	@python3 tests/mistakes/mistakes.py

fuzz: ## attack the checker with broken files, for SECONDS=60
	@scripts/need.sh clang libfuzzer python3
	python3 tests/elf_builder.py build/corpus
	mkdir -p build/corpus.new
	clang $(FUZZFLAGS) tools/fuzz.c tools/judge.c -o build/fuzz
	build/fuzz -max_total_time=$(SECONDS) -max_len=40960 -print_final_stats=1 \
		-artifact_prefix=build/ build/corpus.new build/corpus

test-toolchains: ## the same with each compiler that is installed (minutes)
	@scripts/need.sh pytest pytest-xdist
	python3 tests/compilers.py
	$(PYTEST) -n auto tests/toolchains.py

lint: ## check the form of all files, without running anything
	@scripts/lint.sh

doctor: ## say which tools are here, and what to install
	@scripts/doctor.sh '$(CC)' '$(LD)' '$(OBJCOPY)'

test-matrix: build/os.iso ## boot it on every PC of tests/matrix.py: for hours
	@scripts/need.sh pytest pytest-xdist
	MATRIX=all $(PYTEST) -n auto tests/test_matrix.py

clean: ## remove build/
	rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 17

# --- How each file is made ----------------------------------------------------

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

build/mb2check: tools/mb2check.c tools/judge.c tools/judge.h multiboot2.h \
		build/settings
	@scripts/need.sh $(firstword $(HOSTCC)) header:stdio.h
	$(HOSTCC) $(HOSTCFLAGS) $(HOSTFLAGS) $(filter %.c,$^) -o $@

build/os.iso: build/kernel.bin grub/grub.cfg scripts/mkiso.sh
	scripts/mkiso.sh build/kernel.bin grub/grub.cfg $@

# Rewritten when a command or the list of sources is another than last time, so
# that all is built anew.
SETTINGS = $(CC) $(CFLAGS) $(FLAGS) $(LD) $(LINK) $(LDFLAGS) $(OBJCOPY) \
	$(HOSTCC) $(HOSTCFLAGS) $(SOURCES) $(GRUB_MKRESCUE) $(SOURCE_DATE_EPOCH)
build/settings: FORCE
	@scripts/need.sh $(firstword $(CC)) $(firstword $(LD)) $(OBJCOPY)
	@scripts/settings.sh $@ '$(SETTINGS)'

-include $(OBJECTS:.o=.d)

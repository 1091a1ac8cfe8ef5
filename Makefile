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
FLAGS += -fcf-protection=none            # no endbr64: nothing here needs it
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
# loaders, which -fpie would make writable; and -flto would treat all alike.
PIC    = -fpie
NO_PIC = -fno-pic $(if $(findstring -flto,$(CFLAGS)),-fno-lto)
build/kernel.o build/pvh.o: PIC = $(NO_PIC)

LINK  = --fatal-warnings                 # a kernel warned of may not boot
LINK += --orphan-handling=error          # linker.ld places every section
LINK += -n                               # no empty pages before the header
ifneq ($(findstring -flto,$(CFLAGS)),)
LINK += -mllvm -relocation-model=pic     # then ld.lld compiles: as -fpie does
endif

SOURCES = $(wildcard *.c)
OBJECTS = $(SOURCES:%.c=build/%.o)

HOSTFLAGS = -std=c17 -Wall -Wextra -Wpedantic
MB2CHECK  = $(filter-out %/fuzz.c %/replay.c,$(wildcard mb2check/*.c))
NEED  = scripts/setup.sh --need
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
	scripts/run.sh kernel

check: build/kernel.bin ## say what a loader sees in the kernel, rule by rule
	build/mb2check --strict $<

DOOR = bios
debug: $(if $(filter kernel,$(DOOR)),build/kernel.bin,build/os.iso)
debug: ## stop in gdb at the first instruction: DOOR=bios, uefi or kernel
	@scripts/debug.sh $(DOOR)

inspect: build/kernel.bin ## look inside the kernel's file, byte by byte
	@scripts/inspect.sh '$(CROSS_COMPILE)'

screenshot: build/os.iso ## take pictures of the three doors: build/*.png
	@scripts/screenshot.sh

doctor: ## say which tools are here, and what to install
	@scripts/setup.sh --doctor '$(CC)' '$(LD)' '$(OBJCOPY)'

test: build/os.iso ## boot it in every way and look at the screen
	$(TESTS) tests

clean: ## remove build/
	rm -rf build

help: ## list the targets, and the variables that are yours to set
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1	/p' Makefile $(wildcard web/web.mk) | expand -t 17
	@echo 'Variables (make CC=clang LD=ld.lld): CC LD OBJCOPY CROSS_COMPILE CFLAGS'
	@echo 'LDFLAGS EXAMPLE HOSTCC HOSTCFLAGS QEMU GRUB_MKRESCUE OVMF_CODE OVMF_VARS'
	@echo 'FIRMWARE PYTEST'

-include web/web.mk # the page: nothing here needs it

# --- How each file is made ----------------------------------------------------

ifneq ($(EXAMPLE),)
include scripts/example.mk # make EXAMPLE=long-mode: with files of examples/
endif

# strip: the remarks beside the flags left blanks. -MMD: the compiler writes down
# each object's dependencies, the headers that it read, for make.
build/%.o: %.c build/kernel.settings
	$(CC) $(strip $(CFLAGS) $(FLAGS) $(PIC)) -MMD -MP -c $< -o $@

build/kernel.elf: $(OBJECTS) linker.ld
	$(LD) $(strip $(LINK) $(LDFLAGS)) -T linker.ld $(OBJECTS) -o $@

# A kernel that breaks a rule is shown the rule, and deleted.
build/kernel.bin: build/kernel.elf build/mb2check
	$(OBJCOPY) --strip-all $< $@
	build/mb2check -q --strict $@

build/mb2check: $(MB2CHECK) $(wildcard mb2check/*.h) multiboot2.h \
		build/mb2check.settings
	@$(NEED) $(firstword $(HOSTCC)) header:stdio.h
	$(HOSTCC) $(HOSTCFLAGS) $(HOSTFLAGS) $(filter %.c,$^) -o $@

build/os.iso: build/kernel.bin grub/grub.cfg scripts/mkiso.sh build/os.settings
	scripts/mkiso.sh build/kernel.bin grub/grub.cfg $@

# make looks at the times of files alone. So each of these files holds what else
# its commands depend on: tools, flags, the list of sources. FORCE makes make
# look each time. The file is rewritten only when its text differs, and then what
# depends on it is made anew. (:= reads PIC here, where no file has its own.)
build/kernel.settings: SETTINGS := $(CC) $(CFLAGS) $(FLAGS) $(PIC) $(NO_PIC) \
	$(LD) $(LINK) $(LDFLAGS) $(OBJCOPY) $(EXAMPLE) $(SOURCES)
build/kernel.settings: TOOLS := $(firstword $(CC)) $(firstword $(LD)) $(OBJCOPY)
build/mb2check.settings: SETTINGS := $(HOSTCC) $(HOSTCFLAGS) $(HOSTFLAGS)
build/os.settings: SETTINGS := $(GRUB_MKRESCUE) $(FIRMWARE) $(SOURCE_DATE_EPOCH)
build/kernel.settings build/mb2check.settings build/os.settings: FORCE
	@scripts/settings.sh $@ '$(SETTINGS)' $(TOOLS)

-include $(OBJECTS:.o=.d)

# --- To keep the project well -------------------------------------------------

.PHONY: test-toolchains test-matrix test-docs docs mistakes mistake
.PHONY: recording lint fuzz test-grub bench install-mb2check

test-toolchains: ## boot what each installed compiler builds (minutes)
	python3 tests/compilers.py
	$(TESTS) -m toolchains tests

test-matrix: build/os.iso ## boot it on every PC of tests/matrix.py: for hours
	$(TESTS) -m matrix tests

test-docs: build/os.iso ## compare the texts with this kernel and its tools
	$(TESTS) -m docs tests

docs: ## rewrite what the texts show of the project: then see `git diff`
	@$(NEED) python3 git qemu-system-x86_64 ovmf
	@python3 scripts/docs.py

recording: build/os.iso ## record a boot for the README: docs/boot.png
	@$(NEED) python3 qemu-system-x86_64 pillow
	@python3 scripts/recording.py docs/boot.png

mistakes: ## print what goes wrong, who notices, and what you read
	@python3 tests/mistakes/mistakes.py

mistake: ## make one of them in a copy, and see who notices: NAME=cli-forgotten
	@python3 tests/mistakes/mistakes.py --make $(NAME)

lint: ## check the form of all files, without running anything
	@scripts/lint.sh

SECONDS   = 60
FUZZFLAGS = -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
fuzz: ## attack the checker with broken files, for SECONDS=60
	@$(NEED) clang libfuzzer python3
	python3 tests/elf_builder.py build/corpus
	mkdir -p build/corpus.new
	clang $(HOSTFLAGS) $(FUZZFLAGS) mb2check/fuzz.c \
		$(filter-out %/mb2check.c,$(MB2CHECK)) -o build/fuzz
	build/fuzz -max_total_time=$(SECONDS) -max_len=40960 -timeout=10 \
		-print_final_stats=1 -artifact_prefix=build/ build/corpus.new build/corpus

# GRUB_VERSION=trixie (2.12) or sid (2.14): that Debian's GRUB, not the system's.
COUNT      = 10000
UEFI_COUNT = 300
GRUB_ROOT  = $(addprefix build/grub-,$(GRUB_VERSION))
test-grub: build/kernel.bin ## compare the checker with GRUB: COUNT=10000 files
	@$(NEED) python3 qemu-system-x86_64 grub-mkrescue ovmf
	$(if $(GRUB_ROOT),[ -d $(GRUB_ROOT) ] || scripts/grub-root.sh $(GRUB_VERSION))
	python3 tests/grub/compare.py $(GRUB_ROOT:%=--root=%) --count=$(COUNT)
	python3 tests/grub/compare.py $(GRUB_ROOT:%=--root=%) --count=$(UEFI_COUNT) \
		--platform=uefi

# The manual page has the words of --help; without help2man there is none.
PREFIX = /usr/local
PLACE  = $(DESTDIR)$(PREFIX)
install-mb2check: build/mb2check ## install the checker: PREFIX=/usr/local DESTDIR=
	mkdir -p '$(PLACE)/bin' '$(PLACE)/share/man/man1'
	install -m 755 build/mb2check '$(PLACE)/bin'
	if command -v help2man >/dev/null; then \
		help2man --no-info --name='judge a kernel for Multiboot2 loaders' \
			--output=build/mb2check.1 build/mb2check && \
		install -m 644 build/mb2check.1 '$(PLACE)/share/man/man1'; \
	else echo 'mb2check is installed without its manual page: for that, install help2man'; fi

bench: build/os.iso ## measure boots, builds and sizes; RUNS=9 for more runs
	@$(NEED) python3 qemu-system-x86_64 ovmf
	@python3 scripts/bench.py $(RUNS)

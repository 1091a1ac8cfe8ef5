# SPDX-License-Identifier: 0BSD
# Included by the Makefile: the targets for maintainers. No kernel needs them.

.PHONY: test-toolchains test-docs docs mistakes mistake lint fuzz test-grub
.PHONY: install-mb2check bench

# For clangd, which editors run. The examples include headers of this folder.
kernel: build/compile_commands.json
build/compile_commands.json: build/kernel.settings build/mb2check.settings
	@scripts/compile-commands.sh \
		$(call quote,$(CC) $(strip $(CFLAGS) $(FLAGS)) -iquote .) \
		$(wildcard *.c examples/*/*.c) -- \
		$(call quote,$(HOSTCC) $(HOSTCFLAGS) $(HOSTFLAGS)) \
		$(wildcard mb2check/*.c) >$@

test-toolchains: ## boot what each installed compiler builds (minutes)
	@$(NEED) gcc clang ld.lld
	$(TESTS) -m toolchains tests

test-docs: build/os.iso ## compare the texts with this kernel and its tools
	@python3 scripts/docs.py --check
	$(TESTS) -m docs tests

docs: ## rewrite what the texts show of the project: then see `git diff`
	@$(NEED) python3 git qemu-system-x86_64 ovmf
	@python3 scripts/docs.py

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

# help2man makes the manual page from --help; without it, there is none.
PREFIX = /usr/local
INTO   = $(DESTDIR)$(PREFIX)
install-mb2check: build/mb2check ## install the checker: PREFIX=/usr/local DESTDIR=
	mkdir -p $(call quote,$(INTO)/bin) $(call quote,$(INTO)/share/man/man1)
	install -m 755 build/mb2check $(call quote,$(INTO)/bin)
	if command -v help2man >/dev/null; then \
		help2man --no-info --name='judge a kernel for Multiboot2 loaders' \
			--output=build/mb2check.1 build/mb2check && \
		install -m 644 build/mb2check.1 $(call quote,$(INTO)/share/man/man1); \
	else echo 'mb2check is installed without its manual page: for that, install help2man'; fi

bench: build/os.iso ## measure boots, builds and sizes; RUNS=9 for more runs
	@$(NEED) python3 qemu-system-x86_64 ovmf
	@python3 scripts/bench.py $(RUNS)

# SPDX-License-Identifier: 0BSD
# For the Makefile: targets to look at the kernel with, and to keep it well.

.PHONY: debug inspect screenshot bench doctor mistakes mistake fuzz lint
.PHONY: docs test-docs test-toolchains test-matrix

DOOR = bios
debug: $(if $(filter kernel,$(DOOR)),build/kernel.bin,build/os.iso)
debug: ## stop in gdb at the first instruction: DOOR=bios, uefi or kernel
	@scripts/debug.sh $(DOOR)

inspect: build/kernel.bin ## look inside the kernel's file, byte by byte
	@scripts/setup.sh --need python3 $(CROSS_COMPILE)readelf $(CROSS_COMPILE)objdump
	@python3 scripts/artefacts.py '$(CROSS_COMPILE)'

screenshot: build/os.iso ## take pictures of the three doors: build/*.png
	@scripts/screenshot.sh

bench: build/os.iso ## measure boots, builds and sizes; RUNS=9 for more runs
	@scripts/setup.sh --need python3 qemu-system-x86_64 ovmf
	@python3 scripts/bench.py $(RUNS)

mistakes: ## print what goes wrong, who notices, and what you read
	@python3 tests/mistakes/mistakes.py

mistake: ## make one of them in a copy, and see who notices: NAME=cli-forgotten
	@python3 tests/mistakes/mistakes.py --make $(NAME)

docs: ## write anew what the texts show of the project: see `git diff` then
	@scripts/setup.sh --need python3 git qemu-system-x86_64 ovmf
	@python3 scripts/docs.py

test-docs: build/os.iso ## compare the texts with this kernel and its tools
	@scripts/setup.sh --need pytest pytest-xdist pillow clitest
	$(PYTEST) -n auto -rfEs -m docs tests

SECONDS = 60
FUZZFLAGS = $(HOSTFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=all
fuzz: ## attack the checker with broken files, for SECONDS=60
	@scripts/setup.sh --need clang libfuzzer python3
	python3 tests/elf_builder.py build/corpus
	mkdir -p build/corpus.new
	clang $(FUZZFLAGS) mb2check/fuzz.c mb2check/judge.c -o build/fuzz
	build/fuzz -max_total_time=$(SECONDS) -max_len=40960 -print_final_stats=1 \
		-artifact_prefix=build/ build/corpus.new build/corpus

test-toolchains: ## the same with each compiler that is installed (minutes)
	@scripts/setup.sh --need pytest pytest-xdist pillow
	python3 tests/compilers.py
	$(PYTEST) -n auto -m toolchains tests

lint: ## check the form of all files, without running anything
	@scripts/lint.sh

doctor: ## say which tools are here, and what to install
	@scripts/setup.sh --doctor '$(CC)' '$(LD)' '$(OBJCOPY)'

test-matrix: build/os.iso ## boot it on every PC of tests/matrix.py: for hours
	@scripts/setup.sh --need pytest pytest-xdist pillow
	$(PYTEST) -n auto -m matrix tests

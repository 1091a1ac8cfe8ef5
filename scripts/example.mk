# SPDX-License-Identifier: 0BSD
# Included by the Makefile: `make EXAMPLE=long-mode` builds the kernel with the
# files of examples/long-mode/. Each replaces the project's file of the same
# name, or is added.
OVERLAY = examples/$(EXAMPLE)
ifeq ($(wildcard $(OVERLAY)/*.c),)
$(error No example is called "$(EXAMPLE)". Take: $(notdir $(wildcard examples/*)))
endif
SOURCES := $(sort $(SOURCES) $(notdir $(wildcard $(OVERLAY)/*.c)))
FLAGS += -iquote . # the project's headers, for files in another folder

# The same rule as for the project's files, but make tries this one first.
build/%.o: $(OVERLAY)/%.c build/kernel.settings
	$(CC) $(strip $(CFLAGS) $(FLAGS) $(PIC)) -MMD -MP -c $< -o $@

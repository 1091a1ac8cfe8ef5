# SPDX-License-Identifier: 0BSD
# For the Makefile: `make EXAMPLE=long-mode` builds the kernel with the files of
# examples/long-mode/. One takes the place of the project's file of its name;
# the others are added.
OVERLAY = examples/$(EXAMPLE)
ifeq ($(wildcard $(OVERLAY)/*.c),)
$(error No example is called "$(EXAMPLE)". Take: $(notdir $(wildcard examples/*)))
endif
SOURCES := $(sort $(SOURCES) $(notdir $(wildcard $(OVERLAY)/*.c)))
FLAGS += -iquote . # the project's headers, for files that are elsewhere

# The same rule as for the project's files, but make finds this one first.
build/%.o: $(OVERLAY)/%.c build/kernel.settings
	$(CC) $(strip $(CFLAGS) $(FLAGS) $(PIC)) -MMD -MP -c $< -o $@

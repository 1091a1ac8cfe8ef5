# SPDX-License-Identifier: 0BSD
# For the Makefile, when CFLAGS has -flto. Objects then hold what the compiler
# knows of each file, and the code is made from all of them together.

# Not from these two: the loaders' tables want -fno-pic, the rest -fpie, and one
# object can have but one of them.
build/kernel.o build/pvh.o: PIC += -fno-lto

ifeq ($(findstring clang,$(CC)),)
# gcc alone knows how to start its optimizer: with -r it makes one object more,
# an ordinary one, that any linker takes.
LINKED = build/lto.o
build/lto.o: $(OBJECTS)
	$(CC) $(strip $(CFLAGS) $(FLAGS) $(PIC)) -r -nostdlib \
		-flinker-output=nolto-rel $(OBJECTS) -o $@
else ifeq ($(findstring lld,$(LD)),)
# ld.lld can do it by itself. GNU ld does it by a plugin, which LLVM installs in
# its library folder or in GNU ld's.
LINK += -plugin $(firstword $(wildcard \
	$(addsuffix /LLVMgold.so,$(shell $(CC) -print-resource-dir)/../.. \
	/usr/lib/bfd-plugins /usr/lib64/bfd-plugins)) LLVMgold.so)
endif

#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: lint.sh
# Checks the style of every file that git tracks. Prints every finding, and
# fails if there is one.
set -eu
. "$(dirname "$0")/lib.sh"

need git clang-format cppcheck shellcheck codespell
git ls-files --error-unmatch Makefile >/dev/null ||
    die "make lint looks at the files that git tracks: run it in a clone."

bad=
complain() {
    say "$@"
    bad=1
}

# tracked PATTERN...: the files, one a line; none has a space in its name.
tracked() {
    git ls-files -- "$@"
}

# products: tracked files that a build made: .gitignore names them, or they are
# binary.
products() {
    git ls-files --cached --ignored --exclude-standard
    git ls-files --eol | awk '$1 == "i/-text" && !/\.png$/ { print $NF }'
}

for file in $(products | sort -u); do
    complain "$file is a build product.  Type: git rm --cached $file"
done

scripts=
for file in $(tracked); do
    license=0BSD
    case $file in
    LICENSE | *.png) continue ;;       # the licence itself, and pictures
    */package-lock.json) continue ;;   # npm's own
    web/pc/*) license=LGPL-2.1-or-later ;;
    esac
    head -n 3 "$file" | grep -q "SPDX-License-Identifier: $license" ||
        complain "$file lacks its line: SPDX-License-Identifier: $license"
    if head -n 1 "$file" | grep -q '^#!/bin/sh'; then
        scripts="$scripts $file"
    fi
done

# shellcheck disable=SC2046,SC2086 # each word is a file
{
    clang-format --dry-run --Werror $(tracked '*.c' '*.h') ||
        complain "Some C code is not formatted.  Type:" \
            "  clang-format -i *.[ch] mb2check/*.[ch]"
    shellcheck $scripts ||
        complain "Some scripts have mistakes, shown above."
    codespell $(tracked ':!*/package-lock.json' ':!*/unused.txt') ||
        complain "Some words are misspelt; the right ones follow ==>."
    if [ "$(tracked 'mb2check/*.c')" ]; then
        # cppcheck does not know _Alignas, which multiboot2.h uses.
        cppcheck --quiet --std=c11 --enable=warning,performance,portability \
            '-D_Alignas(size)=' \
            --suppress=normalCheckLevelMaxBranches --error-exitcode=1 \
            $(tracked 'mb2check/*.c') ||
            complain "Some C code of the checker has mistakes."
    fi
}
[ ! "$bad" ] || exit 1

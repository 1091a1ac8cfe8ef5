# SPDX-License-Identifier: 0BSD
"""grub-mkrescue under its other names, and GRUB's modules in other places."""

import re
import shutil

import pytest
from commands import make, path_without

REAL = shutil.which("grub-mkrescue")


@pytest.mark.parametrize("name", [
    "grub2-mkrescue", "x86_64-elf-grub-mkrescue", "i686-elf-grub-mkrescue",
])  # fmt: skip
def test_other_names(project, tmp_path, boot, name):
    """Fedora's, and those of Homebrew: each is the only one here."""
    env = path_without(
        tmp_path, "grub-mkrescue", "grub2-mkrescue",
        "x86_64-elf-grub-mkrescue", "i686-elf-grub-mkrescue")  # fmt: skip
    used = tmp_path / "used"
    tool = tmp_path / "tools" / name
    tool.write_text(f'#!/bin/sh\n: >"{used}"\nexec {REAL} "$@"\n')
    tool.chmod(0o755)
    copy = project()
    make("-s", "iso", cwd=copy, env=env)
    assert used.exists()
    pc = boot("-cdrom", copy / "build" / "os.iso")
    pc.wait_for(pc.stopped, "the CPU to halt")


def test_modules_are_where_the_tool_says(project, tmp_path):
    """One kind of partition table more is there, and a blank in the path."""
    modules = tmp_path / "some place"
    for platform in ("i386-pc", "x86_64-efi"):
        (modules / platform).mkdir(parents=True)
        (modules / platform / "moddep.lst").touch()
    (modules / "i386-pc" / "part_of_a_test.mod").touch()
    asked = tmp_path / "asked"
    tool = tmp_path / "mkrescue"
    tool.write_text(
        "#!/bin/sh\n"
        f"case $1 in --help) {REAL} --help |"
        f" sed 's|default=.*/<platform>|default={modules}/<platform>|'; exit;;"
        f' esac\necho "$1" >"{asked}"; shift\n'
        f'exec {REAL} "--install-modules=normal multiboot2 iso9660" "$@"\n')
    tool.chmod(0o755)
    make("-s", "iso", f"GRUB_MKRESCUE={tool}", cwd=project())
    assert re.fullmatch(
        r"--install-modules=normal \S+ \S+ part_of_a_test\n", asked.read_text())

# SPDX-License-Identifier: 0BSD
"""grub-mkrescue under its other names."""

import shutil

import pytest
from commands import make, path_without, program

REAL = shutil.which("grub-mkrescue")


@pytest.mark.parametrize("name", [
    "grub2-mkrescue", "x86_64-elf-grub-mkrescue", "i686-elf-grub-mkrescue",
])  # fmt: skip
def test_other_names(project, tmp_path, name):
    """Fedora's name and Homebrew's: each is the only one in PATH."""
    env = path_without(
        tmp_path, "grub-mkrescue", "grub2-mkrescue",
        "x86_64-elf-grub-mkrescue", "i686-elf-grub-mkrescue")  # fmt: skip
    used = tmp_path / "used"
    program(tmp_path / "tools" / name, f': >"{used}"\nexec {REAL} "$@"')
    make("-s", "iso", cwd=project(), env=env)
    assert used.exists()

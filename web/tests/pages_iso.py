# SPDX-License-Identifier: 0BSD
"""The page's own image, with another kernel in it: its bytes are exchanged."""

from page import BUILT

STOP = b"\xfa\xf4\xeb\xfd"  # cli; hlt; jmp to the hlt
HEADER = b"\xd6\x50\x52\xe8"


def image(change):
    iso = (BUILT / "pc" / "os.iso").read_bytes()
    kernel = (BUILT / "pc" / "kernel.bin").read_bytes()
    assert iso.count(kernel) == 1
    changed = change(kernel)
    assert len(changed) == len(kernel)
    return iso.replace(kernel, changed)


def patched(folder, code):
    """Its kernel does something else after it wrote OK."""
    path = folder / "patched.iso"

    def change(kernel):
        assert kernel.count(STOP) == 1
        return kernel.replace(STOP, code + STOP[len(code):])
    path.write_bytes(image(change))
    return path


def without_kernel(folder):
    """GRUB finds no header in its kernel."""
    path = folder / "headless.iso"
    path.write_bytes(image(lambda kernel: kernel.replace(HEADER, bytes(4), 1)))
    return path


def showing_ko():
    """Its kernel writes the letters in the wrong order."""
    return image(lambda kernel: kernel.replace(b"\x4f\x2f\x4b\x2f",
                                               b"\x4b\x2f\x4f\x2f"))

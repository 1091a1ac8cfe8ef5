# SPDX-License-Identifier: 0BSD
"""What a person must see on each kind of screen that a PC has. The letters and
colours are those of screen.h."""

import os
from unittest import mock

import qemu
from PIL import Image
from qemu import COLUMNS, ROWS, wrong

# What is drawn for each colour code, by a VGA card and by UEFI. A code's bits
# are bright, red, green, blue; with brown, the card makes green half as strong.
VGA = [tuple((0xAA if code & bit else 0) + (0x55 if code & 8 else 0)
             for bit in (4, 2, 1)) for code in range(16)]  # fmt: skip
VGA[6] = (0xAA, 0x55, 0)
UEFI = [tuple((0xFF if code & 8 else 0x98) if code & bit else 0
              for bit in (4, 2, 1)) for code in range(16)]  # fmt: skip
UEFI[8] = (0x30, 0x30, 0x30)


def picture(pc):
    """The screen's pixels."""
    path = os.path.join(pc.folder, "screen.png")
    pc.screenshot(path)
    return read_picture(path)


def read_picture(path):
    with Image.open(path) as image:
        return image.convert("RGB")


def assert_letters(image, colors, left, top, width, height, whole):
    """From (left, top) on, cells of that size show letters, each in its two
    colours; if `whole`, all else is black."""
    letters, *codes = qemu.expected()
    color, background = (colors[code] for code in codes)

    def near(pixel, other):
        return all(abs(a - b) <= 8 for a, b in zip(pixel, other))

    for column in range(len(letters)):
        box = (left, top, left + width, top + height)
        seen = [pixel for _, pixel in image.crop(box).getcolors()]
        assert all(near(pixel, color) or near(pixel, background)
                   for pixel in seen), f"letter {column + 1} has other colours"
        assert (letters[column] == " " or any(
            near(pixel, color) for pixel in seen)) and any(
            near(pixel, background) for pixel in seen
        ), f"letter {column + 1} cannot be seen"
        image.paste((0, 0, 0), box)
        left += width
    lit = whole and image.getbbox()
    assert not lit, f"beside the letters, ({lit[0]}, {lit[1]}) is lit"


def assert_uefi_picture(image):
    """A person sees the letters where UEFI's 80 x 25 cells of text begin, in
    the middle of the screen."""
    width, height = 8, 19  # of a cell
    left = (image.width - COLUMNS * width) // 2
    top = (image.height - ROWS * height) // 2
    assert_letters(image, UEFI, left, top, width, height, True)


def assert_screen(pc, entry):
    """The screen's memory and its picture are right."""
    problem = wrong(pc, entry)
    assert not problem, problem
    if entry == "uefi":
        assert_uefi_picture(picture(pc))
    else:
        assert_letters(picture(pc), VGA, 0, 0, 9, 16, whole=entry == "bios")


def assert_example(pc, entry, text):
    """The same for an example's text; by PVH too, for it clears the screen."""
    shown = qemu.expected()._replace(letters=text)
    with mock.patch.object(qemu, "expected", lambda: shown):
        assert_screen(pc, "bios" if entry == "pvh" else entry)

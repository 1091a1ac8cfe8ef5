# SPDX-License-Identifier: 0BSD
"""What the screen must show, by each kind of screen that a PC has."""

from qemu import COLUMNS, ROWS, TEXT_OK

# The letters as OVMF's console draws them: # is white, . is green.
UEFI_OK = """\
................
................
................
.#####..###..##.
##...##..##..##.
##...##..##.##..
##...##..##.##..
##...##..####...
##...##..###....
##...##..####...
##...##..##.##..
##...##..##.##..
##...##..##..##.
##...##..##..##.
.#####..###..##.
................
................
................
................
""".split()


def is_white(pixel):
    return min(pixel) > 150 and max(pixel) - min(pixel) < 20


def is_green(pixel):
    red, green, blue = pixel
    return green > 100 and red < 50 and blue < 50


def box(picture, left, top, width, height):
    """A part of the picture, one character a pixel: # white, . green, ? else."""
    rows = []
    for y in range(top, top + height):
        at = y * picture.width + left
        rows.append("".join(
            "#" if is_white(pixel) else "." if is_green(pixel) else "?"
            for pixel in picture.pixels[at : at + width]))  # fmt: skip
    return rows


def assert_cells_ok(cells):
    """The text screen's first two cells are O and K, white on green."""
    assert cells[:2] == TEXT_OK, f"the screen begins with {show(cells[:2])}"


def assert_cells_blank_but_ok(cells):
    """OK, and nothing else on the whole text screen."""
    assert_cells_ok(cells)
    assert len(cells) == COLUMNS * ROWS
    for at, (character, _) in enumerate(cells[2:], start=2):
        row, column = divmod(at, COLUMNS)
        assert chr(character) in "\0 ", f"row {row}, column {column} is not blank"


def assert_text_ok(pc):
    """OK is in the text screen's memory, and a person sees so."""
    picture = pc.picture()
    size = picture.width, picture.height
    assert size == (720, 400), "the screen is not in text mode but %d x %d" % size
    assert_cells_ok(pc.cells())
    for left in (0, 9):  # a cell is 9 x 16 pixels, the ninth column blank
        letter = "".join(box(picture, left, 0, 9, 16))
        assert "#" in letter and "." in letter, "a letter cannot be seen"
        assert "?" not in letter, "a letter is not white on green"


def assert_text_blank_but_ok(pc):
    """OK, and nothing else on the whole screen."""
    assert_text_ok(pc)
    assert_cells_blank_but_ok(pc.cells())
    picture = pc.picture()
    for at, pixel in enumerate(picture.pixels):
        y, x = divmod(at, picture.width)
        assert (y < 16 and x < 18) or pixel == (0, 0, 0), f"({x}, {y}) is lit"


def assert_uefi_ok(pc):
    """OK in the first two cells of UEFI's 80 x 25 text area, all else black."""
    picture = pc.picture()
    width, height = 8, 19  # of a cell
    left = (picture.width - COLUMNS * width) // 2
    top = (picture.height - ROWS * height) // 2
    shown = box(picture, left, top, 2 * width, height)
    assert shown == UEFI_OK, "not OK but:\n" + "\n".join(shown)
    for at, pixel in enumerate(picture.pixels):
        y, x = divmod(at, picture.width)
        inside = left <= x < left + 2 * width and top <= y < top + height
        assert inside or pixel == (0, 0, 0), f"({x}, {y}) is lit"


def show(cells):
    return " ".join(f"{chr(c)!r} in {a:#04x}" for c, a in cells)

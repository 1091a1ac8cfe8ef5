# SPDX-License-Identifier: 0BSD
"""As much of PNG as QEMU writes (PNG specification, 3rd edition)."""

import struct
import zlib

from qemu import Picture

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunks(data):
    """Yields each chunk's type and data (5.3)."""
    assert data.startswith(SIGNATURE), "not a PNG file"
    at = len(SIGNATURE)
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + 8 + size]
        at += size + 12  # a checksum of 4 bytes ends it


def nearest(left, above, corner):
    """The neighbour nearest to left + above - corner (9.4)."""
    guess = left + above - corner
    return min((left, above, corner), key=lambda value: abs(guess - value))


def unfilter(kind, line, above):
    """Undoes a row's filter (9.2), for pixels of 3 bytes."""
    if kind in (0, 2) and not any(line):  # as most of a dark screen is
        return above if kind else line
    row = bytearray()
    for i, value in enumerate(line):
        left, corner = (row[i - 3], above[i - 3]) if i >= 3 else (0, 0)
        row.append(value + (
            0, left, above[i], (left + above[i]) // 2,
            nearest(left, above[i], corner))[kind] & 0xFF)  # fmt: skip
    return row


def read(data):
    """The picture in a PNG file's bytes: 8 bits a colour, not interlaced."""
    parts = {}
    for kind, content in chunks(data):
        parts[kind] = parts.get(kind, b"") + content
    width, height, *form = struct.unpack(">II5B", parts[b"IHDR"])
    assert form == [8, 2, 0, 0, 0], f"a kind of PNG that is not read: {form}"
    raw = zlib.decompress(parts[b"IDAT"])
    stride = 1 + 3 * width
    assert len(raw) == stride * height
    pixels, row = [], bytes(3 * width)
    for at in range(0, len(raw), stride):
        row = unfilter(raw[at], raw[at + 1 : at + stride], row)
        pixels += zip(*[iter(row)] * 3)
    return Picture(width, height, pixels)

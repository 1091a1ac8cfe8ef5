# SPDX-License-Identifier: 0BSD
"""Records what `make run` shows, from power-on to OK, as an animated PNG.

Usage: recording.py FILE.png
A boot takes less than half a second; the recording stays at each stage for as
long as it takes to read it.
"""

import os
import sys
import time

from PIL import Image, ImageDraw
from qemu import COLUMNS, ROWS, Machine

# What the last line begins with, and how many milliseconds it is shown.
STAGES = {"SeaBIOS": 1000, "Booting from DVD": 1000, "Welcome to GRUB!": 1000,
          "": 3000}  # fmt: skip
BOOTS = 10  # until each stage has been caught


def frame(pc, path):
    """The screen without the cursor, which may be in either half of a blink."""
    pc.screenshot(path)
    picture = Image.open(path).convert("RGB")
    draw = ImageDraw.Draw(picture)
    width, height = picture.width // COLUMNS, picture.height // ROWS
    for at, (character, attribute) in enumerate(pc.cells()):
        if character in b"\0 " and attribute >> 4 == 0:  # a black background
            x, y = at % COLUMNS * width, at // COLUMNS * height
            draw.rectangle((x, y, x + width - 1, y + height - 1), "black")
    return picture


def background(picture):
    """How many pixels of the first cell have its background's colour."""
    cell = picture.crop((0, 0, picture.width // COLUMNS, picture.height // ROWS))
    return list(cell.getdata()).count(cell.getpixel((0, 0)))


def last_frame(pc, path):
    """The cursor blinks in the first letter: of two frames that differ, the one
    without it. One frame, if none differs for two seconds."""
    frames = [frame(pc, path)]
    deadline = time.monotonic() + 2
    while frames[0] == frames[-1] and time.monotonic() < deadline:
        time.sleep(0.02)
        frames.append(frame(pc, path))
    return max(frames, key=background)


def record(path):
    """One boot: the frame of each stage that was caught."""
    frames = {}
    with Machine("-cdrom", "build/os.iso") as pc:
        while not (stopped := pc.stopped()):
            pc.qmp("stop")  # text and picture of one moment
            line = pc.text().strip().rpartition("\n")[2]
            for stage in STAGES:
                if stage and line.startswith(stage):
                    frames[stage] = frame(pc, path)
            pc.qmp("cont")
            time.sleep(0.002)
        frames[""] = last_frame(pc, path)
    return frames


def main(path):
    for _ in range(BOOTS):
        frames = record(path)
        if len(frames) == len(STAGES):
            break
    else:
        os.remove(path)
        sys.exit(f"*** Not caught in {BOOTS} boots: "
                 + ", ".join(set(STAGES) - set(frames)))  # fmt: skip
    first, *others = (frames[stage] for stage in STAGES)
    first.save(path, save_all=True, append_images=others, optimize=True,
               duration=list(STAGES.values()), loop=0)  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])

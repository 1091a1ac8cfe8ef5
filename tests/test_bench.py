# SPDX-License-Identifier: 0BSD
"""`make bench` measures what it claims to. (Its results are not tested.)"""

import bench
from screens import assert_screen


def test_the_floor_shows_the_same_ok(boot, tmp_path):
    sector = tmp_path / "sector"
    sector.write_bytes(bench.BOOT_SECTOR)
    assert sector.stat().st_size == 512
    pc = boot("-drive", f"format=raw,file={sector}")
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert_screen(pc, "pvh")

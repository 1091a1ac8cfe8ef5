# SPDX-License-Identifier: 0BSD
"""`make bench`: that it measures what it says. What it measures is no test."""

import bench
from commands import ROOT, quickest, run
from elf import Elf
from screens import assert_screen


def test_the_floor_shows_the_same_ok(boot, tmp_path):
    sector = tmp_path / "sector"
    sector.write_bytes(bench.BOOT_SECTOR)
    assert sector.stat().st_size == 512
    pc = boot("-drive", f"format=raw,file={sector}")
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert_screen(pc, "pvh")


def test_a_boot_takes_time():
    assert 0 < bench.boot(*quickest(ROOT)) < 120


def test_entries_as_make_run_boots_them(project):
    built = project() / "build"
    assert bench.arguments("bios", built) == ["-cdrom", f"{built}/os.iso"]
    assert bench.arguments("pvh", built) == ["-kernel", f"{built}/kernel.bin"]
    assert bench.arguments("uefi", built)[-2:] == ["-cdrom", f"{built}/os.iso"]


def test_runs_are_interleaved_and_the_median_told():
    order, values = [], {"a": iter([9, 1, 2]), "b": iter([4, 6, 5])}

    def measure(name):
        order.append(name)
        return next(values[name])

    what = {name: lambda name=name: measure(name) for name in values}
    assert bench.medians(3, what) == {"a": 2, "b": 5}
    assert order == ["a", "b"] * 3


def test_table(capsys):
    bench.table("Title", "seconds", [
        ("base", 2.0, None, None), ("good", 1.0, 2.0, 0.5),
        ("bad", 1.5, 2.0, 0.5)])  # fmt: skip
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[2:] == [
        ["base", "2.000"],
        ["good", "1.000", "0.50", "at", "most", "0.5:", "met"],
        ["bad", "1.500", "0.75", "at", "most", "0.5:", "NOT", "MET"]]


def test_loaded_bytes(kernel, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert bench.loaded(kernel) == sum(s.memsz for s in Elf(kernel).loads())


def test_too_few_runs():
    for runs in ("4", "many"):
        result = run("make", "-s", "bench", f"RUNS={runs}", cwd=ROOT)
        assert result.returncode != 0
        assert "Type: make bench RUNS=5" in result.stdout

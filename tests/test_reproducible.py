# SPDX-License-Identifier: 0BSD
"""The same bytes twice, if SOURCE_DATE_EPOCH is set."""

import hashlib
import os
import shutil

from commands import build, make, run

EPOCH = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}


def digests(built):
    """The SHA-256 of what a build made."""
    return [hashlib.sha256((built / name).read_bytes()).hexdigest()
            for name in ("kernel.bin", "os.iso")]  # fmt: skip


def test_same_bytes(project, tmp_path):
    """Made twice; and elsewhere, by another clock, time zone and language."""
    copy = project()
    once = digests(build(copy, "iso", env=EPOCH))
    make("-s", "clean", cwd=copy)
    assert digests(build(copy, "iso", env=EPOCH)) == once

    other = tmp_path / "another" / "folder"
    shutil.copytree(copy, other, ignore=shutil.ignore_patterns("build"))
    for path in other.rglob("*"):
        os.utime(path, (1, 1))
    result = run(
        "sh", "-c", "umask 077; faketime -f +1000d make -s iso", cwd=other,
        env={**EPOCH, "TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8"})  # fmt: skip
    assert (result.returncode, result.stdout) == (0, "")
    assert digests(other / "build") == once


def test_another_epoch_is_another_image(project):
    """The kernel has no date in it; the image has, and is made anew for it."""
    copy = project()
    epochs = EPOCH, {**EPOCH, "SOURCE_DATE_EPOCH": "1600000000"}, os.environ
    made = [digests(build(copy, "iso", env=env)) for env in epochs]
    kernels, isos = map(set, zip(*made))
    assert (len(kernels), len(isos)) == (1, 3)


def test_a_date_is_no_epoch(project):
    env = {**os.environ, "SOURCE_DATE_EPOCH": "2023-11-14"}
    result = run("make", "-s", "iso", cwd=project(), env=env)
    assert result.returncode != 0
    assert "SOURCE_DATE_EPOCH must be a number of seconds" in result.stdout
    assert "git log -1 --format=%ct" in result.stdout

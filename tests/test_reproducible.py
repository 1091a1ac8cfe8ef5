# SPDX-License-Identifier: 0BSD
"""The same bytes twice, when SOURCE_DATE_EPOCH says what time it is."""

import hashlib
import os
import pathlib
import shutil
import stat
import tempfile
import warnings

import pytest
from commands import make, path_without, run
from screens import assert_screen

EPOCH = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
NOBODY = 65534


def digests(folder):
    """The SHA-256 of what a build made."""
    return [
        hashlib.sha256((folder / "build" / name).read_bytes()).hexdigest()
        for name in ("kernel.bin", "os.iso")]  # fmt: skip


@pytest.fixture
def elsewhere():
    """A function that copies the sources to a place that every user can reach,
    which pytest's own folders are not; all file times and modes are others."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)

        def copy(source):
            place = pathlib.Path(folder) / "another" / "place"
            ignore = shutil.ignore_patterns("build")
            shutil.copytree(source, place, ignore=ignore)
            for path in place.rglob("*"):
                path.chmod(path.stat().st_mode & 0o700)
                os.utime(path, (1, 1))
            return place

        yield copy


def build_as_another(place):
    """Builds as one who differs in all that a build could look at."""
    command = ["sh", "-c", "umask 077; faketime -f +1000d make -s iso"]
    env = {
        **EPOCH, "TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8", "USER": "learner",
        "LOGNAME": "learner", "HOME": str(place), "TMPDIR": str(place.parent)}
    env.pop("LC_ALL", None)
    shared = pathlib.Path("/dev/shm").stat().st_mode
    if os.getuid() != 0:
        warnings.warn("only root can become another user: not tried")
    elif not shared & stat.S_IWOTH:
        warnings.warn("faketime needs /dev/shm, and it is for root alone here:"
                      " another user was not tried")  # fmt: skip
    else:
        run("chown", "-R", str(NOBODY), place.parent, check=True)
        command[:0] = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                       "--clear-groups"]  # fmt: skip
    result = run(*command, cwd=place, env=env)
    assert (result.returncode, result.stdout) == (0, "")


def test_same_bytes(project, elsewhere, boot):
    copy = project()
    make("-s", "iso", cwd=copy, env=EPOCH)
    place = elsewhere(copy)
    build_as_another(place)
    assert digests(place) == digests(copy)
    pc = boot("-cdrom", copy / "build" / "os.iso")
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert_screen(pc, "bios")


def test_another_epoch_is_another_image(project):
    """The kernel has no date in it; the image has, and is made anew for it."""
    copy = project()
    kernels, isos = set(), set()
    for epoch in ("1700000000", "1600000000", None):
        env = {**os.environ, "SOURCE_DATE_EPOCH": epoch or ""}
        if not epoch:
            del env["SOURCE_DATE_EPOCH"]
        make("-s", "iso", cwd=copy, env=env)
        kernel, iso = digests(copy)
        kernels.add(kernel)
        isos.add(iso)
    assert (len(kernels), len(isos)) == (1, 3)


def test_without_faketime(project, tmp_path):
    copy = project()
    env = path_without(tmp_path, "faketime")
    make("-s", "iso", cwd=copy, env=env)  # it is for SOURCE_DATE_EPOCH alone
    env["SOURCE_DATE_EPOCH"] = "1700000000"
    result = run("make", "-s", "iso", cwd=copy, env=env)
    assert result.returncode != 0
    assert "*** Not found: faketime (" in result.stdout
    assert "./scripts/setup.sh" in result.stdout
    assert not (copy / "build" / "os.iso").exists()


def test_a_date_is_no_epoch(project):
    env = {**os.environ, "SOURCE_DATE_EPOCH": "2023-11-14"}
    result = run("make", "-s", "iso", cwd=project(), env=env)
    assert result.returncode != 0
    assert "SOURCE_DATE_EPOCH must be a number of seconds" in result.stdout
    assert "git log -1 --format=%ct" in result.stdout

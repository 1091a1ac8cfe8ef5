# SPDX-License-Identifier: 0BSD
"""scripts/setup.sh: what it finds, misses and installs; as `make doctor`, too."""

import re

import pytest
from commands import ROOT, path_without, program, run

SETUP = ROOT / "scripts" / "setup.sh"
MANAGERS = {
    "apt": "apt-get update && apt-get install -y --no-install-recommends",
    "dnf": "dnf install -y",
    "pacman": "pacman -S --needed --noconfirm",
    "zypper": "zypper install -y",
    "apk": "apk add",
    "brew": "brew install",
}


def bare_machine(folder, manager, *missing, user=0):
    """The environment of a machine with one package manager, by that user."""
    env = path_without(folder, "id", *MANAGERS, *missing)
    for name, text in ((manager, "exit 1"), ("id", f"echo {user}")):
        program(folder / "tools" / name, text)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        env.pop(name, None)
    return env


def rows():
    """The rows of tools.txt, each a list of its fields."""
    text = (ROOT / "scripts" / "tools.txt").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [[field.strip() for field in line.split("|")] for line in lines]


def test_nothing_is_missing_here():
    result = run(SETUP, "--tests")
    assert (result.returncode, result.stdout) == (0, "Nothing is missing.\n")


@pytest.mark.parametrize("manager", MANAGERS)
def test_dry_run(tmp_path, manager):
    env = bare_machine(tmp_path, manager, "xorriso", "mformat")
    result = run(SETUP, "--dry-run", env=env)
    assert result.returncode == 0
    column = 3 + list(MANAGERS).index(manager)
    packages = [r[column] for r in rows() if r[0] in ("xorriso", "mformat")]
    said = (
        "Missing: xorriso mformat\n"
        f"Will run: {MANAGERS[manager]} {' '.join(packages)}\n")
    if manager != "apt":
        said += (
            f"*** The package names for {manager} are untested.\n"
            "*** If one is wrong, correct it in scripts/tools.txt.\n")
    assert result.stdout.endswith(said)
    listed = re.findall(r"^(\S+) +MISSING", result.stdout, re.M)
    assert listed == ["xorriso", "mformat"]


def test_a_user_is_given_sudo(tmp_path):
    env = bare_machine(tmp_path, "apt", "xorriso", user=1000)
    assert run(SETUP, "--dry-run", env=env).stdout.endswith(
        "Will run: sudo apt-get update && sudo apt-get install -y"
        " --no-install-recommends xorriso\n")


def test_each_purpose_is_an_option(tmp_path):
    env = bare_machine(tmp_path, "apt", "git", "clang", "mmdebstrap")
    assert run(SETUP, "--dry-run", env=env).stdout.endswith("Nothing is missing.\n")
    alone = {"--tests": "git", "--fuzz": "libclang-rt-dev", "--web": "mmdebstrap"}
    for option, its_own in alone.items():
        said = run(SETUP, option, "--dry-run", env=env).stdout
        for package in alone.values():
            assert (f" {package}" in said) == (package == its_own)


def test_a_failing_manager_is_told(tmp_path):
    env = bare_machine(tmp_path, "dnf", "xorriso")
    result = run(SETUP, env=env)
    assert result.returncode == 1
    assert "*** The package manager failed" in result.stdout


def fake_apt(folder, known, installs):
    """A machine without two tools, whose apt knows some packages by name and
    installs some tools, whichever package they are in."""
    env = bare_machine(folder, "apt", "xorriso", "mformat")
    tools = folder / "tools"
    touch = "".join(f"ln -s /bin/true '{tools}/{tool}'\n" for tool in installs)
    program(tools / "apt-get",
            f'echo "apt-get $*"\n[ "$1" = update ] && exit\n{touch}')
    program(tools / "apt-cache",
            f'case " {known} " in *" $2 "*) ;; *) exit 100 ;; esac')
    return env


def test_a_package_that_this_release_lacks(tmp_path):
    """Another one brings the tool: so it was with Debian 12's qxl."""
    env = fake_apt(tmp_path, "xorriso", ("xorriso", "mformat"))
    result = run(SETUP, env=env)
    assert result.returncode == 0, result.stdout
    assert "no package mtools: going on without it" in result.stdout
    assert result.stdout.endswith(
        "apt-get update\n"
        "*** This system has no package mtools: going on without it.\n"
        "apt-get install -y --no-install-recommends xorriso\n")


def test_what_is_still_missing_is_named(tmp_path):
    env = fake_apt(tmp_path, "xorriso mtools", ("xorriso",))
    result = run(SETUP, env=env)
    assert result.returncode == 1
    assert result.stdout.endswith("*** Installed, but still missing: mformat\n")


def test_no_known_manager(tmp_path):
    env = bare_machine(tmp_path, "unknown", "xorriso")
    result = run(SETUP, env=env)
    assert result.returncode == 1
    assert "Missing: xorriso" in result.stdout
    assert "none of the package managers" in result.stdout


def test_wrong_argument():
    result = run(SETUP, "--testing")
    assert result.returncode == 1
    assert "Usage: setup.sh [--tests] [--fuzz] [--web] [--dry-run]" in result.stdout


def test_every_tool_has_its_packages():
    for row in rows():
        assert len(row) == 3 + len(MANAGERS), row
        assert set(row[1].split()) <= {"run", "test", "web", "fuzz"}, row


# --- The doctor ----------------------------------------------------------------


def doctor(*variables, env=None):
    result = run("make", "-s", "doctor", *variables, cwd=ROOT, env=env)
    return result.returncode, result.stdout


def test_everything_is_here():
    status, said = doctor()
    assert status == 0, said
    for tool in re.findall(r"^(\S+) +MISSING", said, re.M):
        purposes, = (row[1] for row in rows() if row[0] == tool)
        assert purposes in ("fuzz", "web")  # setup.sh --tests leaves these out
    for tool, _, what, *_ in rows():
        assert re.search(rf"^{re.escape(tool)} .* {re.escape(what)}:", said, re.M)
    assert max(len(line) for line in said.splitlines()) <= 80


def test_versions_and_paths():
    _, said = doctor()
    for tool in ("gcc", "ld", "xorriso", "qemu-system-x86_64", "faketime"):
        own = run(tool, "--version").stdout
        path = run("sh", "-c", f"command -v {tool}").stdout.strip()
        version, found = re.search(
            rf"^{tool} +(\S+) +.*:\s+(\S+)$", said, re.M).groups()
        assert version in own and version.count(".") >= 1
        assert found == path


@pytest.mark.parametrize("tool, fails", [("mformat", True), ("git", False)])
def test_the_doctor_misses(tmp_path, tool, fails):
    """It fails when `make run` and the like do."""
    status, said = doctor(env=path_without(tmp_path, tool))
    assert (status != 0) == fails
    package, = (row[3] for row in rows() if row[0] == tool)
    assert re.search(rf"^{tool} +MISSING +.*:\s+apt package {package}$", said, re.M)
    assert "type:  ./scripts/setup.sh" in said


def test_a_compiler_for_another_machine(tmp_path):
    """As gcc is on Apple silicon: it is there, and of no use."""
    other = program(tmp_path / "gcc", "case $1 in -dumpmachine)"
                    " echo arm64-apple-darwin ;; *) echo other 1.0 ;; esac")
    status, said = doctor(f"CC={other}")
    assert status != 0
    assert "makes code for arm64-apple-darwin, not for an x86 PC" in said
    assert "CC=clang LD=ld.lld" in said


def test_choices():
    """Of the Makefile; without its words, setup.sh takes the same as it does."""
    assert run(SETUP, "--doctor").stdout == doctor()[1]
    status, said = doctor("CC=clang", "LD=ld.lld")
    assert status == 0
    assert re.search(r"^clang +\S+ +compiles the kernel: ", said, re.M)
    assert re.search(r"^llvm-objcopy +\S+ +strips the kernel: ", said, re.M)

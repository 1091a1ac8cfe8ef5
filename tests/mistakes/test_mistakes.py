# SPDX-License-Identifier: 0BSD
"""Makes each mistake in a copy of the project, and checks who notices."""

import json
import re

import mistakes
import pytest
from commands import ROOT, run
from docs import environment
from mistakes import ANCHORS, MISTAKES
from qemu import MachineError
from screens import assert_example, assert_screen
from test_long_mode import TEXT


def look(boot_by, name, build):
    """Boots, and returns what is wrong on the screen, "" if nothing."""
    mistake = MISTAKES[name]
    try:
        pc = boot_by(mistake.entry, build, seconds=30)
    except MachineError as error:
        return str(error)

    def words():
        return pc.text() + pc.serial()

    try:
        pc.wait_for(
            lambda: pc.stopped() or mistake.stage == "boot"
            and mistake.says in words(), "the CPU to halt")  # fmt: skip
        if mistakes.in_the_example(name):
            assert_example(pc, mistake.entry, TEXT)
        else:
            assert_screen(pc, mistake.entry)
        return ""
    except (AssertionError, MachineError) as error:
        return f"{error}\n{words()}"


# Lucky in this commit's instructions alone: with a stack, `push` would tell.
LUCKY = ["code32-forgotten"]


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=pytest.mark.docs if name in LUCKY else [])
    for name in MISTAKES])  # fmt: skip
def test_mistake(name, project, boot_by):
    mistake = MISTAKES[name]
    needed = mistake.needs
    if needed and not (ROOT / needed).exists():
        pytest.skip(f"it is about {needed}, which is not here")
    copy = project(*mistake.edits)
    # In the C locale the tools' quotes are plain ones. By PVH no image is
    # needed.
    target = "kernel" if mistake.entry == "pvh" else "iso"
    build = run("make", "-s", target, *mistake.make, cwd=copy, env=environment())
    if build.returncode != 0:
        stage, said = mistakes.stage_of(copy, name), build.stdout
    else:
        said = look(boot_by, name, copy / "build")
        stage = "boot" if said else "harmless"
    print(said)
    assert stage == mistake.stage, said
    if stage != "harmless":
        assert mistake.says in said


def test_a_lost_anchor_is_named(project):
    copy = project()
    (copy / "kernel.c").write_text("")
    with pytest.raises(mistakes.AnchorGone, match='kernel.c has this 0 times'):
        mistakes.apply(MISTAKES["cli-forgotten"].edits, copy)


def tell(*arguments):
    return run("python3", ROOT / "tests/mistakes/mistakes.py", *arguments)


def test_the_tables():
    kernel, example = (tell(*which).stdout.splitlines()[2:]
                       for which in ((), ("long-mode",)))
    assert len(kernel) + len(example) == len(MISTAKES)
    assert "| PAE not switched on | the boot |" in "".join(example)
    assert "There is no mistake no-such." in tell("--make", "no-such").stdout


def test_json_is_what_is_made(project):
    """A browser makes the same edits of it; its patterns are JavaScript's."""
    exported = {each["name"]: each for each in json.loads(tell("--json").stdout)}
    assert len(exported) == len(tell().stdout.splitlines()) - 2
    edits = exported["ko"]["edits"]
    text = (ROOT / edits[0]["file"]).read_text()
    assert len(re.findall(edits[0]["pattern"], text, re.M)) == 1
    for _, pattern in ANCHORS.values():
        assert not re.search(r"\(\?[^:=!<]|\(\?<[^=!]|\\[AZ]", pattern), pattern


@pytest.mark.parametrize("name, seen", [
    ("cli-forgotten", "Who noticed: nobody, because GRUB and QEMU enter"),
    ("ko", "Who noticed: the compiler, in the words above."),
])  # fmt: skip
def test_make_mistake(project, name, seen):
    copy = project()
    said = run("make", "-s", "mistake", f"NAME={name}", cwd=copy)
    assert said.returncode == 0 and seen in said.stdout, said.stdout

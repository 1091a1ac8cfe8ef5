# SPDX-License-Identifier: 0BSD
"""Break it: the mistakes of the table, made on the page."""

import json
import subprocess
import sys

import pytest
from page import ROOT
from selenium.webdriver.support.select import Select

MISTAKES = {one["name"]: one for one in json.loads(subprocess.run(
    [sys.executable, ROOT / "tests/mistakes/mistakes.py", "--json"],
    check=True, capture_output=True, text=True).stdout)}  # fmt: skip

NOTICED = {"compile": "the compiler", "link": "the linker",
           "mb2check": "mb2check", "mkiso": "mkiso.sh"}

# What the PC shows for mistakes about which GRUB prints nothing.
SHOWN = {
    "framebuffer-tag": "graphics",
    "wrong-colours": "OK",
    "wrong-address": "",
    "hlt-forgotten": "",
    "clear-forgotten": "OK",
}

SOME = ["ko", "used-removed", "wrong-magic", "brace", "kernel-path",
        "note-discarded"]


def choose(page, name):
    page.js("document.getElementById('mistakes-tool').open = true")
    Select(page.named("Mistakes")).select_by_value(name)


def runs_here(mistake):
    return "CC=clang" not in mistake["make"]


def check(page, name):
    mistake = MISTAKES[name]
    choose(page, name)
    table = page.text("What the table says")
    assert mistake["says"] in table
    make = page.button("Make this mistake", "#mistakes")
    if not runs_here(mistake):
        assert not make.is_enabled()
        assert "This was recorded" in table
        return
    page.click("Make this mistake", "#mistakes")
    files = {edit["file"] for edit in mistake["edits"]}
    for path in files:
        assert page.file(path) != (ROOT / path).read_text()
    # It is visible as a difference.
    assert page.js("return document.querySelectorAll("
                   "'.cm-changedLine, .cm-deletedChunk').length") > 0
    told = page.build()
    if mistake["stage"] in NOTICED:
        assert told.startswith("The build failed")
        page.wait(lambda: mistake["says"] in
                  " ".join(page.text("Terminal").split()), mistake["says"])
        page.wait(lambda: f"This time: {NOTICED[mistake['stage']]} noticed, in the "
                  "table's words." == page.text("What happened"), "the outcome")
    else:
        assert told.startswith("Built")
        page.wait(lambda: page.text("What happened").startswith(
            "This time: it was built, and the PC shows"), "the outcome")
        if mistake["stage"] == "harmless":
            page.wait_ok()
        elif mistake["entry"] == "pvh":
            assert "no PVH entry" in page.js(
                "return document.getElementById('error').textContent")
        elif name in SHOWN:
            assert SHOWN[name] in page.screen_text()
        else:
            page.wait_screen(mistake["says"])
        if name == "hlt-forgotten":
            page.wait_state("shut down by a triple fault")
    page.click("Undo", "#mistakes")
    page.choose("BIOS")
    for path in files:
        assert page.file(path) == (ROOT / path).read_text()


@pytest.mark.parametrize("name", SOME)
def test_one_mistake_of_each_stage(vm, name):
    check(vm, name)


def test_edits_made_since_are_kept(vm):
    choose(vm, "wrong-magic")
    vm.click("Make this mistake", "#mistakes")
    mistaken = vm.file("kernel.c")
    vm.write("kernel.c", "/* before */\n" + mistaken + "/* after */\n")
    choose(vm, "ko")  # taken back before another is made
    vm.click("Make this mistake", "#mistakes")
    original = (ROOT / "kernel.c").read_text()
    assert vm.file("kernel.c") == "/* before */\n" + original + "/* after */\n"
    vm.click("Undo", "#mistakes")
    assert vm.file("screen.h") == (ROOT / "screen.h").read_text()
    # Where the mistake's own lines were edited, the reader's words stay.
    choose(vm, "wrong-magic")
    vm.click("Make this mistake", "#mistakes")
    vm.write("kernel.c", "int nothing;\n")
    vm.click("Undo", "#mistakes")
    assert vm.file("kernel.c") == "int nothing;\n"
    assert "they stay as they are" in vm.text("What happened")


def test_an_edited_file_may_have_no_place_for_it(vm):
    vm.write("kernel.c", "int nothing;\n")
    choose(vm, "wrong-magic")
    vm.click("Make this mistake", "#mistakes")
    assert "no longer has the lines" in vm.text("What happened")
    assert vm.file("kernel.c") == "int nothing;\n"


@pytest.mark.all
@pytest.mark.parametrize("name", [name for name in MISTAKES if name not in SOME])
def test_every_mistake(vm, name):
    check(vm, name)

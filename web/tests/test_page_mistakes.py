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
    "not-relocatable": "",
    "hlt-forgotten": "OK",
    "clear-forgotten": "OK",
}

SOME = ["ko", "used-removed", "wrong-magic", "brace", "kernel-path",
        "note-discarded", "framebuffer-tag"]


def choose(page, name):
    page.js("document.getElementById('mistakes-tool').open = true")
    Select(page.named("Mistakes")).select_by_value(name)


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[] if name in SOME else pytest.mark.all)
    for name in MISTAKES])  # fmt: skip
def test_each_mistake(vm, name):
    mistake = MISTAKES[name]
    choose(vm, name)
    table = vm.text("What the table says")
    assert mistake["says"] in table
    make = vm.button("Make this mistake", "#mistakes")
    if "CC=clang" in mistake["make"]:
        assert not make.is_enabled()
        assert "This was recorded" in table
        return
    vm.click("Make this mistake", "#mistakes")
    files = {edit["file"] for edit in mistake["edits"]}
    for path in files:
        assert vm.file(path) != (ROOT / path).read_text()
    # It is visible as a difference.
    assert vm.js("return document.querySelectorAll("
                 "'.cm-changedLine, .cm-deletedChunk').length") > 0
    told = vm.build()
    if mistake["stage"] in NOTICED:
        assert told.startswith("The build failed")
        vm.wait(lambda: mistake["says"] in
                " ".join(vm.text("Terminal").split()), mistake["says"])
        vm.wait(lambda: f"This time: {NOTICED[mistake['stage']]} noticed, in the "
                "table's words." == vm.text("What happened"), "the outcome")
    else:
        assert told.startswith("Built")
        vm.wait(lambda: vm.text("What happened").startswith(
            "This time: it was built, and the PC shows"), "the outcome")
        if mistake["stage"] == "harmless":
            vm.wait_ok()
        elif mistake["entry"] == "pvh":
            assert "no PVH entry" in vm.js(
                "return document.getElementById('error').textContent")
        elif name in SHOWN:
            shown = vm.screen_text().strip()
            assert SHOWN[name] in shown and bool(shown) == bool(SHOWN[name])
        else:
            vm.wait_screen(mistake["says"])
        if name == "hlt-forgotten":
            vm.wait_state("shut down by a triple fault")
    vm.click("Undo", "#mistakes")
    vm.choose("BIOS")
    for path in files:
        assert vm.file(path) == (ROOT / path).read_text()


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

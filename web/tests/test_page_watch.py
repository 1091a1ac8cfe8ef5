# SPDX-License-Identifier: 0BSD
"""The panel in which the CPU is watched, by keyboard alone."""

import re
import subprocess

import pytest
from page import Project
from selenium.webdriver.common.keys import Keys


def press(page, words):
    """A button by the keyboard; the focus stays on it."""
    one = page.button(words, ".watch")
    page.js("arguments[0].focus()", one)
    one.send_keys(Keys.ENTER)
    assert page.js("return document.activeElement === arguments[0]", one)


def stepped(page):
    """Chapter 10's moment: stop at the entry, one step, and OK is there."""
    press(page, "Stop at the entry")
    page.wait(lambda: "0x100060: mov" in page.text("Next instruction"), "the entry")
    assert "The CPU is stopped; 32-bit protected mode." in page.text("CPU")
    assert not page.rows()[0].startswith("OK")
    assert "EAX 0x36d76289" in page.text("Registers")
    assert "CR0 0x60000011 PE ET NW CD" in page.text("Registers")
    assert "was" not in page.text("Registers")
    press(page, "Step one instruction")
    page.wait(lambda: "0x10006a: cli" in page.text("Next instruction"), "a step")
    assert page.rows()[0].startswith("OK")
    assert "EIP 0x10006a  was 0x100060" in page.text("Registers")
    page.wait(lambda: page.text("Memory").startswith(
        "0xb8000  4f 2f 4b 2f"), "the bytes of OK")


def test_a_step_shows_ok(page):
    page.wait_ok()
    page.js("document.querySelector('.watch').open = true")
    stepped(page)
    press(page, "Pause")  # not now: nothing runs
    assert "stopped" in page.text("CPU")
    field = page.driver.find_element("css selector", ".watch input")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("x" + Keys.ENTER)
    page.wait(lambda: "is a number" in page.text("Memory"), "what is wrong")
    press(page, "Go on")
    page.wait_ok()


@pytest.mark.parametrize("entry, mode, first, second", [
    ("UEFI", "64-bit long mode", "0x1000ce: mov", "0x1000d0: and"),
    ("PVH", "32-bit protected mode", "0x100060: mov", "0x10006a: cli"),
])  # fmt: skip
def test_a_step_by_the_other_entries(page, entry, mode, first, second):
    page.wait_ok()
    page.choose(entry)
    page.js("document.querySelector('.watch').open = true")
    press(page, "Stop at the entry")
    page.wait(lambda: first in page.text("Next instruction"), "the entry")
    assert f"The CPU is stopped; {mode}." in page.text("CPU")
    press(page, "Step one instruction")
    page.wait(lambda: second in page.text("Next instruction"), "a step")
    assert "was 0x" in page.text("Registers")


def test_it_stops_in_the_image_that_boots(page, tmp_path):
    """Not where the page's own kernel begins."""
    mine = Project(tmp_path)
    mine.run("make", "-s", "CC=gcc-12", "EXAMPLE=long-mode", "iso")
    names = mine.run("nm", "build/kernel.elf", stdout=subprocess.PIPE).stdout
    start = hex(int(re.search(r"^(\w+) . start$", names, re.MULTILINE)[1], 16))
    assert start != "0x100060"
    page.wait_ok()
    page.give(tmp_path / "build/os.iso")
    page.wait_state("halted")
    page.js("document.querySelector('.watch').open = true")
    press(page, "Stop at the entry")
    page.wait(lambda: f"Next: {start}: " in page.text("Next instruction"),
              "the entry")


def test_the_line_of_c(vm):
    vm.build()
    vm.wait_ok()
    vm.js("document.querySelector('.watch').open = true")
    stepped(vm)
    line = 1 + vm.file("kernel.c").partition('__asm__(".code32')[0].count("\n")
    vm.wait(lambda: f"kernel.c, line {line}" in vm.text("Next instruction"), "the line")
    vm.click(f"kernel.c, line {line}")
    vm.wait(lambda: "cm-editor" in vm.js("return document.activeElement.closest("
            "'.cm-editor')?.className ?? ''"), "the editor")

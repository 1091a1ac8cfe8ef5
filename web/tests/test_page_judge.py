# SPDX-License-Identifier: 0BSD
"""Judge my kernel, and look at the bytes."""

import pytest
from page import BUILT, HEADER, STOP
from selenium.webdriver.common.keys import Keys

KERNEL = "pc/kernel.bin"


def kernel():
    return (BUILT / KERNEL).read_bytes()


def give(page, folder, name, content):
    path = folder / name
    path.write_bytes(content)
    page.wait(lambda: page.text("This byte"), "the checker")
    page.give(path)
    return page.text("Verdict")


def test_a_good_kernel(page, tmp_path):
    told = give(page, tmp_path, "mine.bin", kernel())
    assert "mine.bin" in told and "Good" in told


def test_a_bad_one_in_four_texts(page, tmp_path):
    bad = kernel().replace(HEADER, b"\xd5\x50\x52\xe8", 1)
    told = give(page, tmp_path, "bad.bin", bad)
    assert "error: magic" in told
    for word in ("found", "must", "why", "try"):
        assert word in told
    assert "0xe85250d6" in told


@pytest.mark.parametrize("name, content, words", [
    ("empty.bin", b"", "empty"),
    ("text.txt", b"hello\n", "error"),
    ("<img src=x onerror=alert(1)>.bin", b"\x7fELF", "<img src=x"),
    ("crafted.elf", b"\x7fELF\x02\x01\x01" + b"\xff" * 5000, "error"),
])  # fmt: skip
def test_any_file_gets_a_sentence(page, tmp_path, name, content, words):
    told = give(page, tmp_path, name, content)
    assert words in told
    assert not page.js("return document.querySelector('#verdict img')")


def test_a_file_of_1_gib_gets_a_sentence(page, tmp_path):
    path = tmp_path / "huge.bin"
    with path.open("wb") as huge:
        huge.truncate(1 << 30)
    page.wait(lambda: page.text("This byte"), "the checker")
    page.give(path)
    assert "at most" in page.text("Verdict")


def look(page):
    page.js("document.getElementById('bytes-tool').open = true")
    page.wait(lambda: "kernel.bin" in page.js(
        "return document.querySelector('#bytes h4')?.textContent ?? ''"), "the bytes")


def pick(page, at):
    """Clicks the byte at that offset, in one step: the bytes may be drawn anew."""
    page.js("document.getElementById(`byte-${arguments[0]}`).click()", at)


def type_byte(page, text):
    page.named("New value, hexadecimal").send_keys(Keys.CONTROL + "a")
    page.named("New value, hexadecimal").send_keys(text + "\n")


def test_bytes_have_names(page):
    look(page)
    at = kernel().index(HEADER)
    pick(page, at)
    assert "magic" in page.text("This byte")
    assert "0xe85250d6" in page.text("This byte")
    # Its colour is that of the header, not of the ELF header before it.
    colours = [page.js("return getComputedStyle(document.getElementById("
                       "`byte-${arguments[0]}`)).backgroundColor", offset)
               for offset in (0, at, at + 15, at + 16)]  # fmt: skip
    assert colours[1] == colours[2]
    assert len(set(colours)) == 3 and "rgba(0, 0, 0, 0)" not in colours
    # By the keyboard: a row down is the end of the fixed part.
    page.named("Bytes of the kernel").send_keys(Keys.ARROW_RIGHT * 12)
    assert f"{at + 12:#x}" in page.text("This byte")
    assert "checksum" in page.text("This byte")


def test_a_changed_byte_breaks_a_rule_at_once(page):
    look(page)
    at = kernel().index(HEADER)
    pick(page, at)
    assert not page.text("Broken rules")
    type_byte(page, "d5")
    assert "error: magic" in page.text("Broken rules")
    type_byte(page, "zz")
    assert "hexadecimal" in page.text("This byte")
    page.click("Undo all", "#bytes")
    assert not page.text("Broken rules")


def test_changed_bytes_are_refused_by_grub(vm):
    look(vm)
    at = kernel().index(HEADER)
    pick(vm, at)
    type_byte(vm, "d5")
    vm.click("Boot these bytes", "#bytes")
    vm.wait_screen("error: no multiboot header found.")
    vm.click("Undo all", "#bytes")


def test_code_is_named_by_its_instruction(vm):
    vm.js("document.getElementById('bytes-tool').open = false")
    look(vm)
    at = kernel().index(STOP)

    def named():
        pick(vm, at)
        return "cli" in vm.text("This byte")
    vm.wait(named, "the instruction's name")
    assert "start" in vm.text("This byte")
    # Each byte of the one that writes OK: objdump needs two lines for it.
    first = kernel().index(b"\xc7\x05", 0x60)
    for offset in range(first, at):
        pick(vm, offset)
        assert "start: movl" in vm.text("This byte"), offset


def test_my_own_kernel_boots_by_grub(vm, tmp_path):
    mine = kernel().replace(b"\x4f\x2f\x4b\x2f", b"\x4d\x2f\x45\x2f")
    give(vm, tmp_path, "mine.bin", mine)
    assert vm.server.asked == []  # nothing is uploaded
    vm.click("Boot it", "#judge-tool")
    vm.wait_screen("ME")
    vm.wait_ok("ME")

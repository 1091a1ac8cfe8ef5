# SPDX-License-Identifier: 0BSD
"""The PC of the page: OK at once, and an honest word on what the CPU does."""

import pages_iso
import pytest
from page import BUILT, answer_with, colours, packed
from test_pc import Project


def test_ok_cell_by_cell(page):
    page.wait_ok()
    rows = page.rows()
    assert len(rows) == 25
    assert rows == ["OK" + " " * 78] + [" " * 80] * 24
    for column in (0, 1):
        assert colours(page, 0, column) == ["rgb(255, 255, 255)", "rgb(0, 134, 0)"]
    for row, column in ((0, 2), (0, 79), (1, 0), (24, 79)):
        assert colours(page, row, column)[1] == "rgb(0, 0, 0)"


def test_only_what_it_needs_is_loaded_before(page, server):
    page.driver.get("about:blank")  # the test before asks for nothing more
    server.asked.clear()
    page.open()
    page.wait_ok()
    page.wait(lambda: any("vm-worker" in path for path in server.asked),
              "the workshop is asked for")
    vm = next(at for at, path in enumerate(server.asked) if "vm-worker" in path)
    assert any("os.iso" in path for path in server.asked[:vm])
    assert packed(server.asked[:vm]) <= 1_200_000


def test_pvh_boots_the_kernel_without_an_image(page, server):
    page.wait_ok()
    server.asked.clear()
    page.choose("PVH")
    page.click("Boot")
    page.wait_state("halted, interrupts off; 32-bit protected mode")
    # The firmware's own words are on the screen, too.
    assert page.screen_text().startswith("OK")
    assert not any("os.iso" in path for path in server.asked)
    # And a kernel that PVH cannot boot is refused in a sentence.
    server.instead["kernel.bin"] = answer_with((BUILT / "pc/os.iso").read_bytes())
    page.click("Boot")
    page.wait(lambda: "has no PVH entry" in page.report(), "a sentence")


def test_ok_by_uefi(page):
    page.wait_ok()
    page.choose("UEFI")
    page.click("Boot")
    page.wait_state("halted, interrupts off; 64-bit long mode")
    assert page.screen_text().strip() == "OK"


def test_uefi_says_that_the_image_is_for_bios(page, tmp_path):
    page.wait_ok()
    page.give(pages_iso.patched(tmp_path, b"\xfa"))
    page.wait_ok()
    page.choose("UEFI")
    page.click("Boot")
    page.wait(lambda: "this image is for BIOS alone" in page.report(), "a sentence")
    page.choose("BIOS")
    page.click("Boot")
    page.wait_ok()


def test_boots_again(page):
    page.wait_ok()
    page.click("Switch off")
    page.wait_state("off")
    assert not page.screen_text().strip()
    page.click("Boot")
    page.wait_ok()


@pytest.mark.parametrize("code, state", [
    (b"\xeb\xfe", "running; 32-bit protected mode"),  # jmp to itself
    # ud2, and no one to catch it:
    (b"\x0f\x0b", "shut down by a triple fault; 32-bit protected mode; it "
     "began with #UD, invalid opcode, at 0x"),
    (b"\xf4\xeb", "halted, interrupts off; 32-bit protected mode"),
])  # fmt: skip
def test_says_what_the_cpu_does(page, tmp_path, code, state):
    page.wait_ok()
    page.give(pages_iso.patched(tmp_path, code))
    page.wait_screen("OK")
    page.wait_state(state)
    # And whatever it does, the page goes on.
    page.click("Switch off")
    page.wait_state("off")


@pytest.mark.parametrize("code", [
    "movw $0x3f8, %dx; 9: outb %al, %dx; jmp 9b",  # floods the serial port
    # Text, graphics, text ... by a register of the VGA card.
    "movw $0x3ce, %dx; 9: movw $0x0506, %ax; outw %ax, %dx; "
    "movw $0x0e06, %ax; outw %ax, %dx; jmp 9b",
])  # fmt: skip
def test_a_wild_guest_does_not_freeze_the_page(page, tmp_path, code):
    wild = Project(tmp_path, ("kernel.c", '"cli\\n"', f'"{code}\\n"'))
    page.wait_ok()
    page.choose("PVH")
    page.give(wild.boots("pvh"))
    page.click("Boot it", "#judge-tool")
    page.wait_state("running; 32-bit protected mode")
    page.edit("uefi.h", "SPDX", "spdx")
    page.click("Switch off")
    page.wait_state("off")
    page.choose("BIOS")
    page.click("Boot")
    page.wait_ok()


def test_grub_says_what_is_wrong(page, tmp_path):
    page.wait_ok()
    page.give(pages_iso.without_kernel(tmp_path))
    page.wait_screen("error: no multiboot header found.")
    assert page.text("PC state").startswith("running")


def test_keys_reach_the_pc(page, tmp_path):
    page.give(pages_iso.without_kernel(tmp_path))
    page.wait_screen("Press any key to continue")
    page.named("PC screen").send_keys(" ")
    page.wait(lambda: "Press any key" not in page.screen_text(), "GRUB goes on")

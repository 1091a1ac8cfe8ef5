# SPDX-License-Identifier: 0BSD
"""The PC of the page: OK at once, and what it says of the CPU is true."""

import pytest
from page import BUILT, HEADER, STOP, Project, answer_with, colours, image
from selenium.webdriver.common.keys import Keys

WHITE_ON_GREEN = ["rgb(255, 255, 255)", "rgb(0, 134, 0)"]


def test_ok_cell_by_cell(page):
    page.wait_ok()
    rows = page.rows()
    assert len(rows) == 25
    assert rows == ["OK" + " " * 78] + [" " * 80] * 24
    for column in (0, 1):
        assert colours(page, 0, column) == WHITE_ON_GREEN
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


def give_image(page, folder, content):
    path = folder / "patched.iso"
    path.write_bytes(content)
    page.give(path)


def test_ok_by_uefi(page):
    page.wait_ok()
    page.choose("UEFI")
    page.click("Boot")
    page.wait_state("halted, interrupts off; 64-bit long mode")
    assert page.screen_text().strip() == "OK"
    assert colours(page, 0, 0) == WHITE_ON_GREEN


def test_uefi_says_that_the_image_is_for_bios(page, tmp_path):
    page.wait_ok()
    give_image(page, tmp_path, image(STOP, STOP))
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
    # ud2, and no handler for it:
    (b"\x0f\x0b", "shut down by a triple fault; 32-bit protected mode; it "
     "began with #UD, invalid opcode, at 0x10006a: ud2"),
    (b"\xf4\xeb", "halted, interrupts off; 32-bit protected mode"),
])  # fmt: skip
def test_says_what_the_cpu_does(page, tmp_path, code, state):
    page.wait_ok()
    give_image(page, tmp_path, image(STOP, code + STOP[len(code):]))
    page.wait_screen("OK")
    page.wait_state(state)
    # And whatever it does, the page responds.
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
    page.give(wild.kernel)
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
    give_image(page, tmp_path, image(HEADER, bytes(4)))
    page.wait_screen("error: no multiboot header found.")
    assert page.text("PC state").startswith("running")


def cursor(page):
    """The row and column of the PC's cursor, or None."""
    return page.js("""
        const one = document.querySelector('.underscore');
        let column = 0;
        for (let run = one?.previousSibling; run; run = run.previousSibling)
            column += run.textContent.length;
        return one && [[...one.parentElement.parentElement.children].indexOf(
            one.parentElement), column]""")


def press(page, key):
    """In GRUB's editor: each key moves the cursor."""
    before = cursor(page)
    page.named("PC screen").send_keys(key)
    return page.wait(lambda: cursor(page) not in (None, before) and cursor(page),
                     "the cursor moves")


def test_keys_in_grub(page, tmp_path):
    project = Project(tmp_path)
    (tmp_path / "menu.cfg").write_text(
        "set timeout=-1\nmenuentry one { true }\nmenuentry two {\ntrue\n}\n")
    project.run("scripts/mkiso.sh", project.kernel, "menu.cfg", "menu.iso")
    page.give(tmp_path / "menu.iso")
    page.wait_screen("*one")
    screen = page.named("PC screen")
    screen.send_keys(Keys.ARROW_DOWN)
    page.wait_screen("*two")
    screen.send_keys("e")
    page.wait_screen("setparams 'two'")
    for key in (Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.END, "x", Keys.ARROW_LEFT,
                "y", Keys.HOME):  # fmt: skip
        press(page, key)
    row, column = press(page, "z")
    assert page.rows()[row][column - 1:].startswith("ztrueyx"), page.report()
    screen.send_keys(Keys.ESCAPE)
    page.wait_screen("*two")
    screen.send_keys("c")
    page.wait_screen("grub>")
    for typed in "N", "No", "No_", "No_b":  # a PC's keyboard loses what is quicker
        screen.send_keys(typed[-1])
        page.wait_screen(f"grub> {typed}")
    screen.send_keys(Keys.BACKSPACE)
    page.wait(lambda: "No_b" not in page.screen_text(), "b is taken back")
    screen.send_keys("c", Keys.ENTER)
    page.wait_screen("can't find command `No_c'")

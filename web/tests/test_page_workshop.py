# SPDX-License-Identifier: 0BSD
"""Edit, build, boot; and the terminal."""

from page import native_kernel
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


def test_an_edit_of_the_letters_shows_on_the_pc(workshop):
    workshop.edit("screen.h", "'O'", "'H'")
    workshop.edit("screen.h", "'K'", "'I'")
    assert workshop.build().startswith("Built")
    workshop.wait_ok("HI")
    # And this is the image that Boot boots from now on.
    workshop.click("Boot")
    workshop.wait_ok("HI")


def test_a_key_builds(workshop):
    workshop.show_file("kernel.c")
    workshop.named("Editor").click()
    workshop.js("document.getElementById('workshop-state').textContent = ''")
    ActionChains(workshop.driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER) \
        .key_up(Keys.CONTROL).perform()
    workshop.wait(lambda: workshop.text("Workshop state").startswith("Built"),
                  "it is built")


def test_a_syntax_error_marks_its_line(workshop):
    text = workshop.file("kernel.c")
    line = text.count("\n") + 1
    workshop.write("kernel.c", text + "int answer = ;\n")
    workshop.show_file("uefi.c")
    assert workshop.build().startswith("The build failed")
    workshop.wait(lambda: f"kernel.c:{line}:" in workshop.text("Terminal"),
                  "gcc's own words")
    marked = workshop.wait(lambda: workshop.driver.find_elements(
        By.CSS_SELECTOR, "#editor .cm-line:has(.marked-error)"), "a marked line")
    assert [one.get_attribute("textContent") for one in marked] == \
        ["int answer = ;"]
    # The message leads there, too.
    message = workshop.named("Messages with a line").find_element(
        By.TAG_NAME, "button")
    assert message.get_attribute("textContent").startswith(f"kernel.c:{line}: error")
    workshop.click("Start over")
    assert workshop.build().startswith("Built")
    workshop.wait_ok()
    assert not workshop.driver.find_elements(By.CSS_SELECTOR, ".marked-error")


def test_the_built_files_can_be_downloaded(workshop, downloads, tmp_path):
    assert workshop.build().startswith("Built")
    for name in ("kernel.bin", "kernel.elf", "os.iso"):
        path = downloads / name
        path.unlink(missing_ok=True)
        workshop.click(f"Download {name}")
        workshop.wait(path.exists, name)
        assert path.stat().st_size > 0
    kernel = (downloads / "kernel.bin").read_bytes()
    assert kernel == native_kernel(tmp_path)
    assert kernel in (downloads / "os.iso").read_bytes()


def test_the_terminal_has_a_shell(workshop):
    workshop.shell("echo $((6 * 7)) in $(basename $PWD)", "42 in ")
    # Ctrl-C ends what runs.
    workshop.type("echo begun; sleep 1000\n")
    workshop.wait(lambda: "\nbegun" in workshop.text("Terminal"), "sleep runs")
    ActionChains(workshop.driver).key_down(Keys.CONTROL).send_keys("c") \
        .key_up(Keys.CONTROL).perform()
    workshop.shell("echo ended-$((1 + 1))", "ended-2")


def test_output_with_html_in_it_is_text(workshop):
    workshop.shell("printf '<%s onerror=alert(1)>\\n' 'img src=x'",
                   "<img src=x onerror=alert(1)>")
    assert not workshop.js("return document.querySelector('#terminal img')")


def test_edits_go_both_ways(workshop):
    workshop.edit("kernel.c", "no interrupt shall wake it", "seen in the editor")
    workshop.wait(lambda: shows(workshop, "grep -c 'seen in the editor' kernel.c"),
                  "the editor's text in the terminal")
    workshop.type("sed -i 's/seen in the editor/seen in the shell/' kernel.c\n")
    workshop.wait(lambda: "seen in the shell" in workshop.file("kernel.c"),
                  "the terminal's text in the editor")


def shows(workshop, command):
    """The command's answer is 1 (asked again until it is)."""
    workshop.type(f"echo answer-$({command})-\n")
    workshop.wait(lambda: "\nanswer-" in workshop.text("Terminal"), "an answer")
    return "\nanswer-1-" in workshop.text("Terminal")


def test_an_image_made_in_the_terminal_is_booted(workshop):
    workshop.type("sed -i \"s/'O'/'T'/\" screen.h && make -s iso && echo ma''de\n")
    workshop.wait(lambda: "made" in workshop.text("Terminal"), "make ends")

    def booted():
        workshop.click("Boot")
        workshop.wait_state("halted, interrupts off")
        return workshop.rows()[0].rstrip() == "TK"
    workshop.wait(booted, "TK")


def test_a_spoilt_workshop_is_restarted_with_the_edits(workshop):
    workshop.edit("screen.h", "'O'", "'R'")
    # In the workshop and nowhere else, whatever page this is run against.
    workshop.type("[ $(cat /proc/sys/kernel/hostname) = workshop ] && rm -rf /bin /usr /sbin *;"
                  " echo go''ne\n")
    workshop.wait(lambda: "\ngone" in workshop.text("Terminal"), "rm ends")
    workshop.click("Restart workshop")
    workshop.wait(lambda: "as it was at first" in workshop.text("Workshop state"),
                  "the workshop is back")
    assert "'R'" in workshop.file("screen.h")
    assert workshop.build().startswith("Built")
    workshop.wait_ok("RK")


def test_typing_does_not_wait_for_a_build(workshop):
    """What is typed while it builds is in the editor before the build ends.
    (`make web-bench` measures the longest wait.)"""
    workshop.edit("screen.h", "'O'", "'W'")
    workshop.click("Build and boot")
    workshop.edit("uefi.c", "asks the firmware to print", "asks the firmware to write")
    assert workshop.text("Workshop state").startswith("Building: "), \
        workshop.report()
    workshop.wait(lambda: workshop.text("Workshop state").startswith("Built"),
                  "the build ends")
    workshop.wait_ok("WK")


def test_an_endless_loop_does_not_stop_the_page(workshop):
    workshop.edit("kernel.c", '"1: hlt\\n\\t"', '"1: nop\\n\\t"')
    assert workshop.build().startswith("Built")
    workshop.wait_state("running")
    workshop.wait_screen("OK")
    workshop.click("Start over")
    assert workshop.build().startswith("Built")
    workshop.wait_ok()

# SPDX-License-Identifier: 0BSD
"""Edit, build, boot; and the terminal."""

import subprocess

from page import DEADLINE, ROOT, Project
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from test_page_link import fragment


def test_an_edit_of_the_letters_shows_on_the_pc(vm):
    vm.edit("screen.h", "'O'", "'H'")
    vm.edit("screen.h", "'K'", "'I'")
    assert vm.build().startswith("Built")
    vm.wait_ok("HI")
    # And this is the image that Boot boots from now on.
    vm.click("Boot")
    vm.wait_ok("HI")


def test_a_key_builds(vm):
    vm.show_file("kernel.c")
    vm.named("Editor").click()
    vm.js("document.getElementById('vm-state').textContent = ''")
    ActionChains(vm.driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER) \
        .key_up(Keys.CONTROL).perform()
    vm.wait(lambda: vm.text("Workshop state").startswith("Built"),
                  "it is built")


def test_a_syntax_error_marks_its_line(vm):
    text = vm.file("kernel.c")
    line = text.count("\n") + 1
    vm.write("kernel.c", text + "int answer = ;\n")
    vm.show_file("uefi.c")
    assert vm.build().startswith("The build failed")
    vm.wait(lambda: f"kernel.c:{line}:" in vm.text("Terminal"),
                  "gcc's own words")
    marked = vm.wait(lambda: vm.driver.find_elements(
        By.CSS_SELECTOR, "#editor .cm-line:has(.marked-error)"), "a marked line")
    assert [one.get_attribute("textContent") for one in marked] == \
        ["int answer = ;"]
    # The message leads there, too.
    message = vm.named("Messages with a line").find_element(
        By.TAG_NAME, "button")
    assert message.get_attribute("textContent").startswith(f"kernel.c:{line}: error")
    vm.click("Start over")
    assert vm.build().startswith("Built")
    vm.wait_ok()
    assert not vm.driver.find_elements(By.CSS_SELECTOR, ".marked-error")


def test_the_built_files_can_be_downloaded(vm, downloads, tmp_path):
    assert vm.build().startswith("Built")
    vm.js("document.getElementById('downloads').open = true")
    for name in ("kernel.bin", "kernel.elf", "os.iso"):
        path = downloads / name
        path.unlink(missing_ok=True)
        vm.click(f"Download {name}")
        vm.wait(path.exists, name)
        assert path.stat().st_size > 0
    kernel = (downloads / "kernel.bin").read_bytes()
    assert kernel == Project(tmp_path).kernel.read_bytes()
    assert kernel in (downloads / "os.iso").read_bytes()
    for entry in "bios", "uefi":
        subprocess.run([ROOT / "scripts/look.py", "--entry", entry, "--expect", "OK",
                        downloads / "os.iso"], check=True)  # fmt: skip


def test_a_build_does_only_what_changed_and_keeps_what_is_typed(vm):
    vm.build()
    vm.type("clear\n")
    vm.edit("kernel.c", "no interrupt may wake it", "it sleeps")
    vm.wait(lambda: vm.text("Terminal").strip() == "~/ok$", "an empty terminal")
    vm.type("echo in a wo")
    assert vm.build().startswith("Built")
    vm.wait(lambda: vm.text("Terminal").endswith("echo in a wo "), "the line so far")
    compiled = [line.split()[-3] for line in vm.text("Terminal").splitlines()
                if " -c " in line]  # fmt: skip
    assert compiled == ["kernel.c"] and "mb2check.c" not in vm.text("Terminal")
    vm.shell("rd", "\n" "in a word\n")


def test_each_edit_builds(vm):
    """Those files that have a tab, and mb2check's, which need one make."""
    vm.build()
    names = vm.js("return [...document.querySelectorAll('#files button')]"
                  ".map((one) => one.textContent)")
    assert "kernel.c" in names and "Makefile" in names
    vm.type(f"for f in {' '.join(names)} 'mb2check/*.c mb2check/*.h'; do touch $f && "
            'o=$(make iso) && [ "$o" -o "$f" = Makefile ] || echo "no""ne of $f"; '
            "done; echo do''ne\n")
    vm.wait(lambda: "\ndone" in vm.text("Terminal"), "all are made", 10 * DEADLINE)
    assert "none of" not in vm.text("Terminal")


def test_output_may_have_the_byte_that_ends_it(vm):
    vm.write("Makefile", "iso:\n\t@printf 'a\\036b\\n\\0361 0\\n\\036'; exit 3\n")
    assert vm.build().startswith("The build failed, with status 2")


def test_a_file_may_have_any_name(vm):
    name = "a folder/it's \"odd\" & \u00fcn\u00efc\u00f6de.c"
    vm.js("location.hash = arguments[0]", fragment({name: "odd\n"}, "folder"))
    vm.click("Open these files", "#offer")
    try:
        vm.shell("cat ~/myos/*/*", "\nodd\n")
        vm.type('echo even >"$(echo ~/myos/*/*)"\n')
        vm.wait(lambda: "even" in vm.text("Editor"), "the terminal's text")
    finally:
        Select(vm.named("Folder")).select_by_value("")


def test_the_terminal_has_a_shell(vm):
    vm.shell("which clear which nano less vi tar ps",
             "\n/usr/bin/clear\n/usr/bin/which\n/bin/nano\n/usr/bin/less\n/bin/vi\n"
             "/bin/tar\n/bin/ps\n")
    vm.shell("echo $((6 * 7)) in $(basename $PWD)", "42 in ")
    # Ctrl-C ends what is running.
    vm.type("echo begun; sleep 1000\n")
    vm.wait(lambda: "\nbegun" in vm.text("Terminal"), "sleep runs")
    ActionChains(vm.driver).key_down(Keys.CONTROL).send_keys("c") \
        .key_up(Keys.CONTROL).perform()
    vm.shell("echo ended-$((1 + 1))", "ended-2")


def test_output_with_html_in_it_is_text(vm):
    vm.shell("printf '<%s onerror=alert(1)>\\n' 'img src=x'",
                   "<img src=x onerror=alert(1)>")
    assert not vm.js("return document.querySelector('#terminal img')")


def test_edits_go_both_ways(vm):
    vm.edit("kernel.c", "no interrupt may wake it", "seen in the editor")
    vm.wait(lambda: shows(vm, "grep -c 'seen in the editor' kernel.c"),
                  "the editor's text in the terminal")
    vm.type("sed -i 's/seen in the editor/seen in the shell/' kernel.c\n")
    vm.wait(lambda: "seen in the shell" in vm.file("kernel.c"),
                  "the terminal's text in the editor")


def shows(vm, command):
    """The command's answer is 1 (asked again until it is)."""
    vm.type(f"echo answer-$({command})-\n")
    vm.wait(lambda: "\nanswer-" in vm.text("Terminal"), "an answer")
    return "\nanswer-1-" in vm.text("Terminal")


def test_an_image_made_in_the_terminal_is_booted(vm):
    vm.type("sed -i \"s/'O'/'T'/\" screen.h && make -s iso && echo ma''de\n")
    vm.wait(lambda: "made" in vm.text("Terminal"), "make ends")

    def booted():
        vm.click("Boot")
        vm.wait_state("halted, interrupts off")
        return vm.rows()[0].rstrip() == "TK"
    vm.wait(booted, "TK")


def test_a_spoilt_vm_is_restarted_with_the_edits(vm):
    vm.edit("screen.h", "'O'", "'R'")
    # Only where this really is the VM, whatever page this is run against.
    vm.type("[ $(cat /proc/sys/kernel/hostname) = workshop ] && rm -rf /bin /usr /sbin *;"
                  " echo go''ne\n")
    vm.wait(lambda: "\ngone" in vm.text("Terminal"), "rm ends")
    vm.click("Restart workshop")
    vm.wait(lambda: "as it was at first" in vm.text("Workshop state"),
                  "the workshop is back")
    assert "'R'" in vm.file("screen.h")
    assert vm.build().startswith("Built")
    vm.wait_ok("RK")


def test_typing_does_not_wait_for_a_build(vm):
    """What is typed while it builds is in the editor before the build ends.
    (`make web-bench` measures the longest wait.)"""
    vm.edit("screen.h", "'O'", "'W'")
    vm.click("Build and boot")
    vm.edit("uefi.c", "asks the firmware to print", "asks the firmware to write")
    assert vm.text("Workshop state").startswith("Building: "), \
        vm.report()
    vm.wait(lambda: vm.text("Workshop state").startswith("Built"),
                  "the build ends")
    vm.wait_ok("WK")


def test_a_build_types_nothing_into_a_program(vm):
    """After a build the page asks the shell for a prompt, and nobody else."""
    vm.shell("echo to $((1 + 1)); cat", "\nto 2\n")
    assert vm.build().startswith("Built")
    vm.named("Terminal").click()
    ActionChains(vm.driver).key_down(Keys.CONTROL).send_keys("d") \
        .key_up(Keys.CONTROL).perform()
    vm.wait(lambda: vm.text("Terminal").rstrip().endswith("~/ok$"), "a prompt")
    assert "^^" not in vm.text("Terminal")


def test_a_boot_that_is_overtaken_ends_the_build(vm):
    """Boot, or Switch off, while the build boots what it made."""
    for words, state in (("Boot", "halted, interrupts off"), ("Switch off", "off")):
        vm.js("""
            const state = document.getElementById('pc-state');
            const [words] = arguments;
            new MutationObserver((_, observer) => {
                if (state.textContent !== 'starting')
                    return;
                observer.disconnect();
                setTimeout(() => [...document.querySelectorAll('button')].find(
                    (one) => one.textContent === words).click());
            }).observe(state, {childList: true});""", words)
        assert vm.build().startswith("Built")
        vm.wait_state(state)
        vm.wait(vm.button("Build and boot").is_enabled, "it can be pressed again")


def test_a_program_can_fill_the_terminal(vm):
    vm.shell("seq 100", "\n100\n")
    vm.type("nano kernel.c\n")
    vm.wait(lambda: "GNU nano" in vm.text("Terminal") and
            "^X Exit" in vm.text("Terminal"), "nano")
    assert vm.js("""
        const one = document.querySelector('.terminal');
        return one.scrollHeight - one.clientHeight""") <= 1
    ActionChains(vm.driver).key_down(Keys.CONTROL).send_keys("x") \
        .key_up(Keys.CONTROL).perform()
    vm.wait(lambda: "\n100\n" in vm.text("Terminal") and
            "GNU nano" not in vm.text("Terminal"), "what was there before")
    vm.type("clear\n")
    vm.wait(lambda: vm.text("Terminal").strip() == "~/ok$", "an empty terminal")


def test_an_endless_loop_does_not_stop_the_page(vm):
    vm.edit("kernel.c", '"1: hlt\\n\\t"', '"1: nop\\n\\t"')
    assert vm.build().startswith("Built")
    vm.wait_state("running")
    vm.wait_screen("OK")
    vm.click("Start over")
    assert vm.build().startswith("Built")
    vm.wait_ok()


def test_the_example_by_each_entry(vm):
    Select(vm.named("Folder")).select_by_value("long-mode")
    assert "examples/long-mode/main.c" in vm.js(
        "return document.getElementById('files').textContent")
    try:
        for entry in "BIOS", "UEFI", "PVH":
            vm.choose(entry)
            assert vm.build().startswith("Built")
            vm.wait_state("halted, interrupts off; 64-bit long mode")
            assert "OK, this is C in 64-bit mode." in vm.screen_text()
        # Memory that the page tables do not reach, and no handler for the fault.
        vm.edit("examples/long-mode/text.c", "catch_faults(print);",
                "*(volatile char *)0x123456789000 = 1;")
        assert vm.build().startswith("Built")
        vm.wait(lambda: "long-mode/text.c:" in vm.text("PC state"), "the line of C")
        assert "#PF, page fault, for address 0x123456789000 (CR2)" in \
            vm.text("PC state")
    finally:
        Select(vm.named("Folder")).select_by_value("")
        vm.choose("BIOS")

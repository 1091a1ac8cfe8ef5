# SPDX-License-Identifier: 0BSD
"""The page's tests must fail for a page that is wrong."""

import pytest
import test_page_boot
import test_page_judge
import test_page_vm
from page import BUILT, answer_with, image


def test_a_pc_that_shows_ko(page, server):
    server.instead["os.iso"] = answer_with(
        image(b"O\x2fK\x2f", b"K\x2fO\x2f"))
    page.open()
    with pytest.raises(AssertionError, match="KO"):
        test_page_boot.test_ok_cell_by_cell(page)


def test_a_judge_that_says_good_to_all(page, server, tmp_path):
    severities = '["fact","warning","violation","error"]'
    scripts = [path for path in (BUILT / "assets").glob("*.js")
               if severities in path.read_text()]
    assert scripts
    for path in scripts:
        text = path.read_text().replace(severities, '["fact","fact","fact","fact"]')
        server.instead[path.name] = answer_with(text.encode(), "text/javascript")
    page.open()
    with pytest.raises(AssertionError):
        test_page_judge.test_a_bad_one_in_four_texts(page, tmp_path)


def test_an_image_that_is_not_the_one_that_was_built(page, server):
    page.open()
    page.wait_vm()
    # The PC's worker is told to boot the image that came with the page.
    page.js("""
        const insert = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (message, ...rest) {
            if (message?.type === 'boot')
                message = {...message, boots: null};
            return insert.call(this, message, ...rest);
        };""")
    with pytest.raises(AssertionError, match="OK"):
        test_page_vm.test_an_edit_of_the_letters_shows_on_the_pc(page)

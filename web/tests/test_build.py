# SPDX-License-Identifier: 0BSD
"""What `make web` makes for the VM, and says when it cannot."""

import page as pages
import pytest
from page import build


def test_the_download_is_small():
    assert (pages.BUILT / "vm/state.zst").stat().st_size < 34e6


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setattr(build, "CACHE", tmp_path)
    return tmp_path


def test_without_network(monkeypatch, cache, capfd):
    monkeypatch.setattr(build, "mirror", lambda: "http://127.0.0.1:9/debian")
    with pytest.raises(SystemExit):
        build.made("debian", "key", build.make_debian)
    words = capfd.readouterr().err
    assert "127.0.0.1:9" in words and "*** mmdebstrap failed" in words
    assert not list(cache.iterdir()), "something half-made is left"


def test_what_was_made_is_not_made_again(cache):
    calls = []
    for key in "a", "a", "b":
        folder = build.made("state", key, calls.append)
    assert [call.name for call in calls] == ["state.new"] * 2
    assert [path.name for path in cache.iterdir()] == [folder.name]

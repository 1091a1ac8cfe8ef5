# SPDX-License-Identifier: 0BSD
import page as pages
import pytest


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "all: one of the long tests, which `make web-test-all` runs")


@pytest.fixture(scope="session")
def server():
    assert (pages.BUILT / "index.html").exists(), \
        "build/web is not there. Type: make web"
    return pages.Server()


@pytest.fixture(autouse=True)
def whole_page(server):
    """Each test begins with a server that serves everything."""
    server.instead.clear()
    server.asked.clear()


@pytest.fixture(scope="session")
def downloads(tmp_path_factory):
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="session")
def driver(downloads):
    one = pages.browser(downloads)
    yield one
    one.quit()


@pytest.fixture
def page(driver, server):
    """The page, opened anew in a browser that remembers nothing."""
    return pages.Page(driver, server).open()


@pytest.fixture(scope="module")
def shared(server, downloads):
    """One page, with its vm, for the tests of a file."""
    one = pages.browser(downloads)
    page = pages.Page(one, server).open()
    page.wait_vm()
    yield page
    one.quit()


@pytest.fixture
def vm(shared):
    """The shared page, with the project's own files in it."""
    shared.click("Start over")
    return shared

"""A second listener sees nothing: no redirect and no address from an answer takes a credential or a byte elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.serve import serving
from audit.sandbox.services import OBJECTS
from tests.audit.publish.conftest import TITLE
from tests.audit.shell import Shell

PAGE = (
    "publish",
    "page",
    "--space",
    "LEGAL",
    "--title",
    TITLE,
    "--restrict-to",
    "group:legal-counsel",
    "--yes",
    "audit.html",
)
ASSETS = ("publish", "assets", "--object", OBJECTS[0], "--yes", "audit.html")


@pytest.fixture
def elsewhere() -> Iterator[tuple[Sandbox, str]]:
    """Return another host that would take whatever comes."""
    other = Sandbox(anonymous_access=True)
    with serving(other.app) as url:
        yield other, url


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/user/current$"),
        ("GET", "/spaces$"),
        ("POST", "/users-bulk$"),
        ("POST", "/api/v2/pages$"),
        ("GET", "/restriction$"),
        ("PUT", "/restriction$"),
        ("PUT", "/child/attachment$"),
        ("GET", "/attachments$"),
        ("PUT", r"/api/v2/pages/\d+$"),
    ],
)
def test_no_step_of_a_page_follows_a_redirect(
    shell: Shell, elsewhere: tuple[Sandbox, str], method: str, path: str
) -> None:
    other, url = elsewhere
    fault = Fault(FaultKind.REDIRECT, method, path, link=f"{url}/wiki/rest/api/user/current", times=0)
    shell.sandbox.faults.add(fault)
    assert shell.fails(*PAGE)[0] in {4, 5}
    assert other.log == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/assets/workspace$"), ("GET", "/credentials$"), ("POST", "/file$"), ("POST", r"/object/\d+$")],
)
def test_no_step_of_an_object_follows_a_redirect(
    shell: Shell, elsewhere: tuple[Sandbox, str], method: str, path: str
) -> None:
    other, url = elsewhere
    fault = Fault(FaultKind.REDIRECT, method, path, link=f"{url}/file", times=0)
    for gate in (shell.sandbox.app, shell.sandbox.media):
        gate.faults.add(fault)
    assert shell.fails(*ASSETS)[0] in {4, 5}
    assert other.log == []


def test_an_upload_address_on_another_host_gets_neither_token_nor_bytes(
    shell: Shell, elsewhere: tuple[Sandbox, str]
) -> None:
    other, url = elsewhere
    shell.sandbox.state.services.media_base = url
    code, error = shell.fails(*ASSETS)
    assert (code, "refused" in error, url in error) == (4, True, True)
    assert (other.log, shell.sandbox.media.log) == ([], [])


def test_a_listing_that_goes_on_elsewhere_is_not_followed(shell: Shell, elsewhere: tuple[Sandbox, str]) -> None:
    other, url = elsewhere
    shell.sandbox.faults.add(
        Fault(FaultKind.FOREIGN_NEXT, "GET", "/spaces$", link=f"{url}/wiki/api/v2/spaces?cursor=1")
    )
    shell.run(
        "publish",
        "page",
        "--space",
        "NOPE",
        "--title",
        TITLE,
        "--restrict-to",
        "group:legal-counsel",
        "--yes",
        "audit.html",
    )
    assert other.log == []


def test_each_host_sees_its_own_kind_of_credentials_only(shell: Shell, elsewhere: tuple[Sandbox, str]) -> None:
    other, _ = elsewhere
    assert shell.run(*PAGE) == 0
    assert shell.run(*ASSETS) == 0
    assert {entry.caller for entry in shell.sandbox.log} == {"basic"}
    assert {entry.caller for entry in shell.sandbox.media.log} == {"bearer"}
    assert other.log == []

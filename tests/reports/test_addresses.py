"""What the link of a finding leads to is said beside it, and where there is none, that."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from reports.addresses import CARRIER, HIDDEN, NONE, PRESENT, VERSION, address
from reports.audience import Audience
from reports.formats import html, pdf
from reports.formats import json as master
from rules.model import ObjectType, Ref
from tests.reports import samples
from tests.reports.pages import parse

PAGE = f"{samples.SITE}/wiki/pages/viewpage.action?pageId=1"


@pytest.mark.parametrize(
    ("kind", "link", "said"),
    [
        (ObjectType.PAGE, f"{PAGE}&pageVersion=3", VERSION),
        (ObjectType.FOOTER_COMMENT, f"{PAGE}&focusedCommentId=2", PRESENT),
        (ObjectType.TEMPLATE, f"{samples.SITE}/wiki/t?entityId=2", PRESENT),
        (ObjectType.SPACE, f"{samples.SITE}/wiki/spaces/HR", PRESENT),
        (ObjectType.CUSTOM_CONTENT, PAGE, CARRIER),
        (ObjectType.TASK, PAGE, CARRIER),
        (ObjectType.LABEL, "", NONE),
    ],
)
def test_the_address_says_how_near_a_link_comes_to_the_version(kind: ObjectType, link: str, said: str) -> None:
    assert address(Ref(kind, "2", 3), link, Audience.RESTRICTED) == said
    assert address(Ref(kind, "2", 3), link, Audience.PUBLIC) == HIDDEN


def test_page_paper_and_master_say_that_there_is_no_address() -> None:
    evidence = samples.audit()
    first = evidence.findings[0]
    key = (first.ref.type.value, first.ref.id)
    evidence = replace(evidence, objects={**evidence.objects, key: replace(evidence.objects[key], url="")})
    said = {one["address"] for one in json.loads(master.FORMAT.render(evidence))["findings"]}
    assert said == {VERSION, NONE}
    for body in (html.FORMAT.render(evidence).decode(), pdf.page(evidence)):
        assert f"link: {NONE}" in parse(body).words()

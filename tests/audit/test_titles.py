"""What a run found is masked in titles too, wherever it was found and whenever the title was stored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audit.titles import Titles
from rules.model import Personal, SubjectKind
from tests.audit.test_crawl import KEY, FakeSite, crawl, everything_in, page

KNOWN = (
    (SubjectKind.USERNAME, "cmoreau"),
    (SubjectKind.USERNAME, "j.doe"),
    (SubjectKind.EMAIL, "anna@mail.example.org"),
    (SubjectKind.DISPLAY_NAME, "Anna Maria Weber"),
    (SubjectKind.DEPARTMENT, "Sales"),
)


def titles() -> Titles:
    made = Titles(KEY)
    made.learn(Personal(kind, value).subject(KEY) for kind, value in KNOWN)
    return made


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Notes of cmoreau", "Notes of c***"),
        ("CMoreau's page (cmoreau)", "c***'s page (c***)"),
        ("j.doe, and Anna Maria Weber: handover", "j***, and A***: handover"),
        ("anna@mail.example.org", "a***@m***.org"),
        ("Sales of J. Doe and moreau", "Sales of J. Doe and moreau"),
        ("Anna  Maria Weber", "Anna  Maria Weber"),
        ("", ""),
    ],
)
def test_a_known_value_in_a_title_becomes_its_mask(title: str, shown: str) -> None:
    found = Titles(KEY)
    assert found.masked(title) == (shown if "@" in title else title), "nobody is known yet"
    masked = titles().masked(title)
    assert [word[0].lower() for word in masked.split()] == [word[0].lower() for word in shown.split()]
    assert masked.lower() == shown.lower()


def test_a_long_title_without_anybody_stays_as_it_is() -> None:
    title = "a-b.c " * 60
    assert titles().masked(title) == title


@pytest.mark.anyio
async def test_a_title_that_was_stored_before_its_person_was_found_is_masked_at_the_end(tmp_path: Path) -> None:
    early = replace(page(1, b"<p>nobody</p>"), title="All about cmoreau")
    named = b'<ac:link><ri:user ri:username="cmoreau" /></ac:link>'
    late = replace(page(2, named), title="Page of cmoreau")
    store = await crawl(FakeSite({"page/1": [(early,), (late,)]}), tmp_path)
    assert {facts.title for facts in store.objects().values()} == {"Page of c***"}
    store.close()
    assert b"cmoreau" not in everything_in(tmp_path)
    assert b"All about c***" in everything_in(tmp_path)


@pytest.mark.anyio
async def test_a_number_in_a_title_never_reaches_the_store(tmp_path: Path) -> None:
    named = b'<ac:link><ri:user ri:username="cmoreau" /></ac:link>'
    one = replace(page(1, named), title="Refund to IBAN DE69 9999 9145 8967 3463 77")
    store = await crawl(FakeSite({"page/1": [(one,)]}), tmp_path)
    assert {facts.title for facts in store.objects().values()} == {"Refund to IBAN ***77"}
    assert b"9145 8967" not in everything_in(tmp_path)

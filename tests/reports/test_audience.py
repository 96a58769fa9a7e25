"""What each audience sees: the same totals at every level, and no text that a level does not show in any format."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from typing import Any

import pypdf
import pytest

from audit.cli.common import AUDIENCES
from reports.audience import LEFT_OUT, NO_SITE, Audience, level, pseudonym, seen_by
from reports.document import pages, totals
from reports.evidence import (
    Change,
    CoverageRow,
    EditView,
    Evidence,
    HeldItem,
    HostFacts,
    IdentityFacts,
    ObjectFacts,
    PlanFacts,
    Purpose,
    RunFacts,
    RunStatus,
)
from reports.formats.html import FORMAT
from reports.formats.pdf import page as paper
from reports.migrated import Decision, OtherPlan, RehearsalFacts, ResidueFacts, ResidueItem
from reports.registry import formats
from reports.standing import Accepted, Comparison, Fate, Gone, Mark, Standing, Validity
from rules.model import HeldReason, ObjectType, Ref, Subject, SubjectKind
from tests.reports import samples
from tests.reports.test_formats import LABELS, READERS

LEVELS = tuple(Audience)
CONTEXT = "CANARYctx"
"""Stands in everything that is around a value or that a person wrote."""
MASK = "CANARYmask"
PLACE = "CANARYplace"
"""Stands in titles, links, places, names of spaces, hosts, options, and reasons."""
KNOWN = {
    Evidence: "purpose run coverage findings objects rules changes held plan residue language accepted comparison marks "
    "treated",
    RunFacts: "id site edition status incomplete account auth started_at_utc finished_at_utc tool_version rules_digest "
    "config_digest options hosts masking before_images_days keep_until rules_kept data_sha256",
    PlanFacts: "id digest created_at_utc mapping plan_file identities hosts base decisions options limits rehearsal "
    "others chosen",
    OtherPlan: "id digest created_at_utc state",
    Change: "action ref part title url edits base_version new_version before_hash after_hash bytes_before bytes_after "
    "outcome proof effects",
    EditView: "rule path subject before after line",
    HeldItem: "ref part path rule subject reason detail next_step title url",
    IdentityFacts: "subject places account state route witnessed_at_utc confidence witnesses reason detail",
    HostFacts: "origin purpose requests received_bytes sent_bytes",
    CoverageRow: "object_class state seen read skipped failed assessed note",
    ObjectFacts: "ref title url parent author",
    Decision: "action accepted by why at_utc",
    RehearsalFacts: "at_utc objects written put_back left",
    ResidueFacts: "items",
    ResidueItem: "ref places versions versions_read rules unread at_utc title url",
    Accepted: "fingerprint rule object subject reason owner since until line validity findings",
    Comparison: "run finished_at_utc runs same_scope same_rules complete gone unread_before",
    Gone: "finding fate why title url",
}
"""Fields that the three levels were decided for."""


@cache
def planted() -> Evidence:
    """Return the sample migration with a canary in every text that a level may have to leave out."""
    base = samples.migration()
    link = f"{samples.SITE}/{PLACE}"

    def ref(one: Ref) -> Ref:
        return replace(one, id=f"{PLACE}{one.id}", space=f"{PLACE}{one.space}" if one.space else "")

    def who(one: Any) -> Any:
        return replace(one, mask=f"{MASK}***")

    findings = tuple(
        replace(
            one,
            ref=ref(one.ref),
            path=f"properties/{PLACE} > {one.path}",
            subject=who(one.subject),
            excerpt=f"{CONTEXT} {one.excerpt}",
            reason=PLACE,
        )
        for one in base.findings
    )
    objects = {
        (facts.ref.type.value, f"{PLACE}{facts.ref.id}"): ObjectFacts(ref(facts.ref), PLACE, link, f"page {PLACE}")
        for facts in base.objects.values()
    }
    changes = tuple(
        replace(
            one,
            ref=ref(one.ref),
            part=f"properties/{PLACE}",
            title=PLACE,
            url=link,
            proof=PLACE,
            edits=tuple(
                replace(edit, path=PLACE, subject=who(edit.subject), before=CONTEXT, after=CONTEXT)
                for edit in one.edits
            ),
        )
        for one in base.changes
    )
    held = [
        replace(
            one,
            ref=ref(one.ref),
            part=f"properties/{PLACE}",
            path=PLACE,
            subject=who(one.subject) if one.subject else None,
            detail=PLACE,
            next_step=PLACE,
            title=PLACE,
            url=link,
        )
        for one in base.held
    ]
    held.append(replace(held[0], reason=HeldReason.DECLINED, detail=f"A-0001: declined by J***: {CONTEXT}"))
    plan = base.plan
    assert plan is not None
    assert plan.rehearsal is not None
    assert base.residue is not None
    plan = replace(
        plan,
        plan_file=f"{PLACE}.json",
        identities=tuple(
            replace(one, subject=who(one.subject), account=who(one.account) if one.account else None, detail=PLACE)
            for one in plan.identities
        ),
        hosts=tuple(replace(one, origin=f"https://{PLACE}.example.org") for one in plan.hosts),
        decisions=tuple(replace(one, by=who(one.by), why=CONTEXT) for one in plan.decisions),
        options={PLACE: PLACE},
        rehearsal=replace(plan.rehearsal, left=(PLACE,)),
    )
    residue = replace(
        base.residue,
        items=tuple(
            replace(one, ref=ref(one.ref), unread=PLACE if one.unread else "", title=PLACE, url=link)
            for one in base.residue.items
        ),
    )
    entry = Accepted(
        findings[0].fingerprint, "", PLACE, PLACE, CONTEXT, who(samples.PEOPLE["jdoe"]), "2026-11-01", "2027-11-01", 3,
        Validity.IN_FORCE, 1,
    )  # fmt: skip
    gone = Gone(replace(findings[1], fingerprint="0" * 32), Fate.NOT_EXAMINED, PLACE, PLACE, link)
    return replace(
        base,
        run=replace(
            base.run,
            status=RunStatus.INCOMPLETE,
            incomplete=(PLACE, PLACE),
            account=f"{MASK}***",
            options={PLACE: PLACE},
            hosts=(HostFacts(f"https://{PLACE}.example.org", "the audited site", 1, 1, 1),),
        ),
        coverage=(
            *base.coverage,
            CoverageRow("task", "", 7, 4, {PLACE: 1}, {PLACE: 1, f"{PLACE} 2": 1}, note=PLACE),
        ),
        findings=findings,
        objects=objects,
        changes=changes,
        held=tuple(held),
        plan=plan,
        residue=residue,
        accepted=(entry,),
        comparison=Comparison("R-1", "2026-11-01T00:00:00Z", 1, True, True, True, (gone,), 0),
        marks=(Mark(Standing.NEW, 0), *(Mark(Standing.UNCHANGED) for _ in findings[1:])),
    )


@cache
def rendered(name: str, audience: Audience) -> bytes:
    return formats()[name].render(seen_by(planted(), audience))


def inside(name: str, body: bytes) -> str:
    """Return everything that one file holds, unpacked, its names and metadata included."""
    if name == "xlsx":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return " ".join(book.read(one).decode("utf-8", "replace") for one in book.namelist())
    if name == "pdf":
        return " ".join(_of_pdf(pypdf.PdfReader(io.BytesIO(body))))
    if name == "html":
        from tests.reports.pages import parse, unpacked

        return body.decode() + "".join(json.dumps(unpacked(one)) for one in parse(body).scripts[:1])
    if name == "parquet":
        import pyarrow.parquet  # type: ignore[import-untyped]

        table = pyarrow.parquet.read_table(io.BytesIO(body))
        return f"{table.to_pydict()} {table.schema.metadata}"
    return body.decode()


def _of_pdf(reader: pypdf.PdfReader) -> Iterator[str]:
    for page in reader.pages:
        # Long words are broken over lines.
        yield page.extract_text().replace("\n", "")
        yield from (str(note.get_object()) for note in page.get("/Annots", ()))
    yield str(reader.metadata)
    yield str(reader.outline)
    yield from (one.decode() for (one,) in reader.attachments.values())


@cache
def content(name: str, audience: Audience) -> str:
    """Return the same of a report for one audience. Reading a PDF takes longer than to print it."""
    return inside(name, rendered(name, audience))


def test_every_field_of_evidence_has_been_decided_about() -> None:
    found = {kind: {one.name for one in fields(kind)} for kind in KNOWN}
    assert found == {kind: set(names.split()) for kind, names in KNOWN.items()}


def test_the_command_offers_every_level() -> None:
    assert tuple(Audience) == AUDIENCES


@pytest.mark.parametrize("audience", LEVELS)
def test_the_totals_of_every_level_are_those_of_the_whole(audience: Audience) -> None:
    seen = seen_by(planted(), audience)
    assert totals(seen) == totals(planted())
    assert level(seen) is audience


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.INTERNAL])
@pytest.mark.parametrize("name", formats())
def test_every_format_counts_what_the_restricted_one_counts(name: str, audience: Audience) -> None:
    found = READERS[name](rendered(name, audience))
    expected = planted().by_severity()
    assert {label: found[label] for label in LABELS} == {kind.label: count for kind, count in expected.items()}


@pytest.mark.parametrize("name", formats())
def test_a_public_report_holds_no_mask_no_place_and_no_surroundings(name: str) -> None:
    text = content(name, Audience.PUBLIC)
    assert re.findall(rf"{MASK}|{PLACE}|{CONTEXT}|wiki\.example\.org", text, re.IGNORECASE) == []
    for subject in samples.PEOPLE.values():
        assert subject.hmac not in text
    for finding in planted().findings:
        assert finding.fingerprint not in text


@pytest.mark.parametrize("name", formats())
def test_an_internal_report_holds_no_surroundings(name: str) -> None:
    assert CONTEXT not in content(name, Audience.INTERNAL)


@pytest.mark.parametrize("name", ["csv", "html", "json", "pdf", "xlsx"])
def test_a_restricted_report_holds_what_the_others_leave_out(name: str) -> None:
    text = content(name, Audience.RESTRICTED)
    assert [word for word in (MASK, PLACE, CONTEXT) if word not in text] == []


@pytest.mark.parametrize("audience", LEVELS)
@pytest.mark.parametrize("name", formats())
def test_every_format_names_its_audience(name: str, audience: Audience) -> None:
    assert audience.value in content(name, audience).lower()


def test_an_internal_report_holds_keyed_hashes_and_no_mask() -> None:
    told = json.loads(b"".join(pages(seen_by(planted(), Audience.INTERNAL))))
    identities, findings = told["identities"], told["findings"]
    assert {one["subject"]["mask"] for one in identities} == {"[user_key]", "[email]", "[username]"}
    for one in (*findings, *(edit for change in told["changes"] for edit in change["edits"])):
        subject = one["subject"]
        assert subject["mask"] == f"[{subject['kind']} {subject['hmac'][:8]}]"
    assert len({one["subject"]["mask"] for one in findings}) == len({one["subject"]["hmac"] for one in findings})
    assert told["run"].pop("account") == f"{MASK}***", "who ran it stays under its mask: nothing else names it"
    assert MASK not in json.dumps(told)


@pytest.mark.parametrize("name", ["csv", "html", "md", "ocsf", "oscal", "parquet", "sarif", "xlsx"])
def test_no_format_of_an_internal_report_has_a_mask_but_that_of_the_account(name: str) -> None:
    nameless = replace(planted(), run=replace(planted().run, account="somebody"))
    assert MASK not in inside(name, formats()[name].render(seen_by(nameless, Audience.INTERNAL)))


def test_the_same_thing_has_the_same_number_all_over_a_public_report() -> None:
    base = samples.migration()
    seen = seen_by(base, Audience.PUBLIC)
    pairs = {(one.ref.type, one.ref.id, other.ref.id) for one, other in zip(base.findings, seen.findings, strict=True)}
    pairs |= {(one.ref.type, one.ref.id, other.ref.id) for one, other in zip(base.changes, seen.changes, strict=True)}
    assert len(pairs) == len({pair[:2] for pair in pairs}) == len({(pair[0], pair[2]) for pair in pairs})
    assert seen.run.site == NO_SITE
    assert Ref(ObjectType.PAGE, "1", None, "S1") in {one.ref for one in seen.findings}
    prints = {(one.fingerprint, other.fingerprint) for one, other in zip(base.findings, seen.findings, strict=True)}
    assert len(prints) == len({one for one, _ in prints}) == len({other for _, other in prints})


def test_a_public_page_and_paper_count_findings_and_list_none() -> None:
    seen = seen_by(planted(), Audience.PUBLIC)
    page = FORMAT.render(seen).decode()
    assert 'id="F-' not in page
    assert "<script" not in page
    assert f"lists none of its {len(seen.findings)} findings" in page
    assert 'id="F-' not in paper(replace(seen, purpose=Purpose.AUDIT))
    rows = json.loads(b"".join(pages(seen)))["findings"]
    assert len(rows) == len(seen.findings)
    assert {(one["title"], one["path"], one["excerpt"], one["url"]) for one in rows} == {("", "", "", "")}


def test_an_office_stays_where_a_person_becomes_a_keyed_hash() -> None:
    office = Subject(SubjectKind.ROLE, "Site admins", "1" * 32)
    person = replace(samples.PEOPLE["mail1"], kind=SubjectKind.DISPLAY_NAME)
    assert pseudonym(office) == office
    assert pseudonym(person).mask == "[display_name]"
    base = planted()
    named = replace(base, accepted=(replace(base.accepted[0], owner=office),))
    assert seen_by(named, Audience.INTERNAL).accepted[0].owner.mask == "Site admins"
    assert seen_by(named, Audience.PUBLIC).accepted[0].owner.mask == "[role]"


def test_two_public_reports_cannot_be_joined_by_their_fingerprints() -> None:
    base = planted()
    (entry,), whole = base.accepted, seen_by(base, Audience.PUBLIC)
    part = seen_by(replace(base, findings=base.findings[5:], marks=base.marks[5:]), Audience.PUBLIC)
    assert whole.findings[5].fingerprint != part.findings[0].fingerprint == whole.findings[0].fingerprint
    assert whole.accepted[0].fingerprint == whole.findings[0].fingerprint
    assert part.accepted[0].fingerprint not in {entry.fingerprint, *(one.fingerprint for one in part.findings)}
    comparison = whole.comparison
    assert comparison is not None
    assert comparison.gone[0].finding.fingerprint not in {"0" * 32, *(one.fingerprint for one in whole.findings)}


def test_what_was_declined_is_told_without_the_reviewers_words() -> None:
    item = seen_by(planted(), Audience.INTERNAL).held[-1]
    assert item.detail == "A-0001: declined"


def test_a_complete_run_stays_one_without_reasons() -> None:
    assert seen_by(samples.audit(), Audience.PUBLIC).run.incomplete == ()
    assert LEFT_OUT in seen_by(samples.incomplete(), Audience.PUBLIC).run.incomplete[0]

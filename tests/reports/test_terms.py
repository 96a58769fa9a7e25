"""Terms of the vocabulary: one rule may find several kinds of values, and each has the term of its kind."""

from __future__ import annotations

import json
from dataclasses import replace

from reports.annexes import annexes
from reports.formats.json import FORMAT
from reports.terms import term
from rules.model import Subject, SubjectKind
from tests.reports import samples

PD = "https://w3id.org/dpv/pd#"


def test_the_kind_of_a_value_decides_where_the_rule_is_about_another_kind() -> None:
    assert term(SubjectKind.EMAIL, f"{PD}Username") == f"{PD}EmailAddress"
    assert term(SubjectKind.PHONE, f"{PD}Contact") == f"{PD}TelephoneNumber"
    assert term(SubjectKind.USER_KEY, f"{PD}Identifying") == f"{PD}UID"
    assert term(SubjectKind.LABEL, f"{PD}Interest") == f"{PD}Interest"
    assert term(SubjectKind.USERNAME, "") == f"{PD}Username"


def test_what_only_the_rule_knows_stays_and_an_interface_is_no_personal_data() -> None:
    assert term(SubjectKind.USERNAME, f"{PD}Password") == f"{PD}Password"
    assert term(SubjectKind.INTERFACE, f"{PD}Username") == ""


def test_a_rule_that_finds_several_kinds_stands_at_several_terms_and_each_finding_names_its_own() -> None:
    base = samples.audit()
    place = next(n for n, one in enumerate(base.findings) if one.rule == "legacy-mention")
    mail = Subject(SubjectKind.EMAIL, "x***@y***.org", "5" * 32)
    findings = tuple(replace(one, subject=mail) if n == place else one for n, one in enumerate(base.findings))
    evidence = replace(base, findings=findings)
    told = json.loads(FORMAT.render(evidence))
    assert told["findings"][place]["dpv"] == f"{PD}EmailAddress"
    assert {one["dpv"] for one in told["findings"] if one["rule"] == "legacy-mention"} == {
        f"{PD}EmailAddress",
        f"{PD}Username",
    }
    terms = {one.iri: one for one in annexes(evidence).terms}
    assert terms[f"{PD}EmailAddress"].rules == ("legacy-mention", "personal-email")
    assert sum(one.findings for one in terms.values()) == sum(bool(one["dpv"]) for one in told["findings"])
    (kind,) = (one for one in annexes(evidence).categories if one.kind is SubjectKind.EMAIL)
    assert kind.dpv == (f"{PD}EmailAddress",)

"""The annexes: figures of the run, blanks for people, and no verdict; what is held, grouped without loss."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from dataclasses import replace

import pytest

from reports.actions import actions
from reports.annexes import BLANKS, annexes
from reports.audience import Audience, seen_by
from reports.document import totals
from reports.evidence import CoverageRow, Evidence, RuleFacts
from reports.held import grouped_by_reason
from reports.persons import HOLDER, NAMED, NOBODY, data_subject
from reports.registry import formats
from reports.screening import screening
from rules.model import Article, HeldReason, Severity, SubjectKind
from rules.registry import load
from tests.reports import samples

NINE = 9


def page(evidence: object) -> str:
    return formats()["html"].render(evidence).decode()  # type: ignore[arg-type]


def test_the_figures_of_the_annexes_are_those_of_the_report() -> None:
    evidence = samples.audit()
    found, figures = annexes(evidence), totals(evidence)
    assert sum(one.findings for one in found.categories) == figures["findings"]
    assert sum(one.values for one in found.categories) == figures["subjects"]
    by_rule = Counter(finding.rule for finding in evidence.findings)
    for use in found.articles:
        assert use.findings == sum(by_rule[rule] for rule in use.rules)
    assert {rule for use in found.articles for rule in use.rules} == set(evidence.rules)


def test_an_article_and_a_term_without_findings_are_listed_with_nought() -> None:
    found = annexes(samples.empty())
    assert {use.findings for use in found.articles} == {0} == {term.findings for term in found.terms}
    assert found.categories == ()


@pytest.mark.parametrize("audience", Audience)
def test_the_annexes_count_the_same_for_every_audience(audience: Audience) -> None:
    whole = annexes(samples.migration())
    seen = annexes(seen_by(samples.migration(), audience))
    assert replace(seen, recipients=whole.recipients, processing=whole.processing) == whole
    assert len(seen.recipients) == len(whole.recipients)
    assert [one.point for one in seen.processing] == [one.point for one in whole.processing]


def terms(evidence: Evidence) -> str:
    return " ".join(text for clause in annexes(evidence).processing for text in clause.texts)


def test_the_terms_of_processing_name_the_hosts_and_days_of_the_run() -> None:
    base = samples.migration()
    hosts = dict.fromkeys(host.origin for host in base.hosts())
    assert f"These hosts, and no others: {', '.join(hosts)}." in terms(base)
    assert "None: no host was contacted." in terms(replace(base, plan=None, run=replace(base.run, hosts=())))
    dated = terms(replace(base, run=replace(base.run, keep_until="2027-02-19", before_images_days=12)))
    assert "to be kept until 2027-02-19" in dated
    assert "for 12 days after the last verified write" in dated
    assert "days after" not in terms(base)


def test_the_terms_of_processing_name_no_host_to_the_public() -> None:
    assert samples.SITE in terms(samples.migration())
    assert samples.SITE not in terms(seen_by(samples.migration(), Audience.PUBLIC))


def test_the_terms_of_processing_stand_whole_in_page_and_master_in_both_languages() -> None:
    base = samples.migration()
    evidence = replace(base, run=replace(base.run, keep_until="2027-02-19", before_images_days=12))
    clauses = annexes(evidence).processing
    told = json.loads(formats()["json"].render(evidence))["annexes"]["processing"]
    assert told == [{"point": one.point, "texts": list(one.texts)} for one in clauses]
    english, german = (html.unescape(page(replace(evidence, language=code))) for code in ("en", "de"))
    sentences = [text for one in clauses for text in (one.point, *one.texts)]
    assert not [text for text in sentences if text not in english]
    table = german.partition('class="annex processing"')[2].partition("</table>")[0]
    assert table
    assert not [text for text in sentences if text in table]
    assert "12 Tage" in table


def test_the_nine_criteria_are_said_with_a_question_each_and_no_verdict() -> None:
    for sample in (samples.audit(), samples.migration(), samples.empty()):
        found = screening(sample)
        assert [one.number for one in found] == list(range(1, NINE + 1))
        assert all(one.run and one.person.endswith("?") for one in found)
        assert not [one for one in found if re.search(r"\b(met|required|necessary|must)\b", one.run)]


def test_the_screening_says_what_the_run_saw() -> None:
    said = {one.number: one.run for one in screening(samples.migration())}
    assert said[4] == "Found by rules that rest on Art. 9 or 10: 1 place."
    assert said[5].startswith("5,141 objects were read; 5 different values")
    assert said[6] == "The plan looked up 4 retired identifiers and matched 2 with accounts."
    assert said[9].endswith("4 places.")


def test_a_run_without_rules_for_special_categories_says_that_their_absence_means_nothing() -> None:
    base = samples.audit()
    rules = {name: replace(rule, articles=()) for name, rule in base.rules.items()}
    assert "says nothing" in screening(replace(base, rules=rules))[3].run


def test_records_of_what_people_do_are_counted() -> None:
    evidence = replace(
        samples.audit(), coverage=(CoverageRow("watch", "", 1_200, 1_200), CoverageRow("like", "", 3, 3))
    )
    assert screening(evidence)[2].run.endswith("1,203 read.")


def test_the_page_has_the_annexes_with_their_blanks_and_a_place_to_sign() -> None:
    text = page(samples.audit())
    section = text.partition('<section id="annexes"')[2].partition("</section>")[0]
    assert section.count('class="blank"') == len(BLANKS) + NINE
    assert "and that is the reader&#39;s" in section
    signing = text.partition('<section id="sign-off"')[2].partition("</section>")[0]
    assert signing.count('class="blank"') == 16
    assert samples.run().id in signing


def test_the_master_leaves_every_answer_to_a_person() -> None:
    told = json.loads(formats()["json"].render(samples.migration()))["annexes"]
    answers = [one["answer"] for one in (*told["record"]["to_fill_in"], *told["screening"]["criteria"])]
    assert answers == [""] * (len(BLANKS) + NINE)
    assert told["record"]["recipients"] == [host.origin for host in samples.migration().hosts()]


def test_the_summary_to_paste_has_both_annexes() -> None:
    text = formats()["md"].render(samples.audit()).decode()
    assert "## Record of processing (Art. 30)" in text
    assert "| 9. Processing that keeps people from a right" in text
    assert "## Record of processing" not in formats()["md"].render(samples.empty()).decode()


def test_every_kind_of_value_belongs_to_a_category_of_persons() -> None:
    assert {data_subject(kind) for kind in SubjectKind} == {HOLDER, NAMED, NOBODY}
    assert data_subject(SubjectKind.INTERFACE) == NOBODY
    assert data_subject(SubjectKind.EMAIL) == NAMED
    assert data_subject(SubjectKind.USER_KEY) == HOLDER


def test_the_fields_of_one_row_belong_to_one_person() -> None:
    fields = (SubjectKind.DISPLAY_NAME, SubjectKind.PHONE, SubjectKind.POSITION, SubjectKind.DEPARTMENT)
    assert {data_subject(kind) for kind in (*fields, SubjectKind.LOCATION, SubjectKind.PROFILE_PICTURE)} == {NAMED}


TERMS = frozenset(
    """
    Authenticating BankAccount BirthDate Contact EmailAddress GPSCoordinate IPAddress Identifying Interest MACAddress
    Name OfficialID Password PaymentCardNumber Professional SocialNetwork TelephoneNumber UID Username VehicleLicense
    """.split()  # noqa: SIM905
)
"""Of the extension for personal data, DPV 2.0 (https://w3id.org/dpv/2.0/pd), as used here."""
BASE = frozenset({"https://w3id.org/dpv#SpecialCategoryPersonalData"})
"""Of the vocabulary itself."""


def test_every_rule_has_a_term_that_the_vocabulary_knows() -> None:
    assert {rule.dpv for rule in load()} == {f"https://w3id.org/dpv/pd#{term}" for term in TERMS} | BASE


def test_what_is_held_is_grouped_by_reason_and_object_and_none_is_lost() -> None:
    first, second = samples.held()
    more = tuple(replace(first, path=f"restrictions > read/user[{n}]") for n in range(1, 4))
    declined = tuple(
        replace(second, reason=HeldReason.DECLINED, detail=f"A-{n:04d}: declined by J***") for n in range(2)
    )
    groups = grouped_by_reason((first, second, *more, *declined))
    assert [group.places for group in groups] == [4, 2, 1]
    assert [len(group.objects) for group in groups] == [1, 1, 1]
    assert groups[1].detail == "declined by J***"
    kept = Counter(item for group in groups for one in group.objects for item in one.items)
    assert kept == Counter((first, second, *more, *declined))
    assert groups[0].objects[0].subjects == (first.subject,)


def test_two_people_with_one_mask_are_told_apart_where_they_are_held_and_where_they_are_grouped() -> None:
    base = samples.dry_run()
    first = base.held[0]
    assert first.subject is not None
    twin = replace(first, subject=replace(first.subject, hmac="7" * 32), path="restrictions > read/user[9]")
    text = page(replace(base, held=(first, twin)))
    section = text.partition('<section id="held"')[2].partition("</section>")[0]
    for one in (first.subject.hmac[:8], "7" * 8):
        assert f'<code>{first.subject.mask}</code> <code class="hash">{one}</code>' in section
    groups = page(samples.audit()).partition("One value, many places")[2].partition("</section>")[0]
    assert f'<code class="hash">{samples.PEOPLE["jdoe"].hmac[:8]}</code>' in groups


def test_the_page_names_every_place_that_is_held() -> None:
    base = samples.dry_run()
    more = tuple(replace(base.held[0], path=f"restrictions > read/user[{n}]") for n in range(7))
    text = page(replace(base, held=more))
    section = text.partition('<section id="held"')[2].partition("</section>")[0]
    assert all(item.path.replace(">", "&gt;") in section for item in more)
    assert section.count("<tr>") == 2


def test_a_finding_names_the_change_that_deals_with_it() -> None:
    base = samples.dry_run()
    edit = base.changes[0].edits[0]
    change = base.changes[0]
    finding = next(
        one for one in base.findings if (one.ref.id, one.rule, one.subject) == (change.ref.id, edit.rule, edit.subject)
    )
    found = actions(base)[base.findings.index(finding)]
    assert found in {one.action for one in base.changes if one.ref == change.ref}
    assert actions(samples.audit()) == ("",) * len(samples.audit().findings)
    assert set(actions(seen_by(base, Audience.PUBLIC))) == {""}


def test_the_page_leads_from_a_finding_to_its_change() -> None:
    base = samples.dry_run()
    rule = replace(base.rules["legacy-restriction"], severity=Severity.HIGH)
    text = page(replace(base, rules={**base.rules, rule.id: rule}))
    link = re.search(r'<a href="#(A-\d+)">planned change \1</a>', text)
    assert link is not None
    assert f'id="{link[1]}"' in text


def test_a_rule_that_rests_on_no_article_is_in_no_list_of_articles() -> None:
    base = samples.audit()
    bare = RuleFacts("bare", "Bare", "personal data", Severity.LOW, "Why.", "Do.", (), "", rewrites=False)
    found = annexes(replace(base, rules={**base.rules, "bare": bare}))
    assert "bare" not in {rule for use in found.articles for rule in use.rules}
    assert all(isinstance(use.article, Article) for use in found.articles)

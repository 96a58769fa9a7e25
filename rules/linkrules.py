"""What the rules about links share: matches for some forms of naming somebody, and their rewriting."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from rules.accounts import agreed
from rules.identifiers import is_account_id, personal
from rules.linkhosts import on_cloud, own
from rules.linkplaces import Found
from rules.links import SEVERAL
from rules.linkterms import Form, LinkTerm
from rules.masking import excerpt
from rules.model import (
    Account,
    Confidence,
    Edit,
    HeldReason,
    Hold,
    Kind,
    Match,
    Personal,
    SubjectKind,
    Unresolved,
)
from rules.queries import AS_ONE
from rules.rule import Change, Resolver, Rule
from rules.urls import NO_HOST
from rules.view import View
from rules.written import Written

KINDS: Final = (Kind.STORAGE, Kind.ADF, Kind.JSON, Kind.TEXT)
FOREIGN: Final = "the link leads to a host that is not configured"
UNCLEAR: Final = "browsers may read another host in the link than stands there"
_BROKEN: Final = "markup stands inside the link"
_APP: Final = "stored values and titles are not rewritten on a site"
_NO_ID: Final = "no account id and no user key stands where a people link has one"
_CODE: Final = "it stands in code, where it may be a sample"
NO_KEY: Final = "the key that this personal space has now is not known: name it in [personal_spaces]"
_UNKNOWN: Final = "nothing is known of the page, but the value is the identifier of somebody on the site"
_NO_PAGE: Final = "nothing on Cloud takes the place of such an address"
_WORDS: Final = {
    Form.PROFILE: "a profile link",
    Form.PEOPLE: "a people link",
    Form.PEOPLE_EMAIL: "a people link that hides an e-mail address",
    Form.EDIT_USER: "a link to the administration of a user",
    Form.USER_PAGE: "a link to a page about a user",
    Form.JIRA_PROFILE: "a profile link of Jira",
    Form.PERSONAL_SPACE: "the key of a personal space",
    Form.REST_USER: "a retired parameter of a REST address",
    Form.REST_PATH: "a REST address of Data Center",
    Form.CONTRIBUTOR: "a search for what somebody contributed",
    Form.PARAMETER: "a parameter for people by its name",
    Form.RELATION: "a relation of a user in a REST address",
    Form.CREDENTIALS: "a login in an address",
    Form.SECRET: "a password or a token in an address",
    Form.LOGIN: "a login for the address that the macro reads",
    Form.CQL: "a CQL query in an address",
    Form.JQL: "a JQL query in an address",
    Form.NAME: "a search for people by what they are called, in an address",
    Form.QUERY_FIELD: "a field that was removed, in a query in an address",
    Form.UNREADABLE: "a query in an address",
}
_DIGITS_OF_CLOUD: Final = 6
_BEHIND: Final = rb"(?:(?i:query)?(?:=|%(?:25)*3[dD])|[\w%]{0,16}<)"
"""What follows the word in an address: its value, however often encoded, or markup that interrupts the address. The
names of parameters of macros are no addresses."""


def query_gates(*words: bytes) -> tuple[tuple[bytes, re.Pattern[bytes]], ...]:
    """Return the gates of a rule about queries in addresses, whose parameters begin with one of `words`."""
    return tuple((word, re.compile(word + _BEHIND)) for word in words)


def detect(view: View, rule: Rule, forms: Collection[Form]) -> Iterator[Match]:
    """Yield a match for everybody that an address of the part names in one of `forms` by a retired identifier."""
    for found in view.links:
        subject = found.term.subject
        if found.term.form in forms and subject is not None and _counts(view, found.term):
            yield _match(view, rule, found, subject)


def _counts(view: View, term: LinkTerm) -> bool:
    """Return whether a term says enough: in a parameter of any page it has to be somebody known, on our own hosts."""
    if term.form is not Form.PARAMETER:
        return True
    return term.value.strip().lower() in view.context.known and own(term.hosts, view.context.hosts)


def _match(view: View, rule: Rule, found: Found, subject: Personal) -> Match:
    span = found.value_span
    confidence, doubt = _judge(view, found, subject)
    reason = _WORDS[found.term.form]
    if subject.kind is SubjectKind.ACCOUNT_ID:
        reason += ", retired though it holds an account id"
    made = rule.match(
        span,
        subject,
        where=found.where,
        excerpt=partial(excerpt, view.data, span.start, span.end, subject.mask),
        confidence=confidence,
        reason="; ".join(filter(None, (reason, doubt))),
    )
    return replace(made, rewritable=made.rewritable and not _kept(view, found))


def _judge(view: View, found: Found, subject: Personal) -> tuple[Confidence, str]:
    """Return how sure it is that the link names somebody of the site, and the doubt."""
    term = found.term
    if found.code:
        return Confidence.LOW, _CODE
    if term.form in {Form.UNREADABLE, Form.PARAMETER}:
        return Confidence.LOW, term.fixed or _UNKNOWN
    if term.form is Form.PERSONAL_SPACE and term.value.isdigit() and len(term.value) >= _DIGITS_OF_CLOUD:
        return Confidence.LOW, "Cloud gives such keys too"
    if term.form is Form.PEOPLE and subject.kind is SubjectKind.USERNAME:
        return Confidence.MEDIUM, _NO_ID
    if own(term.hosts, view.context.hosts):
        return Confidence.HIGH, term.fixed
    sure = Confidence.HIGH if all(map(on_cloud, term.hosts)) else Confidence.MEDIUM
    return sure, "; ".join(filter(None, (_foreign(term), term.fixed)))


def _foreign(term: LinkTerm) -> str:
    return UNCLEAR if NO_HOST in term.hosts else FOREIGN


def _kept(view: View, found: Found) -> str:
    """Return why a link is not rewritten whoever the person is; empty when it may be."""
    if view.part.kind not in {Kind.STORAGE, Kind.ADF} and not view.released:
        return _APP
    if not own(found.term.hosts, view.context.hosts):
        return _foreign(found.term)
    if found.term.fixed or found.term.frame is None:
        return found.term.fixed or _NO_PAGE
    fixed = found.text.fixed if isinstance(found.text, Written) else ""
    if found.code or fixed:
        return fixed or _CODE
    whole = found.whole_span.of(view.data)
    return _BROKEN if view.part.kind is Kind.STORAGE and (b"<" in whole or b">" in whole) else ""


def rewrite(view: View, forms: Collection[Form], matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return the new text of every link of `matches`, and what is held back with its reason.

    The values of a retired field in a query change together with the field, or none of them does.
    """
    wanted = {match.span: match for match in matches}
    groups: dict[object, list[Found]] = {}
    for found in view.links:
        if found.term.form in forms and found.value_span in wanted:
            change = found.term.field
            key = found.value_span if change is None else found.span(change.start, change.end)
            groups.setdefault(key, []).append(found)
    edits: list[Edit] = []
    holds: list[Hold] = []
    for group in groups.values():
        answers = [_answer(view, found, resolve) for found in group]
        failed = next((answer for answer in answers if isinstance(answer, Unresolved)), None)
        if failed is not None:
            for found, answer in zip(group, answers, strict=True):
                match = wanted[found.value_span]
                why = answer if isinstance(answer, Unresolved) else Unresolved(failed.reason, AS_ONE)
                holds.append(Hold(match.rule, match.span, match.subject, why.reason, why.detail, match.where))
            continue
        rule = wanted[group[0].value_span].rule
        news = [(found, answer) for found, answer in zip(group, answers, strict=True) if isinstance(answer, str)]
        edits += [_edit(view, found, new, rule) for found, new in news]
        change = group[0].term.field
        if change is not None:
            span = group[0].span(change.start, change.end)
            edits.append(Edit(span, span.of(view.data), group[0].escaped(change.new), rule))
    return Change(tuple(edits), tuple(holds))


def _edit(view: View, found: Found, new: str, rule: str) -> Edit:
    """Return the edit of one term. What follows its replacement keeps its spelling."""
    term, span = found.term, found.whole_span
    if term.going[1]:
        span = found.span(*term.going)
        return Edit(span, span.of(view.data), b"", rule)
    kept = found.span(*term.kept).of(view.data) if term.kept[1] else b""
    return Edit(span, span.of(view.data), found.escaped(new) + kept, rule)


def _answer(view: View, found: Found, resolve: Resolver) -> str | Unresolved:
    """Return what takes the place of one term, or why it stays."""
    kept = _kept(view, found)
    if kept:
        return Unresolved(HeldReason.AMBIGUOUS if kept == SEVERAL else HeldReason.NO_REWRITER, kept)
    match found.term.form:
        case Form.QUERY_FIELD:
            return found.term.replacement("") or ""
        case Form.PERSONAL_SPACE:
            key = view.context.spaces.get(f"~{found.term.value}".lower())
            new = None if key is None else found.term.moved_space(key)
            return new or Unresolved(HeldReason.NO_SPACE_KEY, NO_KEY)
        case _:
            return _account_link(view, found.term, resolve)


def _one_account(term: LinkTerm, resolve: Resolver) -> str | Unresolved:
    """Return the account that all parameters of an address lead to which name the person, or why all of them stay."""
    asked = [(value, subject) for value in term.together if (subject := personal(value)) is not None]
    if len(asked) < len(term.together):
        return Unresolved(HeldReason.AMBIGUOUS, SEVERAL)
    return agreed(set(term.standing), asked, resolve)


def _account_link(view: View, term: LinkTerm, resolve: Resolver) -> str | Unresolved:
    """Return the term for the account that its person resolves to, or why it stays."""
    subject, account = term.subject, term.value.strip()
    if term.together:
        one = _one_account(term, resolve)
        return one if isinstance(one, Unresolved) else term.replacement(one) or ""
    if subject is not None and subject.kind is not SubjectKind.ACCOUNT_ID:
        answer = resolve(subject)
        if not isinstance(answer, Account):
            return answer
        account = answer.account_id
    if not is_account_id(account):
        return Unresolved(HeldReason.UNRESOLVED, "what it was resolved to has not the shape of an account id")
    refused = view.context.refused.get(term.query) if term.form is Form.JQL else None
    if refused is not None:
        return Unresolved(HeldReason.AMBIGUOUS, refused)
    return term.replacement(account) or ""

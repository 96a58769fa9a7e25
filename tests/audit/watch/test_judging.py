"""What is made of an event about a user: its name comes from the address, and each user counts apart."""

from __future__ import annotations

import json

import pytest

from audit.watch.judging import EventJudge, verdict_of
from audit.watch.told import Unusable
from rules.registry import load

ACCOUNT = "5d41402abc4b2a76b9719d91"
OLD = {"username": "tbergmann", "userKey": "8a7f80826c1d4e5f016c1d4e6f700001"}
OTHER = {"username": "o.lindqvist", "userKey": "8a7f80826c1d4e5f016c1d4e6f700002"}


@pytest.fixture(scope="module")
def judge() -> EventJudge:
    return EventJudge(load(), b"k" * 32)


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        ({"userAccountId": ACCOUNT}, ["webhook-account-type"]),
        ({"user": {"accountId": ACCOUNT}}, ["webhook-account-type"]),
        ({"userProfile": {"accountId": ACCOUNT}}, ["webhook-account-type"]),
        ({"userAccountId": ACCOUNT, "accountType": "app"}, []),
        ({"user": OLD}, ["webhook-legacy-user"] * 2),
        ({"userProfile": OLD}, ["webhook-legacy-user"] * 2),
    ],
)
def test_the_address_says_that_it_is_an_event(judge: EventJudge, body: dict[str, object], rules: list[str]) -> None:
    for whole in (body, {"timestamp": 1471926079631, **body}):
        [job] = judge("user_created", json.dumps(whole).encode())
        assert [finding.rule for _, finding in verdict_of(job)] == rules, whole
        assert ACCOUNT.encode() not in job.verdict


def name(judge: EventJudge, body: object) -> str:
    [job] = judge("user_created", json.dumps(body).encode())
    return job.id


def test_users_are_told_apart_by_whatever_names_them(judge: EventJudge) -> None:
    bodies: tuple[dict[str, object], ...] = (
        {"user": OLD}, {"user": OTHER}, {"user": {"accountId": ACCOUNT}}, {"userAccountId": ACCOUNT[:-1] + "2"},
        {"userKey": OLD["userKey"]}, {"user": {"displayName": "Eva"}}, {"user": {"displayName": "Ida"}}, {},
    )  # fmt: skip
    assert len({name(judge, body) for body in bodies}) == len(bodies)
    caused = {"userAccountId": ACCOUNT}
    assert name(judge, {**caused, "user": OLD}) != name(judge, {**caused, "user": OTHER})
    for body in bodies[:5]:
        assert name(judge, body) == name(judge, {**body, "timestamp": 7}), "the same user again"


def test_a_body_in_another_encoding_and_one_that_is_too_deep(judge: EventJudge) -> None:
    [job] = judge("user_created", json.dumps({"user": OLD}).encode("utf-16"))
    assert len(verdict_of(job)) == len(OLD)
    assert verdict_of(judge("user_created", b" { } ")[0]) == ()
    with pytest.raises(Unusable):
        judge("user_created", b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}")

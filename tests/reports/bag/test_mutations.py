"""Hundreds of single random changes to a bag, and every one is seen."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from reports.bag.archive import archive, unpacked
from reports.bag.verify import verify
from tests.reports.bag import samples

MUTATIONS = 200
KINDS = ("flip", "truncate", "append", "insert", "empty", "add", "remove", "rename", "swap", "replace")


def mutated(files: Mapping[str, bytes], chance: random.Random, kind: str) -> tuple[str, dict[str, bytes]]:
    """Return what was done, and the files with one change."""
    result = dict(files)
    path, other = chance.sample(sorted(files), 2)
    data = files[path]
    at = chance.randrange(len(data)) if data else 0
    if kind == "add":
        name = chance.choice(["data/more.txt", "data/findings.json.bak", "notes.txt", "data/.hidden", path.upper()])
        result[name] = chance.randbytes(20)
        return f"add {name}", result
    if kind == "rename":
        result[f"{path}{chance.choice('~_0')}"] = result.pop(path)
    elif kind == "remove":
        del result[path]
    elif kind == "swap":
        result[path], result[other] = files[other], data
    elif kind == "replace":
        result[path] = files[other]
    elif kind == "flip" and data:
        result[path] = data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
    elif kind == "truncate" and data:
        result[path] = data[:at]
    elif kind == "empty" and data:
        result[path] = b""
    elif kind == "insert":
        result[path] = data[:at] + chance.randbytes(1) + data[at:]
    else:
        result[path] = data + chance.choice([b"\n", b" ", b"\x00", chance.randbytes(8)])
    return f"{kind} {path} at {at}", result


@pytest.mark.slow
@pytest.mark.parametrize("make", [samples.signed, samples.unsigned])
def test_two_hundred_single_changes_to_a_folder_are_all_seen(make: Callable[[], Mapping[str, bytes]]) -> None:
    files = make()
    chance = random.Random(20261120)
    assert samples.judged(files).problems == ()
    seen = set()
    for number in range(MUTATIONS):
        what, changed = mutated(files, chance, KINDS[number % len(KINDS)])
        if changed == files:  # two files of the same contents were swapped
            continue
        assert samples.judged(changed).problems, what
        seen.add(what.split()[0])
    assert seen >= set(KINDS)


@pytest.mark.slow
def test_two_hundred_single_changes_to_a_zip_file_are_all_seen() -> None:
    chance = random.Random(20261121)
    data = archive(samples.NAME, samples.signed())
    assert verify(unpacked(data)).problems == ()
    directory = data.rindex(b"PK\x01\x02" + data[data.index(b"PK\x01\x02") + 4 :][:4])
    for number in range(MUTATIONS):
        # Every second change hits the tables of the archive, which are small beside the files.
        at = chance.randrange(directory, len(data)) if number % 2 else chance.randrange(len(data))
        match number % 4:
            case 0 | 1:
                changed = data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
            case 2:
                changed = data[:at]
            case _:
                changed = data[:at] + chance.randbytes(1) + data[at:]
        assert verify(unpacked(changed)).problems, (number, at)


def test_each_single_bit_of_the_signature_counts() -> None:
    files = samples.signed()
    data = files["attestation.dsse.json"]
    for at in range(0, len(data), 41):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert samples.judged({**files, "attestation.dsse.json": changed}).problems, at


ODD: tuple[object, ...] = (None, True, -1, 10**400, 1e308, "", "\ud800", [], {}, [[]], {"x": None}, "0" * 64)


def bent(value: Any, chance: random.Random) -> Any:
    """Return a JSON value of which one part somewhere is of another shape or gone."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(sorted(value))
        if chance.random() < 0.2:
            return {name: one for name, one in value.items() if name != key}
        return {**value, key: bent(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        return [*value[:at], bent(value[at], chance), *value[at + 1 :]]
    return chance.choice(ODD)


@pytest.mark.slow
def test_a_bag_that_was_signed_with_nonsense_in_it_is_judged_and_stops_nobody() -> None:
    chance = random.Random(20261122)
    payload = samples.sample().files
    paths = [path for path in sorted(payload) if path.endswith((".json", ".jsonl", ".sarif")) and payload[path]]
    bad = 0
    for number in range(MUTATIONS):
        path = paths[number % len(paths)]
        lines = payload[path].splitlines() if path.endswith("l") else [payload[path]]
        at = chance.randrange(len(lines))
        lines[at] = json.dumps(bent(json.loads(lines[at]), chance)).encode()
        verdict = samples.judged(samples.resealed({path: b"\n".join([*lines, b""])}, samples.signer()))
        bad += bool(verdict.problems)
    # What is compared with nothing, the words about a rule for instance, is covered by digest and signature alone.
    assert bad > MUTATIONS * 4 // 5

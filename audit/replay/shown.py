"""A replay as people and programs read it. Nothing in it is a value of a person or a name in an address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from audit.replay.judging import Sent
from audit.replay.results import Answered, Difference, Outcome, Report, Result, State
from reports.text import sound, visible
from rules.model import Confidence

NAMED: Final = 6
"""Fields of a difference that are named; the others are counted."""
_CALLED: Final = frozenset({"code-removed-endpoint", "code-removed-protocol"})


def as_text(report: Report) -> str:
    """Return the replay for a terminal: one line a call, what was found below it, the verdict last."""
    lines = [f"{report.site}: {report.source}, asked without privacyMode=true and with it"]
    width = max((len(_call(result)) for result in report.results), default=0)
    for result in report.results:
        lines.append(f"  {result.state.value:<4}  {_call(result):<{width}}  {_ended(result)}")
        lines += [f"        -> {line}" for line in _details(result)]
    return sound(visible("\n".join([*lines, *_beside(report), verdict(report)]))) + "\n"


def verdict(report: Report) -> str:
    """Return the one sentence that counts."""
    if report.interrupted:
        return "It was stopped on request: the rest was not asked."
    if report.stopped:
        return f"The site could not be asked any further: {report.stopped}."
    if not report.results:
        return "The recording holds no call of an API of this site, so nothing was judged."
    total, found = len(report.results), report.findings
    said = f"Calls that depend on what was retired: {found} of {total}" if found else f"Calls: {total}, nothing retired"
    if report.void:
        said += f"; nothing to judge in {report.void}: empty, gone or not offered"
    return f"{said}." if report.complete else f"{said}; something could not be asked or judged."


def _call(result: Result) -> str:
    return f"{result.method} {result.path}" + (f" ×{result.times}" if result.times > 1 else "")


def _ended(result: Result) -> str:
    if not _asked(result):
        return f"not sent: {result.plain.why}"
    plain, private = _outcome(result.plain), _outcome(result.private)
    if result.state is State.VOID:
        private = plain = f"nothing to judge: {plain if plain == private else f'{plain}, {private} with'}"
    return plain if plain == private else f"without: {plain}; with: {private}"


def _asked(result: Result) -> bool:
    return result.plain.answered is not Answered.NOT_SENT


def _outcome(outcome: Outcome) -> str:
    status = "" if outcome.status is None else f" {outcome.status}"
    if outcome.answered is Answered.YES:
        return f"answers{status}, an empty list" if outcome.hollow else f"answers{status}"
    if outcome.answered in {Answered.GONE, Answered.NOT_OFFERED}:
        return f"{outcome.answered.value}{status}"
    return f"{outcome.answered.value}: {outcome.why}"


def _details(result: Result) -> Iterator[str]:
    for sent in result.sent:
        times = f" ×{sent.count}" if sent.count > 1 else ""
        said = f"calls {sent.name}" if sent.rule in _CALLED else f"sends {sent.name}{times} in the {sent.where.value}"
        yield f"{said}: {_advice(sent.instead, sent.row, sent.confidence)}"
    for field, plain, private in result.carried:
        counts = f"{plain} without, {private} with" if _asked(result) else f"{plain} in the recorded answer"
        yield f"carries {field.path} ({counts}): {_advice(field.instead, field.row, field.confidence)}"
    yield from _difference(result.difference)
    if result.unread:
        yield f"not judged: {result.unread}"
    if result.dropped:
        yield "credentials in the recorded address were left out"


def _advice(instead: str, row: str, confidence: Confidence) -> str:
    sure = "" if confidence is Confidence.HIGH else f", {confidence.label} confidence"
    return f"{instead}{sure}" + (f" [{row}]" if row else "")


def _difference(difference: Difference) -> Iterator[str]:
    if difference.statuses is not None:
        yield f"the site answers {difference.statuses[0]} without the switch and {difference.statuses[1]} with it"
    for fields, when in ((difference.only_without, "without"), (difference.only_with, "with")):
        if fields:
            more = f" and {len(fields) - NAMED} more" if len(fields) > NAMED else ""
            yield f"only {when} the switch: {', '.join(fields[:NAMED])}{more}"


def _beside(report: Report) -> Iterator[str]:
    if report.elsewhere:
        yield f"Left alone, as they go to other hosts: {report.elsewhere}"
    if report.pages:
        yield f"Left alone, as they belong to no API of the site: {report.pages}"
    if report.broken:
        more = f" and {len(report.broken) - NAMED} more" if len(report.broken) > NAMED else ""
        yield f"Not judged, as the address cannot be read: {', '.join(report.broken[:NAMED])}{more}"
    if report.left:
        yield f"Not reached: {report.left}"


def as_jsonl(report: Report) -> str:
    """Return one line a call and a summary, for programs; the keys are a contract."""
    lines = [_facts(result) for result in report.results]
    lines.append(
        {
            "type": "summary",
            "site": report.site,
            "source": report.source,
            "calls": len(report.results),
            "findings": report.findings,
            "nothing_to_judge": report.void,
            "complete": report.complete,
            "other_hosts": report.elsewhere,
            "no_api": report.pages,
            "unreadable": list(report.broken),
            "not_reached": report.left,
            "stopped": report.stopped or ("on request" if report.interrupted else None),
            "verdict": verdict(report),
        }
    )
    return "".join(f"{sound(json.dumps(line, ensure_ascii=False))}\n" for line in lines)


def _facts(result: Result) -> dict[str, object]:
    return {
        "type": "call",
        "number": result.number,
        "method": result.method,
        "path": result.path,
        "place": result.place or None,
        "times": result.times,
        "state": result.state.value,
        "sent": [_sent(sent) for sent in result.sent],
        "carried": [
            {
                "rule": field.rule,
                "row": field.row or None,
                "path": field.path,
                "instead": field.instead,
                "confidence": field.confidence.label,
                "without": plain,
                "with": private,
            }
            for field, plain, private in result.carried
        ],
        "without": _one(result.plain),
        "with": _one(result.private),
        "difference": {
            "statuses": None if result.difference.statuses is None else list(result.difference.statuses),
            "only_without": list(result.difference.only_without),
            "only_with": list(result.difference.only_with),
        }
        if result.difference
        else None,
        "not_judged": result.unread or None,
        "credentials_left_out": result.dropped,
    }


def _sent(sent: Sent) -> dict[str, object]:
    return {
        "rule": sent.rule,
        "row": sent.row or None,
        "where": sent.where.value,
        "name": sent.name,
        "instead": sent.instead,
        "confidence": sent.confidence.label,
        "count": sent.count,
    }


def _one(outcome: Outcome) -> dict[str, object]:
    return {"ended": outcome.answered.value, "status": outcome.status, "why": outcome.why or None}

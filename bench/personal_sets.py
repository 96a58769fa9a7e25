"""Labelled texts: the set in bench/labelled, and public sets of the shared corpus that lie beside the checkout.

Each set says which kinds it labels. Findings of other kinds are not judged there: nobody looked for them.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import phonenumbers
from stdnum import iban, mac
from stdnum.ch import ssn as avs
from stdnum.de import vat
from stdnum.util import get_cc_module

from bench.personal_score import NAME, SEED, STATE, Sample, Spot, counted
from rules.directory import Person

LABELLED: Final = Path(__file__).parent / "labelled"
CORPUS: Final = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "pii"
LANGUAGES: Final = ("en", "de", "fr", "es", "it", "nl")
HELD: Final = {"held out": "held", "held out again": "second"}
"""Sets that were written apart from the own set -> their folders; the second one after the first had been looked at."""
EUROPE: Final = frozenset(["GB", "US", "IE", "DE", "AT", "CH", "FR", "BE", "ES", "PT", "IT", "NL"])
"""Where the people of the own set live."""
DEFAULT: Final = frozenset(["US", "GB", "DE", "IL", "IN", "CA", "BR"])
"""Regions that Presidio looks for unless told otherwise, used for sets that name none."""
RESEARCH: Final = {
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "payment_card",
    "EMAIL_ADDRESS": "email",
    "IBAN_CODE": "bank_account",
    "US_SSN": STATE,
    "IP_ADDRESS": "ip_address",
}
"""Labels of presidio-research -> kinds. The others are out of scope: places, organisations, dates, ages, titles."""
TITLES: Final = re.compile(r"(?i)^(?:(?:dr|mrs?|ms|miss|prof)\b\.? *)+|(?:[ ,]+(?:jr\.?|md|phd|dds|dvm|i{2,3}|iv|v))+$")
"""What these sets label as part of a name."""
SWISS: Final = {"PHONE_NUMBER": "phone", "EMAIL": "email", "IBAN": "bank_account", "SWISS_AVS": STATE}
CASES: Final = {
    "IBAN_CODE": ("bank_account", "IBAN: "),
    "DE_VAT_ID": ("vat_id", "USt-IdNr.: "),
    "DE_ID_CARD": (STATE, "Personalausweis: "),
    "DE_TAX_ID": (STATE, "Steuer-ID: "),
    "US_SSN": (STATE, "SSN: "),
    "UK_NINO": (STATE, "National Insurance number: "),
    "UK_NHS": (STATE, "NHS number: "),
    "IT_IDENTITY_CARD": (STATE, "carta d'identità: "),
    "PL_PESEL": (STATE, "PESEL: "),
    "US_PASSPORT": ("passport", "passport no. "),
    "ES_PASSPORT": ("passport", "pasaporte: "),
    "IT_PASSPORT": ("passport", "passaporto: "),
    "UK_VEHICLE_REGISTRATION": ("licence_plate", "number plate: "),
}
"""Entities of Presidio's own tests -> kind and the label that is written before the number, for both tools."""
PLAIN: Final = re.compile(r"[^\s\"()@]+@[^\s@\[]+")
NUMBER: Final = re.compile(r"(?:[A-Za-z]{1,2}[ .-]?)?\d(?:[\w .-]*\d)?")
"""The number in a case that does not say where it is."""
DOCTESTS: Final = {
    "be_ssn": (STATE, "Rijksregisternummer"),
    "be_vat": ("vat_id", "BTW-nummer"),
    "bg_egn": (STATE, "ЕГН"),
    "ch_ssn": (STATE, "AHV-Nr."),
    "cz_rc": (STATE, "rodné číslo"),
    "de_idnr": (STATE, "Steuer-ID"),
    "ee_ik": (STATE, "isikukood"),
    "es_nif": (STATE, "NIF"),
    "gb_utr": (STATE, "UTR"),
    "gb_vat": ("vat_id", "VAT no."),
    "gr_amka": (STATE, "ΑΜΚΑ"),
    "is_kennitala": (STATE, "kennitala"),
    "it_codicefiscale": (STATE, "codice fiscale"),
    "mac": ("mac_address", "MAC address"),
    "no_fodselsnummer": (STATE, "fødselsnummer"),
    "pt_cc": (STATE, "cartão de cidadão"),
    "si_emso": (STATE, "EMŠO"),
}
"""Doctests of python-stdnum -> kind, label in a language of the country."""

OFFICES: Final = {
    "es_nif": re.compile(r"(?i)(?:ES)?[ -]?[ABCDEFGHJNPQRSUVW]"),
    "gb_vat": re.compile(r"(?i)(?:GB)?[ -]?(?:GD|HA)"),
    "is_kennitala": re.compile(r"[4-7]"),
    "it_codicefiscale": re.compile(r"[0-9]{11}\Z"),
}
"""Numbers among these that no person has: companies in Spain, Iceland and Italy, departments and health authorities."""
CARD: Final = re.compile(r"(?i)(?<![0-9A-Z])(?=[A-Z]*[0-9])[0-9A-Z]{9}(?![0-9A-Z])")
"""The number of a German identity card without its check digit."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One set of labelled texts."""

    name: str
    samples: tuple[Sample, ...]
    kinds: frozenset[str]
    """Kinds that are labelled, as they are counted."""
    regions: frozenset[str] = DEFAULT
    people: tuple[Person, ...] = ()
    """The directory of names; without it names are not judged."""
    note: str = ""


def own() -> Iterator[Labelled]:
    """Yield the set of this project, one language after the other, and the texts that were held out."""
    people = tuple(
        Person(each["display_name"], (each["username"],), (each["email"],), left=each["left"])
        for each in json.loads((LABELLED / "people.json").read_text("utf-8"))
    )
    by_language = {language: _read(LABELLED / f"{language}.jsonl", language) for language in LANGUAGES}
    kinds = frozenset(spot.kind for samples in by_language.values() for sample in samples for spot in sample.spots)
    for language, samples in by_language.items():
        yield Labelled(f"own {language}", samples, kinds, EUROPE, people)
    for name, folder in HELD.items():
        held = tuple(
            each for language in LANGUAGES for each in _read(LABELLED / folder / f"{language}.jsonl", language)
        )
        yield Labelled(name, held, kinds, EUROPE, people)


def _read(path: Path, language: str) -> tuple[Sample, ...]:
    return tuple(
        Sample(
            text=each["text"],
            language=language,
            spots=tuple(Spot(start, end, counted(kind)) for start, end, kind in each["spans"]),
            free=tuple((start, end) for start, end in each.get("free", ())),
        )
        for each in map(json.loads, path.read_text("utf-8").splitlines())
    )


def others() -> Iterator[Labelled]:
    """Yield the public sets that are there; none of them was made by this project."""
    if CORPUS.is_dir():
        makers: tuple[Callable[[], Labelled], ...] = (
            synthetic,
            large,
            swiss,
            cases,
            matcher,
            examples,
            addresses,
            doctests,
        )
        for make in makers:
            yield make()


def synthetic() -> Labelled:
    """Return synth_dataset_v2 of presidio-research, with a directory of half of its people."""
    return _research("synth_dataset_v2", "data/synth_dataset_v2.json")


def large() -> Labelled:
    """Return generated_large of presidio-research, with a directory of half of its people."""
    return _research("generated_large", "tests/data/generated_large.json")


def _research(name: str, path: str) -> Labelled:
    records = json.loads((CORPUS / "microsoft+presidio-research" / path).read_text("utf-8"))
    names = {full.casefold(): full for record in records for span in record["spans"] if (full := _full_name(span))}
    # Not for secrets: the same half in every run.
    known = frozenset(random.Random(SEED).sample(sorted(names), len(names) // 2))
    samples = []
    for record in records:
        spans = record["spans"]
        spots = [_spot(each, RESEARCH[each["entity_type"]]) for each in spans if each["entity_type"] in RESEARCH]
        spots += [_named(each, full) for each in spans if (full := _full_name(each)).casefold() in known]
        free = tuple(
            (each["start_position"], each["end_position"])
            for each in spans
            if each["entity_type"] == "PERSON" and not _full_name(each)
        )
        samples.append(Sample(record["full_text"], "en", tuple(spots), free))
    people = tuple(Person(names[each]) for each in sorted(known))
    note = f"directory: {len(known):,} of {len(names):,} full names, drawn by a fixed seed; single names are not judged"
    return Labelled(name, tuple(samples), frozenset({*RESEARCH.values(), NAME}), DEFAULT, people, note)


def _full_name(span: Mapping[str, Any]) -> str:
    """Return a name of two words or more without titles, or nothing."""
    if span["entity_type"] != "PERSON":
        return ""
    name = TITLES.sub("", span["entity_value"]).strip(" ,")
    return name if " " in name else ""


def _named(span: Mapping[str, Any], name: str) -> Spot:
    start = span["start_position"] + span["entity_value"].index(name)
    return Spot(start, start + len(name), NAME)


def _spot(span: Mapping[str, Any], kind: str) -> Spot:
    return Spot(span["start_position"], span["end_position"], kind)


def swiss() -> Labelled:
    """Return the Swiss documents of PII-Anonymizer that were labelled, each labelled value wherever it stands."""
    folder = CORPUS / "ch8ri0s+PII-Anonymizer" / "test" / "fixtures"
    documents = json.loads((folder / "piiAnnotated" / "realistic-ground-truth.json").read_text("utf-8"))["documents"]
    samples, impossible = [], 0
    for name, document in documents.items():
        if not document["entities"]:
            continue
        text = (folder / "realistic" / name).read_text("utf-8")
        spots, free = [], []
        for kind, value in dict.fromkeys((each["type"], each["text"]) for each in document["entities"]):
            places = [found.span() for found in re.finditer(re.escape(value), text)]
            if _is_impossible(kind, value):
                free += places
            elif kind in SWISS:
                spots += [Spot(start, end, SWISS[kind]) for start, end in places]
        impossible += len(free)
        samples.append(Sample(text, document["language"], tuple(spots), tuple(free)))
    note = f"{impossible} labelled IBANs and AHV numbers have wrong check digits and count for neither side"
    return Labelled("PII-Anonymizer", tuple(samples), frozenset(SWISS.values()), frozenset({"CH"}), note=note)


def _is_impossible(kind: str, value: str) -> bool:
    return (kind == "IBAN" and not iban.is_valid(value)) or (kind == "SWISS_AVS" and not avs.is_valid(value))


def cases() -> Labelled:
    """Return the cases of Presidio's own tests for the kinds that both tools know, each behind its label."""
    samples, unchecked, wrong = [], set(), set()
    for line in (CORPUS / "presidio-recognizer-cases" / "given.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        entity, (text, expected, *more) = record["entities"].strip('"'), record["values"]
        if entity not in CASES or not isinstance(text, str):
            continue
        kind, label = CASES[entity]
        if entity == "DE_ID_CARD" and CARD.search(text):
            unchecked.add(text)
            continue
        number = NUMBER.search(text)
        if entity == "DE_VAT_ID" and expected and number and not vat.is_valid(number[0]):
            wrong.add(text)
            continue
        places = more[0] if more and isinstance(more[0], list) else []
        if not expected:
            places = []
        elif not places and number:
            places = [number.span()]
        spots = tuple(Spot(start + len(label), end + len(label), kind) for start, end in places)
        samples.append(Sample(label + text, "en", spots))
    kinds = frozenset(kind for kind, _ in CASES.values())
    note = (
        f"left out for both sides: {len(unchecked)} numbers of German identity cards, whose ninth character these tests"
        f" take for a check digit (it is the tenth), {len(wrong)} German VAT ids with wrong check digits"
    )
    return Labelled("recogniser cases", tuple(dict.fromkeys(samples)), kinds, note=note)


def matcher() -> Labelled:
    """Return the cases of phonenumbers' matcher: what it takes for valid is labelled, the impossible ones are not."""
    samples, regions = [], set()
    for line in (CORPUS / "phone-matcher-cases" / "given.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        regions.add(record["region"])
        found = list(phonenumbers.PhoneNumberMatcher(record["text"], record["region"]))
        spots = tuple(Spot(each.start, each.end, "phone") for each in found)
        samples.append(Sample(record["text"], "en", spots))
    note = "labelled by the matcher itself, which is what Presidio's recogniser calls"
    return Labelled("matcher cases", tuple(samples), frozenset({"phone"}), frozenset(regions), note=note)


def examples() -> Labelled:
    """Return the example numbers of all regions in international form, in a sentence."""
    samples = []
    for line in (CORPUS / "phone-example-numbers.tsv").read_text("utf-8").splitlines()[1:]:
        number = phonenumbers.parse(line.split("\t")[4])
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        samples.append(_sentence("Call ", written, " before noon.", "phone"))
    return Labelled("example numbers", tuple(dict.fromkeys(samples)), frozenset({"phone"}))


def addresses() -> Labelled:
    """Return the valid addresses of isemail without comments and quotes: a faulty one may hold a right one."""
    samples = []
    for test in ET.parse(CORPUS / "dominicsayers+isemail" / "test" / "tests.xml").getroot().iter("test"):  # noqa: S314
        address, category = test.findtext("address") or "", test.findtext("category") or ""
        if category in {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"} and PLAIN.fullmatch(address):
            samples.append(_sentence("Write to ", address, " soon.", "email"))
    return Labelled("isemail", tuple(samples), frozenset({"email"}))


def _sentence(before: str, value: str, behind: str, kind: str) -> Sample:
    return Sample(before + value + behind, "en", (Spot(len(before), len(before) + len(value), kind),))


def doctests() -> Labelled:
    """Return the valid numbers in the doctests of python-stdnum for schemes in scope, each behind its label."""
    samples, left_out = [], 0
    for name, (kind, label) in DOCTESTS.items():
        country, _, scheme = name.partition("_")
        module = get_cc_module(country, scheme) if scheme else mac
        text = (CORPUS / "arthurdejong+python-stdnum" / "tests" / f"test_{name}.doctest").read_text("utf-8")
        listed = [line for block in re.findall(r"'''(.*?)'''", text, re.DOTALL) for line in block.split()]
        numbers = dict.fromkeys([*listed, *re.findall(r"\('([^'\n]+)'\)", text)])
        valid = [number for number in numbers if module.is_valid(number)]
        persons = [number for number in valid if not (name in OFFICES and OFFICES[name].match(number))]
        left_out += len(valid) - len(persons)
        samples += [_sentence(f"{label}: ", number, "", kind) for number in persons]
    note = f"left out for both sides: {left_out} numbers of companies and government departments"
    return Labelled("stdnum doctests", tuple(samples), frozenset(kind for kind, _ in DOCTESTS.values()), note=note)

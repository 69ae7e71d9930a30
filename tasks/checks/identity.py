"""Numbers that stand for one person or account: national ids, bank accounts, cards and internet addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from functools import cache

_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_SAMPLE_IBANS = frozenset(
    {
        "DE89370400440532013000",
        "GB82WEST12345698765432",
        "GB29NWBK60161331926819",
        "GB33BUKB20201555555555",
        "FR1420041010050500013M02606",
        "FR7630006000011234567890189",
        "NL91ABNA0417164300",
        "CH9300762011623852957",
        "ES9121000418450200051332",
        "IT60X0542811101000000123456",
        "NO9386011117947",
        "BE68539007547034",
        "AT611904300234573201",
        "SE4550000000058398257466",
        "DK5000400440116243",
        "PL61109010140000071219812874",
    }
)
"""Printed in every guide to the format."""
_CARD = re.compile(r"(?<![\w.,+/-])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}|3[47]\d{2}([ -]?)\d{6}\2\d{5})(?![\w/-]|[.,]\d)")
_CARD_START = re.compile(r"4|5[1-5]|2[2-7]|6(?:011|5)|3[47]")
_CARD_CUE = re.compile(r"\b(?:card|visa|mastercard|amex|american express|credit|debit|kreditkarte|carte)\b", re.I)
_SAMPLE_CARDS = frozenset(
    {
        "4111111111111111",
        "4242424242424242",
        "4012888888881881",
        "4000056655665556",
        "4532015112830366",
        "4539578763621486",
        "4000000000000002",
        "5555555555554444",
        "5105105105105100",
        "5200828282828210",
        "2223003122003222",
        "378282246310005",
        "371449635398431",
        "6011111111111117",
        "6011000990139424",
        "4916338506082832",
        "4556737586899855",
        "5425233430109903",
        "4000000000000000",
    }
)
_SSN = re.compile(r"(?<![\w.-])(?!000|666|9)(\d{3})-(?!00)(\d{2})-(?!0000)(\d{4})(?![\w-]|\.\d)")
_SAMPLE_SSNS = frozenset({"078-05-1120", "219-09-9999", "123-45-6789", "987-65-4321", "111-22-3333", "111-11-1111"})
_NINO = re.compile(
    r"(?<!\w)(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]( ?)\d{2}\1\d{2}\1\d{2}\1[A-D](?!\w)"
)
_NINO_CUE = re.compile(r"\b(?:national insurance|nino|ni (?:number|no))\b", re.I)
_CPF = re.compile(r"(?<![\d.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)")
_FISCAL = re.compile(r"(?<!\w)[A-Z]{6}\d{2}[A-EHLMPRST](?:[0-6]\d|7[01])[A-Z]\d{3}[A-Z](?!\w)")
_NORDIC = re.compile(r"(?<![\w.-])(?:19|20)?(\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])-(\d{4})(?![\w-])")
_DNI = re.compile(r"(?<![\w.])(\d{8})-?([A-HJ-NP-TV-Z])(?!\w)")
_DNI_CUE = re.compile(r"\b(?:dni|nif|d\.n\.i\.|documento)\b", re.I)
_NIR = re.compile(r"(?<!\d)([12]) ?(\d{2}) ?(0[1-9]|1[0-2]) ?(\d{2}) ?(\d{3}) ?(\d{3}) ?(\d{2})(?!\d)")
_NAMED = re.compile(
    r"\b(?:passport|driver'?s? licen[cs]e|driving licen[cs]e|identity card|id card|social security|tax(?:payer)? id\w*"
    r"|personal identification|medicare|aadhaar|pesel|bsn|nhs|personalausweis|reisepass|steuer-?id)\s*(?:number|no|nr|num|id)?\.?"
    r"\s*(?:is|was|[:#=])\s*((?=(?:[ -]?[A-Z0-9]){7,})(?=(?:\D*\d){5})[A-Z0-9][A-Z0-9 -]{5,18}[A-Z0-9])(?!\w)",
    re.I,
)
_IPV4 = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,4}(?![\w:])", re.I)
_DENSE = re.compile(r"\d(?:[ .()/+\u00a0-]{0,3}\d){6}")
_DIGIT = re.compile(r"\d")
_DOTTED = re.compile(r"\d\.\d")
_CODED = re.compile(r"[A-Z]{2} ?\d{2}")
_SIGNS = (
    *("passport", "licen", "identity card", "id card", "social security", "tax", "personal id", "medicare", "aadhaar"),
    *("pesel", "bsn", "nhs", "personalausweis", "reisepass", "steuer"),
)
_VERSION = re.compile(r"(?:\bv(?:ersion|er)?\.?|\brelease|\bsection|\bchapter|\bbuild|§)\s*$", re.I)
_RESOLVERS = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "208.67.222.222", "208.67.220.220"})


def identities(text: str) -> Iterator[tuple[str, str]]:
    """Each number of a person, an account or a machine at home whose form and check digits hold."""
    # Most texts show at a glance that they have none; each pattern on its own would cost as much as all glances.
    if text.count(":") > 2:
        yield from (("an internet address", m[0]) for m in _IPV6.finditer(text) if _public(m[0]))
    if not _DIGIT.search(text):
        return
    if dense(text):
        yield from _accounts(text)
        yield from (("a national id", found) for found in _national(text))
    if _CODED.search(text):
        yield from (("a national id", found) for found in _coded(text))
    said = text.lower()
    if any(sign in said for sign in _SIGNS):
        yield from (("a national id", m[1]) for m in _NAMED.finditer(text) if _drawn(m[1]))
    for m in _IPV4.finditer(text) if _DOTTED.search(text) else ():
        if not _VERSION.search(text[max(0, m.start() - 12) : m.start()]) and _public(m[0]):
            yield "an internet address", m[0]


def dense(text: str) -> bool:
    """Whether seven digits stand close together: less is no number of a person, an account or a telephone."""
    return _DENSE.search(text) is not None


def _accounts(text: str) -> Iterator[tuple[str, str]]:
    for m in _IBAN.finditer(text):
        if (found := m[0].replace(" ", "")) not in _SAMPLE_IBANS and _holds("iban", found):
            yield "a bank account number", m[0]
    for m in _CARD.finditer(text):
        digits = re.sub(r"\D", "", m[0])
        cued = " " in m[0] or "-" in m[0] or _near(_CARD_CUE, text, m)
        if (
            cued
            and _CARD_START.match(digits)
            and _holds("luhn", digits)
            and digits not in _SAMPLE_CARDS
            and len(set(digits)) > 3
        ):
            yield "a card number", m[0]


def _near(cue: re.Pattern[str], text: str, m: re.Match[str]) -> bool:
    return cue.search(text[max(0, m.start() - 60) : m.end() + 30]) is not None


def _national(text: str) -> Iterator[str]:
    yield from (m[0] for m in _SSN.finditer(text) if m[0] not in _SAMPLE_SSNS)
    yield from (m[0] for m in _CPF.finditer(text) if _holds("cpf", m[0]))
    for m in _NORDIC.finditer(text):
        if _holds("luhn", m[1] + m[2] + m[3] + m[4]):
            yield m[0]
    for m in _DNI.finditer(text):
        if _holds("dni", m[1] + m[2]) and m[1] != "12345678" and _near(_DNI_CUE, text, m):
            yield m[0]
    yield from (m[0] for m in _NIR.finditer(text) if _holds("nir", m[0]))


def _coded(text: str) -> Iterator[str]:
    yield from (m[0] for m in _NINO.finditer(text) if m[1] or _near(_NINO_CUE, text, m))
    yield from (m[0] for m in _FISCAL.finditer(text) if _holds("fiscal", m[0]))


def _drawn(value: str) -> bool:
    return len(set(re.sub(r"\D", "", value))) > 2 and "123456" not in value


def _holds(kind: str, number: str) -> bool:
    """Whether a number has the length and the check digits of its kind."""
    return _rules()[kind](number)


@cache
def _rules() -> dict[str, Callable[[str], bool]]:
    # Imported where a pattern finds the first candidate: most texts have none, and the command line never asks.
    from stdnum import iban, luhn
    from stdnum.br import cpf
    from stdnum.es import dni
    from stdnum.fr import nir
    from stdnum.it import codicefiscale

    kinds = {"iban": iban, "luhn": luhn, "cpf": cpf, "dni": dni, "nir": nir, "fiscal": codicefiscale}
    return {name: kind.is_valid for name, kind in kinds.items()}


def _public(value: str) -> bool:
    try:
        found = ipaddress.ip_address(value)
    except ValueError:
        return False
    # Small parts are the numbers of a version or a section.
    if isinstance(found, ipaddress.IPv4Address) and sum(int(part) > 19 for part in value.split(".")) < 2:
        return False
    return found.is_global and not found.is_multicast and value not in _RESOLVERS

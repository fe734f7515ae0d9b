"""Signatures of blob addresses: each covered field, expiry, keys."""

from urllib.parse import parse_qsl, quote, urlencode

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from apps.core.blobs import new_key
from apps.core.blobs.signing import get_path, put_path, read_get, read_put
from apps.core.blobs.terms import GetTerms, PutTerms
from apps.core.errors import Forbidden, InvalidInput
from tests.core.blobs.build import md5

NOON = "2026-03-01T12:00:00Z"
KEY = "0123456789abcdef" * 2
PUT = PutTerms(size=8, md5=md5(b"12345678"))
GET = GetTerms(filename="a b/ü&=+.png", content_type="image/png", attachment=True, scripts=True)


def _split(path: str) -> tuple[str, bytes]:
    address, _, query = path.partition("?")
    return address, query.encode()


def _changed(path: str, **changes: str | None) -> tuple[str, bytes]:
    """Return the address with fields replaced, added, or (None) removed."""
    address, query = _split(path)
    fields = {**dict(parse_qsl(query.decode())), **changes}
    return address, urlencode({name: value for name, value in fields.items() if value is not None}).encode()


def test_terms_of_an_upload_come_back() -> None:
    assert read_put(*_split(put_path(KEY, PUT))) == (KEY, PUT)
    most = PutTerms(max_size=10**13)
    assert read_put(*_split(put_path(KEY, most))) == (KEY, most)


def test_terms_of_a_download_come_back() -> None:
    key, terms = read_get(*_split(get_path(KEY, GET)))
    assert (key, terms) == (KEY, GetTerms(filename="ü&=+.png", content_type="image/png", attachment=True, scripts=True))


@given(name=st.text(max_size=300), kind=st.text(max_size=100))
def test_any_name_can_be_signed(name: str, kind: str) -> None:
    path = get_path(KEY, GetTerms(filename=name, content_type=kind.encode("utf-8", "ignore").decode()))
    _, terms = read_get(*_split(path))
    assert all(letter.isascii() and letter.isprintable() for letter in path + terms.disposition + terms.media_type)


@pytest.mark.parametrize(
    "change",
    [
        {"size": "9"},
        {"size": None, "max": "8"},
        {"size": None},
        {"max": "100"},
        {"md5": md5(b"other")},
        {"md5": None},
        {"expires": "9999999999"},
        {"sig": "A" * 43},
        {"sig": ""},
        {"sig": None},
        {"unknown": "1"},
    ],
)
def test_no_field_of_an_upload_can_be_changed(change: dict[str, str | None]) -> None:
    with pytest.raises(Forbidden) as refused:
        read_put(*_changed(put_path(KEY, PUT), **change))
    assert refused.value.code == "bad_signature"


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other.png"},
        {"name": None},
        {"type": "text/html"},
        {"type": None},
        {"as": None},
        {"as": "inline"},
        {"scripts": None},
        {"expires": "9999999999"},
        {"sig": None},
        {"unknown": ""},
    ],
)
def test_no_field_of_a_download_can_be_changed(change: dict[str, str | None]) -> None:
    with pytest.raises(Forbidden):
        read_get(*_changed(get_path(KEY, GET), **change))


def test_scripts_cannot_be_added() -> None:
    with pytest.raises(Forbidden):
        read_get(*_changed(get_path(KEY, GetTerms(filename="a.html")), scripts="1"))


def test_key_and_method_are_covered() -> None:
    address, query = _split(get_path(KEY, GET))
    with pytest.raises(Forbidden):
        read_get(address.replace(KEY, new_key()), query)
    with pytest.raises(Forbidden):
        read_put(*_split(get_path(KEY, GetTerms())))
    with pytest.raises(Forbidden):
        read_get(*_split(put_path(KEY, PUT)))


def test_a_field_given_twice_is_refused() -> None:
    address, query = _split(put_path(KEY, PUT))
    with pytest.raises(Forbidden):
        read_put(address, b"size=9&" + query)


@pytest.mark.parametrize(
    "query", [b"", b"&&&", b"\xff\xfe", b"sig=" + b"a=1&" * 50, b"expires=x&sig=y", b"%zz=%ff&sig=1"]
)
def test_rubbish_is_refused(query: bytes) -> None:
    with pytest.raises(Forbidden):
        read_get(f"/blobs/{KEY}", query)


def test_another_spelling_of_the_same_address_holds() -> None:
    """Clients may quote more or less than we do."""
    address, query = _split(get_path(KEY, GET))
    respelt = "&".join(f"{name}={quote(value, safe='&=/'[2:])}" for name, value in reversed(parse_qsl(query.decode())))
    assert read_get(address, respelt.encode())[0] == KEY


@pytest.mark.parametrize(("path", "seconds"), [("put", 24 * 3600), ("get", 3600)])
def test_an_address_expires(path: str, seconds: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        signed = put_path(KEY, PUT) if path == "put" else get_path(KEY, GET)
        check = read_put if path == "put" else read_get
        clock.shift(seconds)
        check(*_split(signed))
        clock.shift(1)
        with pytest.raises(Forbidden, match="expired") as refused:
            check(*_split(signed))
        assert refused.value.code == "expired"


def test_a_new_secret_ends_old_addresses_unless_the_old_one_is_kept(settings: Settings) -> None:
    signed, old = _split(put_path(KEY, PUT)), settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    with pytest.raises(Forbidden):
        read_put(*signed)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert read_put(*signed)[0] == KEY


def test_an_upload_is_for_a_size_or_a_maximum() -> None:
    with pytest.raises(ValueError, match="size"):
        PutTerms()
    with pytest.raises(ValueError, match="size"):
        PutTerms(size=1, max_size=2)
    with pytest.raises(InvalidInput, match="not an MD5"):
        PutTerms(size=1, md5="900150983cd24fb0d6963f7d28e17f72")

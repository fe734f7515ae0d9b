"""What presigned addresses of an object store cover. (moto checks no signatures; see conftest.)"""

from urllib.parse import parse_qs, urlsplit

import pytest

from apps.core.blobs import BlobStore, new_key, signed_get_url, signed_put_url
from tests.core.blobs.build import md5


def _query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_size_and_md5_are_part_of_the_signature(bucket: BlobStore) -> None:
    upload = signed_put_url(None, new_key(), size=3, md5=md5(b"abc"))
    query = _query(upload.url)
    assert query["X-Amz-SignedHeaders"] == "content-length;content-md5;host"
    assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert query["X-Amz-Expires"] == "86400"
    assert upload.headers == {"Content-MD5": md5(b"abc")}


def test_two_sizes_have_two_signatures(bucket: BlobStore) -> None:
    key = new_key()
    signatures = {_query(signed_put_url(None, key, size=size).url)["X-Amz-Signature"] for size in (3, 4)}
    assert len(signatures) == 2


def test_a_download_lasts_an_hour_and_names_its_file(bucket: BlobStore) -> None:
    query = _query(signed_get_url(None, new_key(), filename="plot.png"))
    assert query["X-Amz-Expires"] == "3600"
    assert query["response-content-type"] == "image/png"
    assert query["response-content-disposition"] == 'inline; filename="plot.png"'


@pytest.mark.parametrize("name", ["page.html", "drawing.svg"])
def test_what_a_browser_would_run_is_only_for_download(bucket: BlobStore, name: str) -> None:
    """An object store cannot be told to answer with a sandbox."""
    query = _query(signed_get_url(None, new_key(), filename=name, scripts=True))
    assert query["response-content-disposition"].startswith("attachment")


def test_an_etag_that_is_no_md5_is_not_taken_for_one(bucket: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    bucket.write(key, [b"abc"])
    head = {"ETag": '"900150983cd24fb0d6963f7d28e17f72-3"', "ContentLength": 3}
    monkeypatch.setattr(bucket._client, "head_object", lambda **_: head)  # type: ignore[attr-defined]
    stat = bucket.stat(key)
    assert stat is not None
    assert (stat.size, stat.md5) == (3, None)

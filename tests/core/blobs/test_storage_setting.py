"""CARNET_STORAGE_URL: which store it means, and what cannot be parsed stops the start with one line."""

from pathlib import Path

import pytest
from pytest_django import Settings

from apps.core.blobs import blob_store
from apps.core.blobs.folder import FolderStore
from apps.core.blobs.s3 import S3Store
from config import env

FOLDER = "apps.core.blobs.folder.FolderStore"


def _storage(monkeypatch: pytest.MonkeyPatch, url: str, data: Path) -> dict[str, object]:
    monkeypatch.setenv("CARNET_STORAGE_URL", url)
    return env.storage(data)


def test_the_default_is_a_folder_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    expected = {"BACKEND": FOLDER, "OPTIONS": {"path": tmp_path / "blobs"}}
    assert _storage(monkeypatch, "", tmp_path) == expected


def test_a_folder_may_be_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "with blank" / "é"
    assert _storage(monkeypatch, folder.as_uri(), tmp_path)["OPTIONS"] == {"path": folder}
    assert folder.is_dir()


def test_an_object_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    url = "s3://KEY:sec%2Fret@minio.example.org:9000/my-bucket?region=eu-west-1&tls=0"
    assert _storage(monkeypatch, url, tmp_path) == {
        "BACKEND": "apps.core.blobs.s3.S3Store",
        "OPTIONS": {
            "endpoint": "http://minio.example.org:9000",
            "bucket": "my-bucket",
            "region": "eu-west-1",
            "access_key": "KEY",
            "secret_key": "sec/ret",
        },
    }
    options = _storage(monkeypatch, "s3://k:s@s3.example.org/bucket", tmp_path)["OPTIONS"]
    assert isinstance(options, dict)
    assert (options["endpoint"], options["region"]) == ("https://s3.example.org", "us-east-1")


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "ftp://host/path",
        "/plain/path",
        "file://host/path",
        "file:relative",
        "file:///proc/nowhere",
        "s3://",
        "s3://host/bucket",
        "s3://key@host/bucket",
        "s3://key:secret@host",
        "s3://key:secret@host/Bad_Bucket",
        "s3://key:secret@host/a/b",
        "s3://key:secret@host:port/bucket",
        "s3://key:secret@host/bucket?tls=maybe",
        "s3://key:secret@host/bucket?colour=red",
    ],
)
def test_what_cannot_be_parsed_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        _storage(monkeypatch, url, tmp_path)
    line = str(stopped.value)
    assert line.startswith("carnet: CARNET_STORAGE_URL cannot be used: ")
    assert "\n" not in line
    assert "secret" not in line


def test_the_setting_chooses_the_store(settings: Settings, tmp_path: Path) -> None:
    settings.CARNET_STORAGE = {"BACKEND": FOLDER, "OPTIONS": {"path": tmp_path}}
    first = blob_store()
    assert isinstance(first, FolderStore)
    assert blob_store() is first
    options = {"endpoint": "http://x", "bucket": "b", "region": "r", "access_key": "a", "secret_key": "s"}
    settings.CARNET_STORAGE = {"BACKEND": "apps.core.blobs.s3.S3Store", "OPTIONS": options}
    assert isinstance(blob_store(), S3Store)

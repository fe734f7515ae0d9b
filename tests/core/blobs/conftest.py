"""Stores to test: a folder, and a bucket of an S3 server that runs in this process (moto).

What moto cannot show, since it checks no signature, expiry, size or MD5: that a real store refuses what the presigned
address does not cover. `test_s3_addresses.py` holds instead that all of it stands in the signature.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from apps.core.blobs import BlobStore, blob_store
from apps.core.blobs.asgi import application
from apps.core.blobs.folder import FolderStore

ORIGIN = "http://carnet.test"


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> FolderStore:
    settings.CARNET_EXTERNAL_URL = ORIGIN
    settings.CARNET_CONTENT_URL = ""
    settings.CARNET_STORAGE = {
        "BACKEND": "apps.core.blobs.folder.FolderStore",
        "OPTIONS": {"path": tmp_path / "blobs"},
    }
    store = blob_store()
    assert isinstance(store, FolderStore)
    return store


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(settings: Settings, s3_endpoint: str) -> BlobStore:
    options = {"endpoint": s3_endpoint, "region": "us-east-1", "access_key": "someone", "secret_key": "secret"}
    boto3.client(
        "s3",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id="someone",
        aws_secret_access_key="secret",
    ).create_bucket(Bucket="carnet")
    settings.CARNET_STORAGE = {"BACKEND": "apps.core.blobs.s3.S3Store", "OPTIONS": {"bucket": "carnet", **options}}
    return blob_store()


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest) -> BlobStore:
    """Each store in turn."""
    chosen: BlobStore = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
async def server(folder: FolderStore) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the blob server over the folder store, without a socket between them."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url=ORIGIN) as client:
        yield client


@pytest.fixture
async def client(request: pytest.FixtureRequest, store: BlobStore) -> AsyncIterator[httpx.AsyncClient]:
    """A client that reaches whatever serves the addresses of `store`."""
    transport = httpx.ASGITransport(application) if isinstance(store, FolderStore) else None
    async with httpx.AsyncClient(transport=transport) as client:
        yield client

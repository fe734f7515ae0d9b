"""The blob store in an S3-compatible object store. Clients talk to it directly, by presigned addresses (SigV4).

What a presigned address can and cannot hold: method, key, exact size and MD5 are covered; a maximum size is not
(compare `stat` at commit), nor is `Content-Security-Policy` (so what a browser would run is only offered for download).
An ETag is the MD5 of what one PUT brought; after a multipart upload or under KMS encryption it is not: `stat` says so.

Path not taken: django-storages. It signs no upload with size and MD5, and answers neither digest nor ranges.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import md5
from typing import TYPE_CHECKING, Any

from apps.core.blobs.digests import md5_of_hex
from apps.core.blobs.store import BLOCK_BYTES, BlobStat, SignedPut
from apps.core.blobs.terms import GET_SECONDS, PUT_SECONDS, GetTerms, PutTerms
from apps.core.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MD5 = re.compile(r'"?([0-9a-f]{32})"?')
_SPOOL_BYTES = 8 * 2**20
_ACTIVE = ("text/html", "image/svg+xml")
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})


class S3Store:
    """Blobs in one bucket, which must exist."""

    def __init__(self, *, endpoint: str, bucket: str, region: str, access_key: str, secret_key: str) -> None:
        self._bucket = bucket
        self._options: dict[str, Any] = {
            "endpoint_url": endpoint,
            "region_name": region,
            "aws_access_key_id": access_key,
            "aws_secret_access_key": secret_key,
        }

    def write(self, key: str, chunks: Iterable[bytes]) -> BlobStat:
        digest, size = md5(usedforsecurity=False), 0
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spool:
            for chunk in chunks:
                digest.update(chunk)
                size += spool.write(chunk)
            spool.seek(0)
            stat = BlobStat(size, md5_of_hex(digest.hexdigest()))
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=spool, ContentLength=size, ContentMD5=stat.md5 or ""
            )
        return stat

    def open(self, key: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        stat = self.stat(key)
        if stat is None:
            raise NotFound("The bytes of this file have not arrived, or were deleted.")
        end = stat.size if stop is None else min(stop, stat.size)
        if start < end:
            answer = self._client.get_object(Bucket=self._bucket, Key=key, Range=f"bytes={start}-{end - 1}")
            yield from answer["Body"].iter_chunks(BLOCK_BYTES)

    def stat(self, key: str) -> BlobStat | None:
        from botocore.exceptions import ClientError

        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise
        plain = _MD5.fullmatch(head["ETag"]) if head.get("ServerSideEncryption") != "aws:kms" else None
        return BlobStat(head["ContentLength"], md5_of_hex(plain[1]) if plain else None)

    def seal(self, key: str) -> BlobStat | None:
        """A signed address of a bucket stays good until it expires; only a term such as an MD5 would bind it."""
        return self.stat(key)

    def delete(self, key: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def put_address(self, key: str, terms: PutTerms) -> SignedPut:
        covered: dict[str, Any] = {"ContentMD5": terms.md5} if terms.md5 else {}
        if terms.size is not None:
            covered["ContentLength"] = terms.size
        url = self._signed("put_object", {"Key": key, **covered}, PUT_SECONDS)
        return SignedPut(url, {"Content-MD5": terms.md5} if terms.md5 else {})

    def get_address(self, key: str, terms: GetTerms) -> str:
        terms = _download_if_active(terms)
        answer = {
            "ResponseCacheControl": "private",
            "ResponseContentDisposition": terms.disposition,
            "ResponseContentType": terms.media_type,
        }
        return self._signed("get_object", {"Key": key, **answer}, GET_SECONDS)

    def _signed(self, operation: str, params: dict[str, Any], lifetime_seconds: int) -> str:
        return self._client.generate_presigned_url(
            operation, Params={"Bucket": self._bucket, **params}, ExpiresIn=lifetime_seconds
        )

    @cached_property
    def _client(self) -> "S3Client":
        import boto3
        from botocore.config import Config

        config = Config(
            signature_version="s3v4",
            connect_timeout=5,
            read_timeout=60,
            max_pool_connections=32,
            retries={"mode": "standard", "max_attempts": 5},
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",  # stores other than Amazon's refuse the newer checksums
            response_checksum_validation="when_required",
        )
        return boto3.client("s3", config=config, **self._options)


def _download_if_active(terms: GetTerms) -> GetTerms:
    if not terms.media_type.startswith(_ACTIVE):
        return terms
    return GetTerms(filename=terms.filename, content_type=terms.content_type, attachment=True)

"""Bytes of files: stored under opaque keys, sent and fetched by signed addresses that bypass Django.

    key = new_key()                                            # random; says nothing about name, owner or content
    upload = signed_put_url(request, key, size=8, md5="9bvn2GDNmWB4RLmrBb4Ttw==")
    …                                                          # the client PUTs to upload.url with upload.headers
    blob_store().stat(key)                                     # BlobStat(size=8, md5="9bvn…"), or None: not arrived
    signed_get_url(request, key, filename="a.txt")

An MD5 is written in base64 (24 characters), as in manifests and `Content-MD5`; hex only in an `ETag` and in addresses.
"""

from apps.core.blobs.addresses import signed_get_path, signed_get_url, signed_put_url
from apps.core.blobs.digests import is_md5, md5_of_hex, md5_to_hex
from apps.core.blobs.store import BlobStat, BlobStore, SignedPut, blob_store, new_key

__all__ = [
    "BlobStat",
    "BlobStore",
    "SignedPut",
    "blob_store",
    "is_md5",
    "md5_of_hex",
    "md5_to_hex",
    "new_key",
    "signed_get_path",
    "signed_get_url",
    "signed_put_url",
]

"""What a signed address allows and promises, whoever signs it."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.http import content_disposition_header

from apps.core.blobs.content import content_type
from apps.core.blobs.digests import is_md5
from apps.core.errors import InvalidInput

PUT_SECONDS = 24 * 3600
GET_SECONDS = 3600
NAME_CHARACTERS = 200
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}(; ?charset=[\w-]{1,20})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PutTerms:
    """Accept exactly `size` bytes, or at most `max_size`; with `md5` (base64) only these very bytes."""

    size: int | None = None
    max_size: int | None = None
    md5: str = ""

    def __post_init__(self) -> None:
        if (self.size is None) == (self.max_size is None):
            raise ValueError("An upload is signed for a size or for a maximum size.")
        if self.md5 and not is_md5(self.md5):
            raise InvalidInput(f"“{self.md5[:40]}” is not an MD5 in base64.", code="bad_md5")

    @property
    def limit(self) -> int:
        return self.size if self.size is not None else self.max_size or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GetTerms:
    """How the answer presents the bytes. `scripts` lets framed HTML run its own, still away from our origin."""

    filename: str = ""
    content_type: str = ""
    attachment: bool = False
    scripts: bool = False

    @property
    def media_type(self) -> str:
        """Return the content type asked for if it is one, else a safe guess by name."""
        return self.content_type if _MEDIA_TYPE.fullmatch(self.content_type) else content_type(self.filename)

    @property
    def disposition(self) -> str:
        """Return `Content-Disposition` with the last part of the name; anything a header may not hold is escaped."""
        return content_disposition_header(self.attachment, safe_name(self.filename)) or "inline"


def safe_name(path: str) -> str:
    """Return the last part of a path as a file name for people: no separators, no control characters, not too long."""
    name = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    printable = "".join("_" if unicodedata.category(letter)[0] == "C" else letter for letter in name)
    return printable[-NAME_CHARACTERS:]

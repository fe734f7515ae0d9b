"""The one tree of errors. Actions, doors and stores raise them; one handler per edge renders them.

CarnetError
├── InvalidInput        400  the request says something we cannot accept
├── Unauthenticated     401  no key, or a key that is not valid (any more)
├── Forbidden           403  seen, but not allowed
├── NotFound            404  absent or hidden: both read the same
├── Conflict            409  true at the time of reading, not any more
├── Gone                410  was here, and its name stays reserved
├── TooLarge            413  over a limit that the sentence names
├── TooManyRequests     429  come back after `retry_after` seconds
└── Busy                503  temporarily overloaded; come back after `retry_after` seconds
"""

from typing import Any, ClassVar


class CarnetError(Exception):
    """An error with a stable `code` for programs, a `sentence` for people and an HTTP `status`."""

    status: ClassVar[int] = 500
    code: str = "error"

    def __init__(self, sentence: str, *, code: str | None = None, **details: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or type(self).code
        self.details = details


class InvalidInput(CarnetError):
    """The request cannot be accepted. `fields` maps names of fields to sentences."""

    status = 400
    code = "invalid"

    def __init__(
        self, sentence: str, *, code: str | None = None, fields: dict[str, str] | None = None, **details: Any
    ) -> None:
        super().__init__(sentence, code=code, **details)
        self.fields = fields or {}


class Unauthenticated(CarnetError):
    status = 401
    code = "unauthenticated"


class Forbidden(CarnetError):
    status = 403
    code = "forbidden"


class NotFound(CarnetError):
    """Absent or hidden. The default sentence says no more than that."""

    status = 404
    code = "not_found"

    def __init__(
        self,
        sentence: str = "There is nothing at this address, or you may not see it.",
        *,
        code: str | None = None,
        **details: Any,
    ) -> None:
        super().__init__(sentence, code=code, **details)


class Conflict(CarnetError):
    status = 409
    code = "conflict"


class Gone(CarnetError):
    status = 410
    code = "gone"


class TooLarge(CarnetError):
    status = 413
    code = "too_large"


class RetryLater(CarnetError):
    """Base of the errors after which the same request may succeed."""

    def __init__(self, sentence: str, *, retry_after: int = 1, code: str | None = None, **details: Any) -> None:
        super().__init__(sentence, code=code, **details)
        self.retry_after = retry_after


class TooManyRequests(RetryLater):
    status = 429
    code = "too_many_requests"


class Busy(RetryLater):
    status = 503
    code = "busy"

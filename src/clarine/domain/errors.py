"""What can be wrong, in one tree; the docstring of each leaf is its sentence for people, ``code`` is for programs.

Clarine errors
└── ClarineError
    ├── Invalid          what was sent cannot be right
    ├── NotFound         it names nothing that the caller may see
    ├── Denied           the caller may not do this
    ├── Conflict         it does not fit what is already there
    ├── TooMany          a limit was reached; try again later
    ├── Overloaded       the house is full for the moment; try again soon
    └── Unavailable      the database cannot be reached; whether it was done is not known, so ask again under the same key
"""

from __future__ import annotations


class ClarineError(Exception):
    """Something went wrong."""

    code = "error"
    retryable = False

    def __init__(self, details: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(details)
        self.details = details
        self.field = field
        if code is not None:
            self.code = code


class Invalid(ClarineError):
    """What was sent cannot be right."""

    code = "invalid"


class NotFound(ClarineError):
    """It names nothing that the caller may see."""

    code = "not_found"


class Denied(ClarineError):
    """The caller may not do this."""

    code = "denied"


class Conflict(ClarineError):
    """It does not fit what is already there."""

    code = "conflict"


class TooMany(ClarineError):
    """A limit was reached."""

    code = "too_many"
    retryable = True

    def __init__(self, details: str, *, retry_after_s: int, code: str | None = None) -> None:
        super().__init__(details, code=code)
        self.retry_after_s = retry_after_s


class Overloaded(ClarineError):
    """The house is full for the moment."""

    code = "overloaded"
    retryable = True


class Unavailable(ClarineError):
    """The database cannot be reached for the moment."""

    code = "unavailable"
    retryable = True

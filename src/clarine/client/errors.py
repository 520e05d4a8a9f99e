"""What can go wrong for a guest of the API, in one tree.

ClientError
├── ApiError           the API answered with an error, or never answered
├── SignatureError     a webhook was not signed with our secret
└── WebhookError       a signed webhook that is not shaped as the API says
"""

from __future__ import annotations

#: Codes that a later attempt may cure (Cloud API: throttling and temporary failures).
TRANSIENT_CODES = frozenset({2, 4, 80007, 130429, 131000, 131016, 131056, 133004, 133016})


class ClientError(Exception):
    """Something went wrong between this client and the API."""


class ApiError(ClientError):
    """The API refused a call (``code`` and ``details`` are its own), or no answer came (``code`` 0, ``http_status`` 0).

    ``retryable`` says whether the same call may succeed later; it does not mean that the call had no effect.
    """

    def __init__(
        self, code: int, details: str, *, http_status: int, retryable: bool = False, fbtrace_id: str = ""
    ) -> None:
        super().__init__(f"(#{code}) {details} [HTTP {http_status}]")
        self.code = code
        self.details = details
        self.http_status = http_status
        self.retryable = retryable
        self.fbtrace_id = fbtrace_id


class SignatureError(ClientError):
    """The webhook's X-Hub-Signature-256 does not belong to its body and our app secret."""


class WebhookError(ClientError):
    """The webhook's body is not a webhook of the API."""

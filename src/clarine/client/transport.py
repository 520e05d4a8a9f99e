"""One HTTP call to the API with bounded retries: what waiting may cure is tried again, the rest is raised at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from clarine.client.errors import TRANSIENT_CODES, ApiError

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how patiently a call is repeated: ``attempts_max`` in all, waiting twice as long each time."""

    attempts_max: int = 5
    wait_s: float = 0.25
    wait_s_max: float = 20.0
    sleep: Sleep = field(default=asyncio.sleep, compare=False)

    def delay_s(self, attempt: int, retry_after: str | None) -> float:
        """Seconds before attempt + 1; the server's Retry-After (seconds) wins, jitter spreads the rest."""
        if retry_after is not None and retry_after.isdigit():
            return min(float(retry_after), self.wait_s_max)
        return float(min(self.wait_s * 2**attempt, self.wait_s_max) * random.uniform(0.75, 1.25))


async def call(http: httpx.AsyncClient, retry: Retry, method: str, url: str, **request: Any) -> httpx.Response:
    """The 2xx response of one call. Raises ApiError for anything else, or when *retry* is used up."""
    for attempt in range(retry.attempts_max):
        after: str | None = None
        try:
            response = await http.request(method, url, **request)
            if response.is_success:
                return response
            error, after = error_of(response), response.headers.get("retry-after")
        except httpx.TransportError as reason:
            error = ApiError(0, f"No answer: {type(reason).__name__} {reason}".strip(), http_status=0, retryable=True)
        if not error.retryable or attempt == retry.attempts_max - 1:
            raise error
        await retry.sleep(retry.delay_s(attempt, after))
    raise AssertionError("a call has at least one attempt")


def error_of(response: httpx.Response) -> ApiError:
    """The API's error envelope as an ApiError; an answer without one keeps its first 200 characters as details."""
    try:
        found = response.json()["error"]
        code = int(found.get("code", 0))
        details = str((found.get("error_data") or {}).get("details") or found.get("message", ""))
        trace, transient = str(found.get("fbtrace_id", "")), bool(found.get("is_transient", False))
    except (ValueError, KeyError, TypeError, AttributeError):
        code, details, trace, transient = 0, response.text[:200], "", False
    status = response.status_code
    retryable = status == 429 or status >= 500 or transient or code in TRANSIENT_CODES
    return ApiError(code, details, http_status=status, retryable=retryable, fbtrace_id=trace)

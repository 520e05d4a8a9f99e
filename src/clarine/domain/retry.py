"""When a webhook that was not acknowledged is posted again: soon at first, then less and less often, for seven days."""

from __future__ import annotations

from itertools import accumulate, takewhile
from typing import Final

#: After this nothing is tried again (Cloud API: webhooks are retried with falling frequency for up to 7 days).
RETRIES_END_S: Final = 7 * 86_400

_FIRST_S: Final = 1
_LONGEST_S: Final = 4 * 3_600
_JITTER_SHARE: Final = 0.25


def next_delay_s(attempt: int, *, jitter: float) -> float | None:
    """Seconds to wait after failed *attempt* (1 is the first post) before the next one; None when it was the last.

    *jitter*, 0 to 1 and drawn by the caller, takes up to a quarter off, so that receivers that failed together are not
    all called together; the attempts never stretch beyond RETRIES_END_S.
    """
    assert attempt >= 1, "attempts are counted from 1"
    assert 0 <= jitter <= 1, "jitter is a share"
    if attempt > RETRIES_MAX:
        return None
    return _nominal_s(attempt) * (1 - _JITTER_SHARE * jitter)


def _nominal_s(attempt: int) -> int:
    return min(_FIRST_S << min(attempt - 1, 32), _LONGEST_S)


#: How often a webhook is tried again at most: as often as the longest delays fit before the end.
RETRIES_MAX: Final = sum(
    1 for _ in takewhile(lambda total_s: total_s <= RETRIES_END_S, accumulate(map(_nominal_s, range(1, RETRIES_END_S))))
)

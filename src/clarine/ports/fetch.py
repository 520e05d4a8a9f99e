"""Fetching a file from a link that a business sent, as a door: the real one goes over the network, the tests' one does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Fetch(Protocol):
    def open(self, url: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """The bytes behind *url*, chunk by chunk.

        Raises Invalid (``media_link``) when it is no public address, does not answer in time, or answers no 2xx.
        """
        ...

"""Random bits of the sandbox: the machine's, or, with a seed, the same ones in every run. A seed is no secret."""

from __future__ import annotations

import random
import secrets


class SandboxEntropy:
    """Implements ports.sandbox.SeededBits; seed 0 is no seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._bits = random.Random(seed)

    def __call__(self, bits: int) -> int:
        return self._bits.getrandbits(bits) if self._seed else secrets.randbits(bits)

    def reset(self) -> None:
        self._bits = random.Random(self._seed)

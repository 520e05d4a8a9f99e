"""What a flow exchanges with its business's endpoint, sealed so that nobody between can read it.

A fresh AES-128 key seals each request (GCM) and is itself sealed with the business's RSA key (OAEP, SHA-256); the answer
comes back under the same key, with every bit of the initial vector flipped (Cloud API: Flows, implementing an endpoint).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from clarine.domain.errors import Invalid

KEY_BITS: Final = 2048
PEM_CHARACTERS_MAX: Final = 8_192
_VECTOR_BYTES: Final = 16
_AES_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """A request as it goes out: *body* is JSON; *key* and *vector* open the answer and are never stored."""

    body: bytes
    key: bytes = field(repr=False)
    vector: bytes = field(repr=False)


def read_public_key(pem: str) -> RSAPublicKey:
    """The RSA key of KEY_BITS bits in *pem*. Raises Invalid (``flow_key``)."""
    try:
        if len(pem) > PEM_CHARACTERS_MAX:
            raise ValueError
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        raise Invalid("business_public_key must be a public key in PEM format", code="flow_key") from None
    if not isinstance(key, RSAPublicKey) or key.key_size != KEY_BITS:
        raise Invalid(f"business_public_key must be an RSA key of {KEY_BITS} bits", code="flow_key")
    return key


def seal(request: dict[str, Any], pem: str, entropy: Callable[[int], int]) -> Sealed:
    """*request* for the holder of the private key of *pem*; *entropy* gives secret random bits."""
    key = entropy(_AES_BYTES * 8).to_bytes(_AES_BYTES, "big")
    vector = entropy(_VECTOR_BYTES * 8).to_bytes(_VECTOR_BYTES, "big")
    data = AESGCM(key).encrypt(vector, json.dumps(request, ensure_ascii=False).encode(), None)
    sealed_key = read_public_key(pem).encrypt(key, OAEP(MGF1(SHA256()), SHA256(), None))
    envelope = {
        "encrypted_flow_data": base64.b64encode(data).decode(),
        "encrypted_aes_key": base64.b64encode(sealed_key).decode(),
        "initial_vector": base64.b64encode(vector).decode(),
    }
    return Sealed(json.dumps(envelope).encode(), key, vector)


def opened_answer(body: bytes, sealed: Sealed) -> dict[str, Any] | None:
    """What the endpoint answered to *sealed*, or None when it cannot be opened or holds no JSON object."""
    flipped = bytes(byte ^ 0xFF for byte in sealed.vector)
    try:
        text = AESGCM(sealed.key).decrypt(flipped, base64.b64decode(body, validate=False), None)
        found = json.loads(text)
    except (InvalidTag, binascii.Error, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None

"""The public key of a number, as clients put and read it."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.wire.conftest import Api, error


def pem_of(bits: int) -> str:
    key = generate_rsa(public_exponent=65537, key_size=bits).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


async def test_a_key_that_was_put_is_shown_and_a_later_one_takes_its_place(api: Api) -> None:
    address = f"{api.phone}/whatsapp_business_encryption"
    assert (await api.client.get(address)).json() == {"data": []}
    for public_key in (pem_of(2048), pem_of(2048)):
        put = await api.client.post(address, data={"business_public_key": public_key})
        assert put.json() == {"success": True}
        (found,) = (await api.client.get(address)).json()["data"]
        assert found == {"business_public_key": public_key, "business_public_key_signature_status": "VALID"}


@pytest.mark.parametrize("kind", ["no PEM", "short", "elliptic", "absent"])
async def test_only_rsa_keys_of_2048_bits_are_taken(api: Api, kind: str) -> None:
    elliptic = generate_private_key(SECP256R1()).public_key()
    sent = {
        "no PEM": {"business_public_key": "hello"},
        "short": {"business_public_key": pem_of(1024)},
        "elliptic": {
            "business_public_key": elliptic.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        },
        "absent": {},
    }[kind]
    refused = await api.client.post(f"{api.phone}/whatsapp_business_encryption", json=sent)
    assert (refused.status_code, error(refused)["code"]) == (400, 100)

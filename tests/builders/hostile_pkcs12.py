"""A PKCS#12 container that hides its costs: a key in it, inside an encrypted part, is the bomb."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

_SALT, _IV = b"saltsalt", bytes(16)
_ROUNDS = 2048
_DATA, _ENCRYPTED_DATA = "2a864886f70d010701", "2a864886f70d010706"
_PBES2, _PBKDF2, _HMAC_SHA256 = "2a864886f70d01050d", "2a864886f70d01050c", "2a864886f70d0209"
_AES_256_CBC, _SHROUDED_KEY_BAG = "60864801650304012a", "2a864886f70d010c0a0102"


def hidden_bomb(password: bytes, rounds: int) -> bytes:
    """A container whose visible part asks for 2,048 rounds, and whose hidden part for `rounds`."""
    key = _element(0x30, _encryption(rounds), _element(0x04, bytes(64)))
    bags = _element(0x30, _element(0x30, _oid(_SHROUDED_KEY_BAG), _element(0xA0, key)))
    content = _element(
        0x30, _oid(_DATA), _encryption(_ROUNDS), _element(0x80, _encrypted(password, bags))
    )
    encrypted = _element(0x30, _number(0), content)
    part = _element(0x30, _oid(_ENCRYPTED_DATA), _element(0xA0, encrypted))
    parts = _element(0xA0, _element(0x04, _element(0x30, part)))
    return _element(0x30, _number(3), _element(0x30, _oid(_DATA), parts))


def _element(tag: int, *contents: bytes) -> bytes:
    body = b"".join(contents)
    size = len(body).to_bytes(2, "big")
    return bytes([tag, 0x82]) + size + body if len(body) > 127 else bytes([tag, len(body)]) + body


def _oid(dotless: str) -> bytes:
    return _element(0x06, bytes.fromhex(dotless))


def _number(value: int) -> bytes:
    return _element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _encryption(rounds: int) -> bytes:
    """PBES2 with PBKDF2 and AES (RFC 8018, 6.2)."""
    digest = _element(0x30, _oid(_HMAC_SHA256), b"\x05\0")
    derivation = _element(0x30, _element(0x04, _SALT), _number(rounds), digest)
    cipher = _element(0x30, _oid(_AES_256_CBC), _element(0x04, _IV))
    scheme = _element(0x30, _element(0x30, _oid(_PBKDF2), derivation), cipher)
    return _element(0x30, _oid(_PBES2), scheme)


def _encrypted(password: bytes, data: bytes) -> bytes:
    key = PBKDF2HMAC(hashes.SHA256(), 32, _SALT, _ROUNDS).derive(password)
    padding = 16 - len(data) % 16
    encryptor = Cipher(algorithms.AES(key), modes.CBC(_IV)).encryptor()
    return encryptor.update(data + bytes([padding]) * padding) + encryptor.finalize()

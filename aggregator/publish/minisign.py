"""Keys and signatures in minisign's format: Ed25519 over a BLAKE2b hash, as text.

Whatever is read is accepted only in the one form in which it is written, so that no bit of a
signature or of a public key can be changed unseen. Format: https://jedisct1.github.io/minisign/
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from oboro.errors import OboroError
from oboro.randomness import Randomness

_UNTRUSTED = "untrusted comment: "
_TRUSTED = "trusted comment: "
_SIGNED_BY = f"{_UNTRUSTED}signature by an Oboro publication key"
_PREHASHED, _PLAIN, _CHECKED = b"ED", b"Ed", b"B2"
_NOT_ENCRYPTED = bytes(2)
_UNUSED = bytes(32 + 8 + 8)
"""Salt and limits of a password's derivation, which a key without a password has not."""


class NotAKey(OboroError):
    """The text is no key, or no signature, of this format."""


class DoesNotHold(NotAKey):
    """The signature is one, by the right key, of something else."""


class PublicKey(NamedTuple):
    """What signatures are checked with: the number of the key, 8 bytes, and its 32 bytes."""

    number: bytes
    raw: bytes

    @property
    def name(self) -> str:
        """The key's number as minisign shows it."""
        return f"{int.from_bytes(self.number, 'little'):016X}"

    @property
    def line(self) -> str:
        """The key in one line, as minisign's ``-P`` takes it."""
        return _base64(_PLAIN + self.number + self.raw)

    def written(self) -> bytes:
        """Return the bytes of a public key's file."""
        return f"{_UNTRUSTED}minisign public key {self.name}\n{self.line}\n".encode()


@dataclass(frozen=True, slots=True, repr=False)
class SecretKey:
    """What signs; never shown, written to its own file only."""

    number: bytes
    seed: bytes

    @classmethod
    def new(cls, randomness: Randomness) -> SecretKey:
        """Draw a key."""
        return cls(randomness.bytes(8), randomness.bytes(32))

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(self.number, self._key.public_key().public_bytes_raw())

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, content: bytes, comment: str) -> bytes:
        """Return the file that signs *content* and, with it, the one-line *comment*."""
        signature = self._key.sign(_hashed(content))
        overall = self._key.sign(signature + comment.encode())
        return _signature_file(self.number, signature, comment, overall)

    def written(self) -> bytes:
        """Return the bytes of a secret key's file, which minisign reads too; no password."""
        pair = self.number + self.seed + self.public.raw
        check = hashlib.blake2b(_PLAIN + pair, digest_size=32).digest()
        whole = _base64(_PLAIN + _NOT_ENCRYPTED + _CHECKED + _UNUSED + pair + check)
        return f"{_UNTRUSTED}minisign secret key {self.public.name}\n{whole}\n".encode()


def read_secret_key(written: bytes) -> SecretKey:
    """Return the key that `SecretKey.written` wrote; `NotAKey` for anything else."""
    raw = _second_line(written, 2)
    start = len(_PLAIN + _NOT_ENCRYPTED + _CHECKED + _UNUSED)
    key = SecretKey(raw[start : start + 8], raw[start + 8 : start + 40])
    if len(key.seed) != 32 or key.written() != written:
        raise NotAKey("it is not a secret key without a password in minisign's format")
    return key


def read_public_key(written: bytes) -> PublicKey:
    """Return the key in a public key's file; `NotAKey` when it is not written as one."""
    raw = _second_line(written, 2)
    key = PublicKey(raw[2:10], raw[10:])
    if len(key.raw) != 32 or key.written() != written:
        raise NotAKey("it is not a public key in minisign's format")
    return key


def public_key_of_line(line: str) -> PublicKey:
    """Return the key in one *line*, as `PublicKey.line` gives it."""
    raw = _decoded(line)
    key = PublicKey(raw[2:10], raw[10:])
    if len(key.raw) != 32 or key.line != line:
        raise NotAKey("it is not a public key in minisign's format")
    return key


def comment_of(signature: bytes, content: bytes, key: PublicKey) -> str:
    """Return the trusted comment of the file *signature*, once all of it holds for *content*.

    Raises `NotAKey` when it is not written as a signature, or is by another key, or does not hold.
    """
    lines = _lines(signature, 4)
    raw, comment, overall = _decoded(lines[1]), lines[2].removeprefix(_TRUSTED), _decoded(lines[3])
    number, signed = raw[2:10], raw[10:]
    if _signature_file(number, signed, comment, overall) != signature:
        raise NotAKey("it is not a signature in minisign's format")
    if number != key.number:
        name = PublicKey(number, b"").name
        raise NotAKey(f"it is by the key {name}, and not by the key {key.name}")
    try:
        public = Ed25519PublicKey.from_public_bytes(key.raw)
        public.verify(signed, _hashed(content))
        public.verify(overall, signed + comment.encode())
    except (InvalidSignature, ValueError):
        raise DoesNotHold(f"it does not hold with the key {key.name}") from None
    return comment


def _signature_file(number: bytes, signature: bytes, comment: str, overall: bytes) -> bytes:
    first = _base64(_PREHASHED + number + signature)
    return f"{_SIGNED_BY}\n{first}\n{_TRUSTED}{comment}\n{_base64(overall)}\n".encode()


def _hashed(content: bytes) -> bytes:
    return hashlib.blake2b(content).digest()


def _second_line(written: bytes, lines: int) -> bytes:
    return _decoded(_lines(written, lines)[1])


def _lines(written: bytes, count: int) -> list[str]:
    try:
        lines = written.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise NotAKey("it is not text") from None
    if len(lines) != count + 1 or lines[-1]:
        raise NotAKey(f"it does not have {count} lines")
    return lines


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("utf-8", "replace"), validate=True)
    except (binascii.Error, ValueError):
        raise NotAKey("it is not base64") from None

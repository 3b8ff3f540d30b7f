"""Keys and signatures: read by other programs, and not one bit of them free."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.publish.minisign import (
    NotAKey,
    SecretKey,
    comment_of,
    public_key_of_line,
    read_public_key,
    read_secret_key,
)
from oboro.randomness import SeededRandomness

KEY = SecretKey.new(SeededRandomness(1))
CONTENT = b"figures\n" * 100
COMMENT = "figures of 広報.jp"
SIGNATURE = KEY.sign(CONTENT, COMMENT)


def test_keys_are_read_as_they_were_written() -> None:
    assert read_secret_key(KEY.written()) == KEY
    assert read_public_key(KEY.public.written()) == KEY.public
    assert public_key_of_line(KEY.public.line) == KEY.public
    assert KEY.seed.hex() not in repr(KEY)


def test_a_signature_holds_for_its_content_and_comment() -> None:
    assert comment_of(SIGNATURE, CONTENT, KEY.public) == COMMENT
    assert KEY.sign(CONTENT, COMMENT) == SIGNATURE


@given(st.integers(0, len(SIGNATURE) * 8 - 1))
def test_no_bit_of_a_signature_can_be_changed(bit: int) -> None:
    changed = bytearray(SIGNATURE)
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(NotAKey):
        comment_of(bytes(changed), CONTENT, KEY.public)


def test_no_bit_of_a_key_s_file_can_be_changed() -> None:
    for read, written in (
        (read_public_key, KEY.public.written()),
        (read_secret_key, KEY.written()),
    ):
        for bit in range(len(written) * 8):
            changed = bytearray(written)
            changed[bit // 8] ^= 1 << bit % 8
            try:
                # A changed key is another key, which its name in the first line gives away.
                assert read(bytes(changed)) not in (KEY, KEY.public)
            except NotAKey:
                continue
            comment_holds = False
            try:
                comment_of(SIGNATURE, CONTENT, read_public_key(bytes(changed)))
                comment_holds = True
            except NotAKey:
                pass
            assert not comment_holds


def test_another_key_s_signature_says_whose_it_is() -> None:
    other = SecretKey.new(SeededRandomness(2))

    with pytest.raises(NotAKey, match=f"it is by the key {other.public.name}"):
        comment_of(other.sign(CONTENT, COMMENT), CONTENT, KEY.public)


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
def test_minisign_itself_verifies_the_signature(tmp_path: Path) -> None:
    (tmp_path / "sums").write_bytes(CONTENT)
    (tmp_path / "sums.minisig").write_bytes(SIGNATURE)
    verify = ["minisign", "-Vm", str(tmp_path / "sums"), "-P", KEY.public.line]

    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    (tmp_path / "sums").write_bytes(CONTENT + b"\n")
    changed = subprocess.run(verify, capture_output=True, text=True, check=False)

    assert (done.returncode, f"Trusted comment: {COMMENT}" in done.stdout) == (0, True)
    assert changed.returncode != 0


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
def test_minisign_itself_signs_with_the_secret_key(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY.written())
    (tmp_path / "sums").write_bytes(CONTENT)
    sign = ["minisign", "-S", "-W", "-s", str(tmp_path / "key"), "-m", str(tmp_path / "sums")]
    subprocess.run([*sign, "-t", COMMENT], capture_output=True, check=True)

    lines = (tmp_path / "sums.minisig").read_bytes().split(b"\n")

    assert lines[1:] == SIGNATURE.split(b"\n")[1:]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_verifies_the_signature(tmp_path: Path) -> None:
    # The key as the standard's own structure: a fixed head, then its 32 bytes.
    der = bytes.fromhex("302a300506032b6570032100") + KEY.public.raw
    (tmp_path / "key.der").write_bytes(der)
    (tmp_path / "hash").write_bytes(hashlib.blake2b(CONTENT).digest())
    signature = base64.b64decode(SIGNATURE.split(b"\n")[1])[10:]
    (tmp_path / "signature").write_bytes(signature)

    done = subprocess.run(
        [
            *("openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER"),
            *("-inkey", str(tmp_path / "key.der"), "-in", str(tmp_path / "hash")),
            *("-sigfile", str(tmp_path / "signature")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "Verified Successfully" in done.stdout) == (0, True)

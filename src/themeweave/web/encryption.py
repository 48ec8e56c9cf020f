"""Encryption: a certificate and its key, so that nobody on the network reads what is sent."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from themeweave.errors import ReviewError

_BEGIN = "-----BEGIN CERTIFICATE-----"
_END = "-----END CERTIFICATE-----"
_NEXT = "docs/teams.md says how to make both. Or leave them out on a network that you trust."


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate, and the key that proves it to be ours; both as PEM."""

    file: Path
    key: Path | None = None  # None: it stands in the certificate's file


def fingerprint(certificate: Certificate) -> str:
    """Check a certificate and its key; give the fingerprint that browsers show (SHA-256).

    Raises
    ------
    ReviewError
        Where one of the files is not there, is not what it should be, needs a password, or the
        key is another certificate's.
    """
    key = certificate.key or certificate.file
    try:
        text = certificate.file.read_bytes().decode("latin-1")
        secret = key.read_bytes()
    except OSError as error:
        raise ReviewError(
            f"the file cannot be read: {error.strerror}", str(error.filename), _NEXT
        ) from None
    if _BEGIN not in text or _END not in text:
        raise ReviewError("this is no certificate in PEM", str(certificate.file), _NEXT)
    if b"PRIVATE KEY-----" not in secret:
        raise ReviewError("this is no private key in PEM", str(key), _NEXT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    asked = False

    def password() -> str:
        nonlocal asked
        asked = True
        return ""

    try:
        context.load_cert_chain(certificate.file, key, password)
        first = text[text.index(_BEGIN) : text.index(_END) + len(_END)]
        digest = sha256(ssl.PEM_cert_to_DER_cert(first)).hexdigest().upper()
    except (ssl.SSLError, ValueError):
        if asked:
            raise ReviewError(
                "the key is protected by a password", str(key), "Save it without one."
            ) from None
        raise ReviewError(
            "the certificate or its key is damaged, or the key is another certificate's",
            f"{certificate.file}, {key}",
            _NEXT,
        ) from None
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))

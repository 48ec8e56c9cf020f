"""Encrypted serving: with a certificate of one's own, and what is wrong with one in words."""

import re
import shutil
import ssl
import subprocess
from http.client import HTTPSConnection

import pytest
from starlette.testclient import TestClient

from themeweave.errors import ReviewError
from themeweave.web.encryption import Certificate, fingerprint
from themeweave.web.serve import Place, check_place, hosts
from themeweave.web.visits import Visits

from .test_serve import small, start  # noqa: F401  # a fixture

NEXT = "docs/teams.md says how to make both. Or leave them out on a network that you trust."


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make a certificate and a key of this computer's address, as docs/teams.md says."""
    if not shutil.which("openssl"):
        pytest.skip("openssl, which makes a certificate, is not on this computer")
    folder = tmp_path_factory.mktemp("certificate")

    def make(name, *more):
        key, file = folder / f"{name}.key", folder / f"{name}.pem"
        words = ["req", "-x509", "-newkey", "rsa:2048", "-days", "2", "-subj", "/CN=127.0.0.1"]
        words += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", file]
        subprocess.run(["openssl", *words, *more], check=True, capture_output=True)
        return Certificate(file, key)

    return make


@pytest.fixture(scope="module")
def ours(made):
    return made("ours", "-nodes")


def refusal(certificate):
    with pytest.raises(ReviewError) as caught:
        fingerprint(certificate)
    return str(caught.value)


def test_what_is_wrong_with_a_certificate_or_its_key_is_said(made, ours, tmp_path):
    other, locked = made("other", "-nodes"), made("locked", "-passout", "pass:word")
    text, none = tmp_path / "text.pem", tmp_path / "none.pem"
    text.write_bytes(b"\xffno certificate")
    assert refusal(Certificate(none, ours.key)) == (
        f"the file cannot be read: No such file or directory\n  in {none}\n  {NEXT}"
    )
    assert refusal(Certificate(ours.file, none)) == (
        f"the file cannot be read: No such file or directory\n  in {none}\n  {NEXT}"
    )
    assert refusal(Certificate(text)) == f"this is no certificate in PEM\n  in {text}\n  {NEXT}"
    assert refusal(Certificate(ours.file)) == (
        f"this is no private key in PEM\n  in {ours.file}\n  {NEXT}"
    )
    assert refusal(Certificate(locked.file, locked.key)) == (
        f"the key is protected by a password\n  in {locked.key}\n  Save it without one."
    )
    assert refusal(Certificate(ours.file, other.key)) == (
        "the certificate or its key is damaged, or the key is another certificate's\n"
        f"  in {ours.file}, {other.key}\n  {NEXT}"
    )


def test_the_fingerprint_is_that_of_openssl_and_the_key_may_stand_in_the_same_file(ours, tmp_path):
    words = ["openssl", "x509", "-in", ours.file, "-noout", "-fingerprint", "-sha256"]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    assert said.partition("=")[2].strip() == fingerprint(ours)
    both = tmp_path / "both.pem"
    both.write_bytes(ours.key.read_bytes() + ours.file.read_bytes())
    assert fingerprint(Certificate(both)) == fingerprint(ours)


def test_with_a_certificate_a_network_need_not_be_trusted_and_coders_have_links(ours):
    check_place(Place(host="192.168.1.20", coders=("ana",), certificate=ours))
    with pytest.raises(ReviewError, match="nobody could be told from anybody else"):
        check_place(Place(host="192.168.1.20", certificate=ours))


def test_cookies_and_origins_are_those_of_https_alone(opened):
    bench = opened()
    bench.app.visits = bench.app.app.state.desk.visits
    bench.app.visits.encrypted = True
    client = TestClient(bench.app, base_url="https://127.0.0.1:8740")
    held = client.get(f"/start?token={bench.token}").headers["set-cookie"]
    assert re.search("; SameSite=strict; Secure$", held)
    token = bench.visits.visit(client.cookies[bench.visits.cookie]).form_token
    for scheme, status in (("https", 303), ("http", 403)):
        sent = {"origin": f"{scheme}://127.0.0.1:8740", "x-themeweave-token": token}
        answer = client.post("/who", data={"name": "ana"}, headers=sent, follow_redirects=False)
        assert answer.status_code == status


def test_a_review_is_served_encrypted_to_whoever_knows_the_certificate(small, ours):  # noqa: F811
    words = ["--port", 0, "--certificate", ours.file, "--key", ours.key]
    served = start(small, *words)
    try:
        said = [served.stdout.readline() for _ in range(4)]
        found = re.search(r"Open: https://127\.0\.0\.1:(\d+)/start\?token=(\S+)", said[1])
        port, token = found.groups()
        assert said[2:] == [
            "Certificate's SHA-256 fingerprint, as browsers show it:\n",
            f"  {fingerprint(ours)}\n",
        ]
        knows = ssl.create_default_context(cafile=ours.file)
        wire = HTTPSConnection("127.0.0.1", int(port), context=knows, timeout=60)
        wire.request("GET", f"/start?token={token}")
        answer = wire.getresponse()
        assert answer.status == 200
        assert "Secure" in answer.getheader("set-cookie")
        assert "strict-transport-security" not in {name.lower() for name, _ in answer.getheaders()}
        stranger = HTTPSConnection("127.0.0.1", int(port), timeout=60)
        with pytest.raises(ssl.SSLCertVerificationError):
            stranger.request("GET", "/")
    finally:
        served.terminate()
        served.communicate(timeout=60)


def test_a_wrong_certificate_ends_the_command_before_anything_is_served(small):  # noqa: F811
    done = start(small, "--certificate", small / "review.toml")
    out, err = done.communicate(timeout=60)
    assert (done.returncode, out) == (1, "")
    assert err == (
        f"Error: this is no certificate in PEM\n  in {small / 'review.toml'}\n  {NEXT}\n"
    )
    done = start(small, "--key", small / "review.toml")
    _, err = done.communicate(timeout=60)
    assert done.returncode == 2
    assert err.endswith("Error: --key is that of a certificate: give --certificate too\n")


def test_the_port_of_the_place_is_the_hosts(ours):
    place = Place(host="review-pc", coders=("ana",), certificate=ours)
    assert "review-pc:9000" in hosts(place, 9000)
    assert Visits(("ana",), 9000, encrypted=True).encrypted

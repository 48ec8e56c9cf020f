"""The command: one process a folder, an address that can be had, an end that is clean."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from themeweave.errors import ReviewError
from themeweave.review.synced import warning
from themeweave.web.background import Background
from themeweave.web.serve import PORT, Place, listening, serve

SRC = Path(__file__).parents[2] / "src"


@pytest.fixture
def small(tmp_path):
    folder = tmp_path / "small"
    for name, text in {
        "review.toml": "[review]\ntitle = 'Small'\nframework = 'small'\n",
        "corpus/findings.csv": "id,text\nF1,Pay was low.\nF2,Staff had no time.\n",
        "codebooks/small.yaml": "codebook: small\ntitle: Small\ncodes:\n- {id: pay, name: Pay}\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def start(*arguments):
    code = "from themeweave.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-u", "-c", code, "serve", *map(str, arguments), "--no-browser"],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_folder_is_served_by_one_program_until_it_is_stopped(small):
    first = start(small, "--port", 0)
    said = [first.stdout.readline() for _ in range(3)]
    found = re.fullmatch(r"Open: (http://127\.0\.0\.1:\d+)/start\?token=[\w-]{43}\n", said[1])
    assert found, said
    assert said[2] == "Ctrl-C ends it. Every decision is on disk once the page says 'saved'.\n"
    second = start(small, "--port", 0)
    out, err = second.communicate(timeout=60)
    assert (second.returncode, out) == (1, "")
    assert re.match(
        rf"Error: the folder is kept open by process {first.pid} on \S+, since "
        rf"\d{{4}}-\d\d-\d\d \d\d:\d\d UTC, at {re.escape(found[1])}\n",
        err,
    )
    first.send_signal(signal.SIGINT)
    out, err = first.communicate(timeout=60)
    assert (first.returncode, out, err) == (0, "Stopped.\n", "")
    assert (small / ".serve.lock").read_text("utf-8") == ""


def test_a_folder_that_is_no_review_is_said(tmp_path):
    done = start(tmp_path)
    _, err = done.communicate(timeout=60)
    assert done.returncode == 1
    assert err.startswith("Error: this is not a review folder: it has no review.toml\n")


def test_a_port_that_is_taken_is_said_where_it_was_asked_for():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ReviewError) as caught:
            listening(Place(port=port))
        assert str(caught.value) == (
            f"the address 127.0.0.1:{port} cannot be had: Address already in use\n"
            "  Another program may use it: give another --port, or none."
        )


def test_without_a_port_another_one_is_taken_where_ours_is_in_use():
    with listening(Place(port=0)) as held:
        assert held.getsockname()[0] == "127.0.0.1"
    with listening(Place()) as first, listening(Place()) as second:
        ports = {first.getsockname()[1], second.getsockname()[1]}
        assert len(ports) == 2
        assert ports != {PORT}


def test_a_folder_that_a_sync_program_keeps_is_served_with_one_warning(small, monkeypatch):
    folder = small.parent / "Dropbox" / "small"
    folder.parent.mkdir()
    small.rename(folder)
    monkeypatch.setattr("themeweave.web.serve._run", lambda *_: None)
    monkeypatch.setattr(Background, "__enter__", lambda self: self)
    monkeypatch.setattr(Background, "__exit__", lambda *_: None)
    said = []
    for _ in range(2):
        serve(folder, Place(port=0), browser=False, say=said.append)
    assert [words for words in said if "kept in step by" in words] == [
        f"Note: {warning(folder)}.",
    ]

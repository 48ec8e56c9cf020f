"""Coding on a cluster, with a real scheduler and two workers on this computer."""

import io
import json
import subprocess
import sys
import time

import pytest

from themeweave.errors import ReviewError
from themeweave.review import cluster
from themeweave.review.batch import Coder
from themeweave.review.batch_run import Staff, code_sheet

TEXTS = [f"Nurses on ward {n} had no time" for n in range(60)]


def coded(planted, texts, staff=None, show=None):
    raw = "id,text\n" + "".join(f"F{n},{text}\n" for n, text in enumerate(texts))
    made = io.BytesIO()
    coder = Coder("planted", str(planted / "small.yaml"))
    source = io.BytesIO(raw.encode()), "in.csv", ".csv"
    done = code_sheet(source, made, ".csv", coder, staff, chunk=4, show=show)
    return done, made.getvalue()


@pytest.fixture
def running(planted, tmp_path):
    """A scheduler and two workers: its address, and the workers' processes."""
    pytest.importorskip("distributed", reason="needs the package distributed (extra: cluster)")
    contact = tmp_path / "scheduler.json"
    alone = ["--no-dashboard", "--scheduler-file", str(contact)]
    line = [sys.executable, "-m", "distributed.cli.dask_scheduler", *alone]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    started = [subprocess.Popen([*line, "--host", "127.0.0.1", "--port", "0"], **quiet)]
    line = [sys.executable, "-m", "distributed.cli.dask_worker", *alone, "--no-nanny"]
    started += [subprocess.Popen([*line, "--nthreads", "1"], **quiet) for _ in range(2)]
    try:
        yield _address(contact), started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def _address(contact):
    from distributed import Client

    for _ in range(600):
        if contact.exists() and contact.stat().st_size:
            address = json.loads(contact.read_text("utf-8"))["address"]
            with Client(address, set_as_default=False) as client:
                client.wait_for_workers(2, timeout=60)
            return address
        time.sleep(0.1)
    raise AssertionError("the scheduler did not start")


def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed_on_the_way(planted, running):
    address, workers = running
    (planted / "died").touch()
    seen = []

    def show(done, of):
        seen.append(done)
        if len(seen) == 2:
            workers[0].kill()

    texts = [*TEXTS[:30], "RAISE", *TEXTS[31:]]
    done, made = coded(planted, texts, Staff(cluster=address), show)
    assert workers[0].wait() != 0
    assert seen[-1] == 60
    assert (done, made) == coded(planted, texts)


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:1", "tcp://localhost:1", "tcp://[::1]:1", "tls://far.example:1"]
)
def test_an_address_on_this_computer_or_encrypted_is_allowed(address):
    cluster.check(address, trust_network=False)


@pytest.mark.parametrize("address", ["tcp://10.0.0.5:8786", "tcp://localhost.far.example:8786"])
def test_an_open_address_is_refused_unless_the_network_is_trusted(address):
    with pytest.raises(ReviewError) as error:
        cluster.check(address, trust_network=False)
    assert str(error.value) == (
        f"the scheduler at '{address}' is on another computer and not encrypted: whoever can reach "
        "it can read the findings and run programs on its workers\n"
        "  in --cluster\n"
        "  Use an address that begins with tls://, or say --trust-network where the network is "
        "closed to others."
    )
    cluster.check(address, trust_network=True)


@pytest.mark.parametrize("address", ["inproc://1", "8786", "tcp://", "http://127.0.0.1:1"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ReviewError) as error:
        cluster.check(address, trust_network=True)
    assert str(error.value) == (
        f"'{address}' is not the address of a scheduler\n"
        "  in --cluster\n"
        "  Write it as tcp://127.0.0.1:8786 or tls://name:8786."
    )


def test_without_dask_it_is_said_how_to_install_it(planted, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ReviewError) as error:
        coded(planted, TEXTS, Staff(cluster="tcp://127.0.0.1:1"))
    assert str(error.value) == (
        "coding on a cluster needs the package distributed, which is not installed\n"
        "  in --cluster\n"
        "  Install it with: python3 -m pip install 'themeweave[cluster]'."
    )


def test_a_scheduler_that_does_not_answer_is_said(planted, monkeypatch):
    pytest.importorskip("distributed", reason="needs the package distributed (extra: cluster)")
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with pytest.raises(ReviewError, match=r"^no scheduler answers: ") as error:
        coded(planted, TEXTS, Staff(cluster="tcp://127.0.0.1:1"))
    assert error.value.next_step == (
        "Start one with 'dask scheduler --host 127.0.0.1', and workers with 'dask worker "
        "tcp://127.0.0.1:8786'."
    )


class Client:
    """A client of a scheduler with so many workers, which answers at once."""

    def __init__(self, workers, answer=None):
        self.workers, self.answer = workers, answer

    def scheduler_info(self, **_):
        return {"workers": dict.fromkeys(range(self.workers))}

    def submit(self, function, version, *work, **_):
        return self

    def result(self, timeout):
        if isinstance(self.answer, Exception):
            self.workers = 0
            raise self.answer
        return self.answer


def test_a_scheduler_without_workers_is_said():
    with pytest.raises(ReviewError) as error:
        cluster._Cluster(Client(0), Coder(), ".csv", "tcp://127.0.0.1:1")
    assert str(error.value) == (
        "the scheduler has no workers\n"
        "  in tcp://127.0.0.1:1\n"
        "  Start some with 'dask worker tcp://127.0.0.1:1'."
    )


def test_a_worker_of_another_version_is_refused():
    pytest.importorskip("distributed", reason="needs the package distributed (extra: cluster)")
    answer = cluster._coded("0.0.9", Coder(), ".csv", [])
    work = cluster._Cluster(Client(1, answer), Coder(), ".csv", "tcp://127.0.0.1:1")
    with pytest.raises(ReviewError) as error:
        work.attempt([])
    import themeweave

    assert str(error.value) == (
        f"a worker has themeweave {themeweave.__version__}, this is 0.0.9\n"
        "  in tcp://127.0.0.1:1\n"
        "  Install the same version on both."
    )


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        pytest.param(TimeoutError(), "no worker is left", id="all workers died"),
        pytest.param(OSError("closed"), "the scheduler is gone: closed", id="the scheduler died"),
    ],
)
def test_a_cluster_that_is_gone_ends_the_run_and_says_how_to_go_on(answer, what):
    pytest.importorskip("distributed", reason="needs the package distributed (extra: cluster)")
    work = cluster._Cluster(Client(1, answer), Coder(), ".csv", "tcp://127.0.0.1:1")
    with pytest.raises(ReviewError) as error:
        work.attempt([])
    assert str(error.value) == (
        f"{what}\n"
        "  in tcp://127.0.0.1:1\n"
        "  What is finished is kept. Start it again, and run the same command to go on; or leave "
        "--cluster out to go on with this computer alone."
    )

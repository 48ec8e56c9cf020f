"""Cluster: chunks are coded by the workers of a dask cluster; only this process writes.

A scheduler runs whatever code it is sent, by anybody who can reach it. So an address is refused
that is neither on this computer nor encrypted, unless a person says that the network is trusted.
"""

from __future__ import annotations

import ipaddress
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import themeweave
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review.batch import Coder
from themeweave.review.survey import Chunk
from themeweave.review.workers import Failed, Said, Team, code

_AHEAD = 3  # chunks a worker that are out at a time
_PATIENCE = 30  # seconds until a scheduler must have answered


@contextmanager
def cluster(coder: Coder, suffix: str, address: str, trust_network: bool) -> Iterator[Team]:
    """Code on the workers of a cluster, which need the same version of themeweave.

    Parameters
    ----------
    address
        Of the scheduler: ``tcp://127.0.0.1:8786`` or ``tls://...``.
    trust_network
        Allow an address that is neither.

    Raises
    ------
    ReviewError
        Where the address is not allowed, nobody answers there, there are no workers, a worker
        has another version, or dask is not installed.
    """
    check(address, trust_network)
    distributed = _distributed()
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        raise ReviewError(
            f"no scheduler answers: {error}",
            address,
            "Start one with 'dask scheduler --host 127.0.0.1', and workers with 'dask worker "
            "tcp://127.0.0.1:8786'.",
        ) from None
    with client:
        work = _Cluster(client, coder, suffix, address)
        yield work.stream, work.attempt


def check(address: str, trust_network: bool) -> None:
    """Refuse an address at which others could read the findings, or run their own code.

    Raises
    ------
    ReviewError
        Saying what may be done instead.

    Examples
    --------
    >>> check("tcp://127.0.0.1:8786", trust_network=False)
    """
    parts = urlsplit(address)
    if parts.scheme not in ("tcp", "tls") or not parts.hostname:
        raise ReviewError(
            f"'{address}' is not the address of a scheduler",
            "--cluster",
            "Write it as tcp://127.0.0.1:8786 or tls://name:8786.",
        )
    if parts.scheme == "tls" or trust_network or _is_here(parts.hostname):
        return
    raise ReviewError(
        f"the scheduler at '{address}' is on another computer and not encrypted: whoever can reach "
        "it can read the findings and run programs on its workers",
        "--cluster",
        "Use an address that begins with tls://, or say --trust-network where the network is "
        "closed to others.",
    )


def _is_here(host: str) -> bool:
    """Tell whether a host is this computer; names are not looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise ReviewError(
            "coding on a cluster needs the package distributed, which is not installed",
            "--cluster",
            "Install it with: python3 -m pip install 'themeweave[cluster]'.",
        ) from None
    return distributed


class _Cluster:
    """The workers that a scheduler knows."""

    def __init__(self, client: Any, coder: Coder, suffix: str, address: str) -> None:
        self._client = client
        self._work = coder, suffix
        self._address = address
        self._number = self._workers()
        if not self._number:
            raise ReviewError(
                "the scheduler has no workers",
                address,
                f"Start some with 'dask worker {address}'.",
            )

    def stream(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, Said]]:
        """Send chunks ahead, and yield what is said of them in order."""
        out: deque[tuple[Chunk, Any]] = deque()
        for chunk in chunks:
            out.append((chunk, self._send(chunk.findings)))
            if len(out) >= _AHEAD * self._number:
                first, future = out.popleft()
                yield first, self._take(future)
        for first, future in out:
            yield first, self._take(future)

    def attempt(self, findings: Sequence[Finding]) -> Said:
        """Have some findings coded, and wait for it."""
        return self._take(self._send(findings))

    def _send(self, findings: Sequence[Finding]) -> Any:
        return self._client.submit(
            _coded, themeweave.__version__, *self._work, findings, pure=False
        )

    def _take(self, future: Any) -> Said:
        said = self._wait(future)
        if isinstance(said, tuple):
            what, where, next_step, faults = said
            raise ReviewError(what, where or self._address, next_step, faults=faults)
        return said

    def _wait(self, future: Any) -> Said | tuple[Any, ...]:
        """Wait for an answer for as long as there is somebody who could give it."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        deserted = 0
        while True:
            try:
                said: Said | tuple[Any, ...] = future.result(timeout=_PATIENCE)
            except KilledWorker:
                return Failed("the workers that read it ended without a word", died=True)
            except TimeoutError:
                deserted = 0 if self._workers() else deserted + 1
                if deserted > 1:  # a nanny has had the time to start another one
                    raise self._gone("no worker is left") from None
            except (OSError, FutureCancelledError) as error:
                raise self._gone(f"the scheduler is gone: {error}") from None
            else:
                return said

    def _workers(self) -> int:
        return len(self._client.scheduler_info(n_workers=-1)["workers"])

    def _gone(self, what: str) -> ReviewError:
        return ReviewError(
            what,
            self._address,
            "What is finished is kept. Start it again, and run the same command to go on; or "
            "leave --cluster out to go on with this computer alone.",
        )


def _coded(version: str, coder: Coder, suffix: str, findings: Sequence[Finding]) -> Any:
    """Code findings on a worker; what a person can mend comes back as the parts of a message."""
    if version != themeweave.__version__:
        return (
            f"a worker has themeweave {themeweave.__version__}, this is {version}",
            "",
            "Install the same version on both.",
            (),
        )
    try:
        return code(coder, suffix, findings)
    except ReviewError as error:
        return error.what, error.where, error.next_step, error.faults

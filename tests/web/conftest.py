"""The workbench on a copy of the sample review, asked without a browser."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from themeweave.review.documents import add
from themeweave.review.files import quiet
from themeweave.review.session import Session
from themeweave.web.app import make_app
from themeweave.web.background import Background
from themeweave.web.serve import Place, hosts
from themeweave.web.visits import Visits

ROOT = Path(__file__).parents[2]
PORT = 8740
HERE = f"http://127.0.0.1:{PORT}"
ARTICLE = """\
# Mentors on wards: an umbrella review

## Results

### Staff views

Nurses felt 🙂 that mentors eased their workload [1]. Patients reported that mentors gave
them hope and made recovery seem possible [1, 2].

## References

1. Ng A, Roe B. Mentors on wards: a review. J Care. 2020.
2. Ode C. Hope and mentors: a scoping review. J Hope. 2021.
"""


@pytest.fixture
def review(tmp_path):
    """A copy of the sample review."""
    folder = tmp_path / "review"
    folder.mkdir()
    for name in ("review.toml", "corpus", "codebooks", "decisions"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    for lock in folder.glob("decisions/.*"):
        lock.unlink()
    return folder


@pytest.fixture
def article(review, tmp_path):
    """The id of a document in the review."""
    file = tmp_path / "mentors.md"
    file.write_text(ARTICLE, "utf-8")
    return add(review, [file], quiet).stored[0].id


@pytest.fixture
def opened(review):
    """Open the workbench: ``come(name)`` is a browser that was let in and said who it is."""

    def open_folder(closed="", coders=()):
        session = Session(review)
        visits = Visits(coders, PORT)
        background = Background(session)
        app = make_app(session, visits, hosts(Place(), PORT), background, closed)
        token = visits.links()[0][1]

        def come(coder="ana"):
            client = TestClient(app, base_url=HERE, follow_redirects=False)
            assert client.get(f"/start?token={token}").status_code == 200
            visit = visits.visit(client.cookies[visits.cookie])
            visit.coder = coder
            client.headers.update(
                {
                    "origin": HERE,
                    "accept": "application/json",
                    "x-themeweave-token": visit.form_token,
                }
            )
            return client

        return SimpleNamespace(
            app=app,
            session=session,
            visits=visits,
            token=token,
            come=come,
            background=background,
            folder=review,
        )

    return open_folder


@pytest.fixture
def bench(opened):
    """The workbench, opened."""
    return opened()

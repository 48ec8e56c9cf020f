"""The workbench on a small review, asked without a browser; a visitor is let in by the link."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from themeweave.review.session import Session
from themeweave.web.app import make_app
from themeweave.web.background import Background
from themeweave.web.serve import Place, hosts
from themeweave.web.visits import Visits

ROOT = Path(__file__).parents[2]
PORT = 8740
HERE = f"http://127.0.0.1:{PORT}"


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
def bench(review):
    """The workbench, and ``come(name)``: a browser that was let in and said who it is."""
    session = Session(review)
    visits = Visits((), PORT)
    background = Background(session)
    app = make_app(session, visits, hosts(Place(), PORT), background)
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
        app=app, session=session, visits=visits, token=token, come=come, background=background
    )

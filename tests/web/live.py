"""A workbench that listens, for tests in a real browser."""

import threading
import time
from contextlib import contextmanager

import uvicorn

from themeweave.review.session import Session
from themeweave.web.app import make_app
from themeweave.web.background import Background
from themeweave.web.serve import Place, hosts, listening
from themeweave.web.visits import Visits


@contextmanager
def serving(folder, *coders):
    """Serve a folder; gives the session and a link for each coder."""
    with listening(Place(port=0)) as listener:
        port = listener.getsockname()[1]
        session, visits = Session(folder), Visits(coders, port)
        session.suggest()
        app = make_app(session, visits, hosts(Place(), port), Background(session))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        links = {
            coder: f"http://127.0.0.1:{port}/start?token={token}" for coder, token in visits.links()
        }
        yield session, links
        server.should_exit = True
        thread.join(timeout=5)

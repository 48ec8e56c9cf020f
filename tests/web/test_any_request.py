"""Whatever is sent to whichever route: an answer in words, never a fault of the program."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .test_roles import ASKED

LONG = "POST /outputs/run"  # it starts a run, and takes nothing
WRITES = sorted(route for route in ASKED if route.startswith("POST") and route != LONG)
READS = sorted(route for route in ASKED if route.startswith("GET"))
KEYS = sorted({key for asked in ASKED.values() for key in asked.sent})
QUERIES = ["after", "assignment", "before", "code", "codebook", "coder", "finding", "from", "kind"]
QUERIES += ["look", "order", "show", "theme", "under", "who", "words"]
TEXT = st.text(max_size=20) | st.sampled_from(["F067", "themes", "T02", "valence", "mixed", "ana"])
VALUE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXT
    | st.lists(TEXT, max_size=3)
    | st.dictionaries(TEXT, TEXT | st.lists(TEXT, max_size=2), max_size=3)
)
PART = st.text(min_size=1, max_size=8) | st.sampled_from(["valence", "themes", "findings.csv"])


@pytest.fixture
def client(bench):
    return bench.come("ana")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_request_meets_a_fault_of_the_program(client, data):
    route = data.draw(st.sampled_from([*WRITES, *READS]))
    method, path = route.split(" ")
    path = re.sub(r"{\w+}", lambda _: re.sub(r"[/?#%\\]|[^\x21-\x7e]", "x", data.draw(PART)), path)
    query = data.draw(st.dictionaries(st.sampled_from(QUERIES), TEXT, max_size=3))
    if method == "GET":
        answer = client.get(path, params=query)
    else:
        sent = data.draw(st.dictionaries(st.sampled_from(KEYS), VALUE, max_size=5))
        body = json.dumps(sent, allow_nan=True).encode()
        answer = client.post(path, params=query, content=body)
    assert answer.status_code < 500, (route, answer.text)
    if answer.status_code >= 400 and method == "POST":
        assert answer.json()["error"]["what"], route

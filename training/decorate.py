"""Decorations: what stands around findings in real articles and says nothing of their code.

Examples are written plainly. Articles say *Facilitators included ...*, cite in brackets, and
abbreviate whom they speak of. Many examples are therefore learned a second time in such a dress,
with the same answers, so that a word like *facilitator* is no evidence of a construct of that
name, and a bracket none of anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from attribute import lowered

_LEADS = {
    "facilitator": (
        "Facilitators included {}",
        "A key facilitator was {}",
        "One facilitator reported across settings: {}",
        "{}, which was reported as a facilitator",
        "{} was described as a facilitator",
        "Implementation was facilitated where {}",
        "Important enablers were {}",
        "{}, and this was an enabler",
    ),
    "barrier": (
        "Barriers included {}",
        "However, barriers included {}",
        "A commonly cited barrier was {}",
        "One barrier reported across settings: {}",
        "{}, which was reported as a barrier",
        "{} was described as a barrier",
        "Implementation was hindered where {}",
        "Challenges included {}",
    ),
    "mixed": ("Both barriers and facilitators were reported: {}", "{}, so views were divided"),
}
_PLAIN = (
    "Studies reported that {}",
    "Several reviews found that {}",
    "In one study, {}",
    "It was reported that {}",
    "Three studies noted {}",
    "as did {}",
    "while {}",
    "{}",
)
_MARKS = (" [ 24 , 46 ]", " [12]", " [3, 5-8]", " (Smith et al., 2019)", " (Lee 2020; Ortiz 2021)")
_SHORT = (  # a group, and what articles call it for short
    (r"\bpeer support workers?\b", ("PSWs", "peer supporters", "peer specialists", "PSW staff")),
    (r"\bpeer workers?\b", ("PSWs", "PWs", "peers", "peer specialists", "recovery coaches")),
    (r"\bpeers\b", ("PSWs", "peer workers", "peer mentors")),
    (r"\bcommunity health workers?\b", ("CHWs", "village health workers", "lay health workers")),
    (r"\bhealth (?:care )?(?:professionals?|workers?|providers?)\b", ("HCPs", "HCWs", "providers")),
    (r"\bgeneral practitioners?\b", ("GPs", "family physicians", "PCPs")),
    (r"\bservice users?\b", ("SUs", "consumers", "clients", "service recipients")),
    (r"\bpatients\b", ("clients", "service users", "patients", "consumers")),
    (r"\bnurses\b", ("RNs", "nursing staff", "nurses")),
    (r"\bstaff\b", ("non-peer staff", "staff members", "clinicians", "workers")),
)


def decorate(row: Mapping[str, str], rng: np.random.Generator) -> str:
    """Dress one example."""
    text = row["text"].strip()
    for pattern, names in _SHORT:
        if rng.random() < 0.5:
            text = re.sub(pattern, str(rng.choice(names)), text, flags=re.IGNORECASE)
    if row.get("voice") != "quote":
        leads = _LEADS.get(row.get("valence", ""), ()) if rng.random() < 0.6 else _PLAIN
        if leads:
            lead = str(rng.choice(leads))
            inner = text.rstrip(".")
            if not lead.startswith("{}"):
                inner = lowered(inner)
            text = lead.format(inner) + ("." if row["text"].rstrip().endswith(".") else "")
    if rng.random() < 0.5:
        mark = str(rng.choice(_MARKS))
        text = text[:-1] + mark + "." if text.endswith(".") else text + mark
    return text


def decorated(rows: Sequence[Mapping[str, str]], seed: int) -> list[str]:
    """Dress every example given once."""
    rng = np.random.default_rng(seed)
    return [decorate(row, rng) for row in rows]

"""Attributions: the same finding as another group would hold it.

A reader that learns only what each group tends to say takes whom a finding is about for whose
view it is. So each example that names no speaker is learned once more with one: a group picked
by chance, who reports it, is cited for it or signs it. Whose view it is is then certain,
whatever it speaks of; the other answers stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

_GROUPS = {  # several of them, one of them, how often they speak
    "staff": (
        (
            "nurses, clinicians, general practitioners, GPs, midwives, pharmacists, physicians, "
            "community health workers, health care providers, teachers, social workers, staff, "
            "physiotherapists, therapists, frontline workers, doctors, case managers, volunteers"
        ),
        (
            "nurse, GP, midwife, pharmacist, physician, community health worker, teacher, "
            "social worker, physiotherapist, doctor, receptionist, case manager, ward sister"
        ),
        0.3,
    ),
    "service_users": (
        (
            "patients, service users, clients, women, young people, older adults, residents, "
            "adolescents, people living with the condition, participants in the programme, users"
        ),
        "patient, client, service user, woman aged 34, young man, P12 (patient), resident",
        0.22,
    ),
    "managers_policy": (
        (
            "managers, policy makers, administrators, district officials, hospital directors, "
            "commissioners, programme leads, funders, employers, clinic leaders, planners"
        ),
        "manager, commissioner, district officer, hospital director, programme lead, planner",
        0.18,
    ),
    "carers": (
        "carers, family members, parents, relatives, spouses, caregivers, families, daughters",
        "daughter, carer, mother, husband of a patient, parent, caregiver",
        0.14,
    ),
    "peer_workers": (
        "peer workers, peer support workers, PSWs, peer mentors, recovery coaches",
        "peer worker, peer supporter, recovery coach, PSW",
        0.07,
    ),
    "community": (
        "community members, villagers, religious leaders, village elders, neighbours",
        "village elder, pastor, neighbour, community leader",
        0.06,
    ),
    "group_members": (
        "group members, members of the self-help group, attenders of the support group",
        "group member, member of the circle",
        0.03,
    ),
}
_REPORTED = (
    "{who} reported that {it}",
    "{who} felt that {it}",
    "In several studies, {who} said that {it}",
    "According to {who}, {it}",
    "{it}, {who} said",
    "{it}, as {who} saw it",
    "In the eyes of {who}, {it}",
    "It was noted by {who} that {it}",
    "{who} [12, 18] described how {it}",
    "Interviews with {who} showed that {it}",
)
_LISTED = (
    "{who}: {it}",
    "{it} (reported by {who})",
    "{who} mentioned {it}",
    "{it}, according to {who}",
    "{it} was named by {who}",
    "For {who}: {it}",
    "{it} [{who}]",
)
_SIGNED = ("{it} ({one})", "{it} - {one}", "{one}: {it}", "{it} [{one}, rural clinic]")
_BOTH = 0.06  # of the attributions name two groups, who then hold the view together
_SPEAKS = re.compile(
    r"\b(?:said|says?|felt|feel|feels|report(?:ed|s)?|described|thought|believed?|feared|valued|"
    r"perceived|expressed|according|complained|considered|stressed|view|worried|wanted|"
    r"appreciated|preferred|found|agreed|saw|seen|doubted|trusted|accepted|asked|regarded|told|knew|"
    r"noted|cited|mentioned|stated|explained|respondents|interviewees)\b",
    re.IGNORECASE,
)


def attributed(rows: Sequence[Mapping[str, str]], seed: int) -> list[dict[str, str]]:
    """Give every example that names no speaker once more, with one.

    Quotations are signed by somebody of the group whose view their writer says they are, other
    examples are put into the mouth of any.
    """
    rng = np.random.default_rng(seed)
    return [made for row in rows if (made := _attribute(row, rng)) is not None]


def _attribute(row: Mapping[str, str], rng: np.random.Generator) -> dict[str, str] | None:
    """Attribute one example, unless somebody speaks in it already or it is no finding."""
    if row.get("kind") or not row.get("perspective"):
        return None
    text = row["text"].strip()
    if row.get("voice") == "quote":
        group = row["perspective"]
        if group not in _GROUPS:
            return None
        made = str(rng.choice(_SIGNED)).format(it=text, one=_pick(_GROUPS[group][1], rng))
        return {**row, "text": made, "perspective": group, "perspective_2": group}
    if _SPEAKS.search(text):
        return None
    group = str(rng.choice(list(_GROUPS), p=[often for _, _, often in _GROUPS.values()]))
    who = _pick(_GROUPS[group][0], rng)
    if rng.random() < _BOTH:
        other = str(rng.choice([name for name in _GROUPS if name != group]))
        who, group = f"{who} and {_pick(_GROUPS[other][0], rng)}", "mixed"
    form = str(rng.choice(_LISTED if row.get("voice") == "table" else _REPORTED))
    inner = text if form.startswith("{it}") else lowered(text)
    made = form.format(it=inner.rstrip("."), who=who)
    ends = "." if text.endswith(".") else ""
    made = made[:1].upper() + made[1:] + ends
    return {**row, "text": made, "perspective": group, "perspective_2": group}


def _pick(names: str, rng: np.random.Generator) -> str:
    return str(rng.choice(names.split(", ")))


def lowered(text: str) -> str:
    """Lower the first letter unless it starts a name or an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text

"""Classes of evidence: how convincing a pooled association is, by rules that anyone can edit.

Umbrella reviews sort meta-analyses into classes I to IV by the rules of Ioannidis and Fusar-Poli.
The rules differ from paper to paper, so they are data: a profile with its name, version and
reason, shipped as a TOML file to copy and change. A criterion whose number is not known is not met.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from themeweave.errors import ReviewError

SHIPPED = ("observational", "trials")


@dataclass(frozen=True, slots=True)
class ClassRule:
    """What a class asks for; ``None`` and False ask for nothing."""

    name: str
    label: str
    more_than: float | None = None  # cases or participants, as the profile counts
    p_below: float | None = None
    i2_below: float | None = None  # percent
    prediction_excludes_null: bool = False
    no_small_study_effect: bool = False
    no_excess_significance: bool = False
    largest_study_significant: bool = False  # on the side of the pooled effect


@dataclass(frozen=True, slots=True)
class Profile:
    """A set of rules, and how the numbers that they judge are computed."""

    name: str
    version: str
    reason: str
    count: str  # "cases" or "participants"
    method: str
    ci: str
    small_study_alpha: float
    excess_alpha: float
    excess_test: str  # "smaller" (of TESS and PSST), "TESS", "PSST" or "chi2"
    excess_effect: str  # "common" or "largest"
    classes: tuple[ClassRule, ...]  # best first


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rules judge, on the analysis scale; nan where not known."""

    estimate: float
    p: float
    amount: float = math.nan  # cases or participants
    i2: float = math.nan  # percent
    pi_lb: float = math.nan
    pi_ub: float = math.nan
    largest_lb: float = math.nan  # interval of the largest study
    largest_ub: float = math.nan
    small_study_p: float = math.nan
    excess_p: float = math.nan


@dataclass(frozen=True, slots=True)
class EvidenceClass:
    """The class, and what kept the evidence out of each better one."""

    name: str  # "ns" where no rule is met
    label: str
    missed: tuple[str, ...]
    profile: str  # name and version


def classify(evidence: Evidence, profile: Profile) -> EvidenceClass:
    """Give the first class of the profile whose every criterion is met.

    Examples
    --------
    Personal recovery in Egmose et al. (2023): z is about 4.4, with 4,104 participants.

    >>> printed = Evidence(estimate=0.20, p=1.3e-5, amount=4104, i2=47)
    >>> found = classify(printed, shipped_profile("trials"))
    >>> found.name, found.missed[0]
    ('III', 'I: p 1.3e-05 is not below 1e-06')
    """
    stamp = f"{profile.name} {profile.version}"
    missed: list[str] = []
    for rule in profile.classes:
        faults = _unmet(evidence, rule, profile)
        if not faults:
            return EvidenceClass(rule.name, rule.label, tuple(missed), stamp)
        missed += [f"{rule.name}: {fault}" for fault in faults]
    known = not math.isnan(evidence.p)
    return EvidenceClass("ns", "not significant" if known else "no p value", tuple(missed), stamp)


def _unmet(evidence: Evidence, rule: ClassRule, profile: Profile) -> list[str]:
    """Say which criteria of one class are not met, comparing so that nan never meets one."""
    e, faults = evidence, []
    if rule.p_below is not None and not e.p < rule.p_below:
        faults.append(f"p {e.p:.2g} is not below {rule.p_below:g}")
    if rule.more_than is not None and not e.amount > rule.more_than:
        known = "unknown number of" if math.isnan(e.amount) else f"{e.amount:g}"
        faults.append(f"{known} {profile.count}, not more than {rule.more_than:g}")
    if rule.i2_below is not None and not e.i2 < rule.i2_below:
        faults.append(f"I2 {e.i2:.1f}% is not below {rule.i2_below:g}%")
    if rule.prediction_excludes_null and not (e.pi_lb > 0 or e.pi_ub < 0):
        known = "" if math.isnan(e.pi_lb) else f" {e.pi_lb:.3g} to {e.pi_ub:.3g}"
        faults.append(f"prediction interval{known or ', not estimable,'} does not exclude 0")
    if rule.no_small_study_effect and not e.small_study_p > profile.small_study_alpha:
        faults.append(f"small-study effect not ruled out ({_p(e.small_study_p)})")
    if rule.no_excess_significance and not e.excess_p > profile.excess_alpha:
        faults.append(f"excess significance not ruled out ({_p(e.excess_p)})")
    same_side = e.largest_lb > 0 if e.estimate > 0 else e.largest_ub < 0
    if rule.largest_study_significant and not same_side:
        faults.append(
            f"largest study {e.largest_lb:.3g} to {e.largest_ub:.3g} does not confirm the effect"
        )
    return faults


def _p(value: float) -> str:
    return "not estimable" if math.isnan(value) else f"p {value:.2g}"


def shipped_profile(name: str) -> Profile:
    """Read a profile that comes with the program: ``observational`` or ``trials``.

    Raises
    ------
    ReviewError
        For a name that is not on offer.
    """
    from importlib.resources import files

    from themeweave.effects.solver import choose

    file = f"{choose(name, SHIPPED, 'profile')}.toml"
    text = (files("themeweave.effects") / "profiles" / file).read_text(encoding="utf-8")
    return parse_profile(text, file)


def parse_profile(text: str, where: str = "the profile") -> Profile:
    """Read a profile of evidence classes from TOML text.

    Raises
    ------
    ReviewError
        When the text is no TOML, or with all faults at once: unknown or missing keys, values of
        the wrong type or outside their options.

    Examples
    --------
    >>> parse_profile('name = "mine"')
    Traceback (most recent call last):
    ...
    themeweave.errors.ReviewError: the profile of evidence classes has 10 faults
      in the profile
      - 'version' is missing
      ...
    """
    import tomllib

    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReviewError(
            f"not a TOML file: {error}", where, "Copy a shipped profile and change its values."
        ) from error
    found = raw.get("classes", [])
    rules = found if isinstance(found, list) and all(isinstance(r, dict) for r in found) else []
    faults = _faults(raw, _PROFILE, "")
    faults += ["'classes' has no class"] if "classes" in raw and not rules else []
    for number, rule in enumerate(rules, start=1):
        faults += _faults(rule, _RULE, f"class {number}: ")
    if faults:
        raise ReviewError(
            f"the profile of evidence classes has {len(faults)} faults",
            where,
            "Mend them, or start from a copy of a shipped profile.",
            faults=faults,
        )
    return Profile(**{**raw, "classes": tuple(ClassRule(**rule) for rule in rules)})


_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "count": ("cases", "participants"),
    "method": ("REML", "ML", "DL", "PM", "EB", "HE", "HS", "SJ", "FE", "EE"),
    "ci": ("z", "t", "knha", "adhoc"),
    "excess_test": ("smaller", "TESS", "PSST", "chi2"),
    "excess_effect": ("common", "largest"),
}
_PROFILE = {field.name: (str(field.type), True) for field in fields(Profile)}
_RULE = {field.name: (str(field.type), field.default is MISSING) for field in fields(ClassRule)}


def _faults(raw: Mapping[str, Any], keys: Mapping[str, tuple[str, bool]], at: str) -> list[str]:
    """List what is wrong with one table of a profile."""
    faults = [f"{at}unknown key '{key}'" for key in raw if key not in keys]
    faults += [
        f"{at}'{key}' is missing" for key, (_, must) in keys.items() if must and key not in raw
    ]
    for key, (kind, _) in keys.items():
        if key not in raw or key == "classes":
            continue
        value = raw[key]
        if kind.startswith("float"):
            if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
                faults.append(f"{at}'{key}' is {value!r}, not a number above 0")
        elif not isinstance(value, bool if kind == "bool" else str):
            faults.append(
                f"{at}'{key}' is {value!r}, not {'true or false' if kind == 'bool' else 'text'}"
            )
        elif key in _OPTIONS and value not in _OPTIONS[key]:
            faults.append(f"{at}'{key}' is {value!r}, not one of {', '.join(_OPTIONS[key])}")
    return faults

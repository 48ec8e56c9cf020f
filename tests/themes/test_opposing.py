"""Beside one finding stand those of its theme that point the other way."""

import numpy as np

from themeweave.themes.contradictions import opposing
from themeweave.themes.sureness import Stated

HELPS, HINDERS = "facilitator", "barrier"


def stated(name, valence, theme="T1", perspective=""):
    return Stated(name, theme, True, perspective=perspective, valence=valence)


def rows(*angles):
    turned = np.radians(angles)
    return np.column_stack([np.cos(turned), np.sin(turned)])


def pairs(findings, angles, most=3):
    return [(one.against, one.for_it) for one in opposing(findings, rows(*angles), most)]


def test_a_finding_stands_beside_all_its_nearest_the_nearest_first():
    findings = [
        stated("B", HINDERS),
        stated("near", HELPS),
        stated("nearer", HELPS),
        stated("far", HELPS),
    ]
    assert pairs(findings, (0, 40, 20, 60)) == [("B", "nearer"), ("B", "near"), ("B", "far")]


def test_of_one_finding_no_more_than_asked_stand_there_unless_it_is_nearest_to_them():
    findings = [stated("B1", HINDERS), stated("B2", HINDERS), stated("F", HELPS)]
    assert pairs(findings, (0, 30, 40), most=1) == [("B2", "F"), ("B1", "F")]


def test_other_themes_other_directions_and_other_subjects_stand_apart():
    findings = [
        stated("B", HINDERS),
        stated("elsewhere", HELPS, theme="T2"),
        stated("both", "mixed"),
        stated("other subject", HELPS),
    ]
    assert pairs(findings, (0, 5, 5, 95)) == []


def test_a_pair_says_whose_view_both_are():
    findings = [
        stated("B", HINDERS, perspective="staff"),
        stated("F", HELPS, perspective="staff"),
        stated("G", HELPS, perspective="carers"),
    ]
    assert [one.within for one in opposing(findings, rows(0, 10, 20))] == ["staff", ""]

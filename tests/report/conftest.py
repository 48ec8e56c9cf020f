"""A small report with everything in it, for the tests of the page."""

import pytest

from themeweave.report.figures.estimates import Effect
from themeweave.report.figures.forest import forest
from themeweave.report.figures.forest_rows import Forest
from themeweave.report.figures.theme_map import Edge, Node
from themeweave.report.page import (
    EffectRow,
    Fact,
    FindingRow,
    PageData,
    Reading,
    TrailRow,
)
from themeweave.report.tables import Cell, Column, Table

ENDINGS = {  # of every text in the report
    "plain": "",
    "hostile": "</script></style><script>alert(1)</script><img src=x onerror=alert(2)>\x00{{ 7 }}",
    "long": "x" * 200,
}


@pytest.fixture(scope="session")
def report():
    """Give the builder of reports: ``report("hostile")``."""
    return build


def build(kind="plain"):
    """Build a report of three findings whose texts end in one of ``ENDINGS``."""
    trap = ENDINGS[kind]
    trust, clarity = f"Trust{trap}", f"Role clarity{trap}"
    brings, confusion = f"What the role brings{trap}", f"Confusion{trap}"
    reviews = tuple(f"{name}{trap}" for name in ("Ng 2020", "Ode 2021"))

    def read(code, label, basis="confirmed", **more):
        return (Reading(code, label, basis, **more),)

    findings = (
        FindingRow(
            "F001",
            f"Shared experience builds trust.{trap}",
            "experiences",
            reviews,
            read("service_users", f"Service users{trap}"),
            read("individuals", "Individuals"),
            theme=read("t1", brings),
            subtheme=read("s1", trust),
        ),
        FindingRow(
            "F002",
            f"Nobody had written the role down.{trap}",
            "implementation",
            reviews[:1],
            read("staff", "Staff", "suggested", unsure=True, reason=f"near 'role'{trap}", by="x@1"),
            read("inner_setting", "Inner setting"),
            valence=read("barrier", "Barrier", reason="as published", by=f"ana{trap}"),
            theme=read("t2", confusion),
            subtheme=read("s2", clarity),
        ),
        FindingRow("F037", f"Trust also takes time.{trap}", reviews=reviews[1:]),
    )
    table = Table(
        "themes",
        f"Themes{trap}",
        (Column(f"Theme{trap}"), Column("Findings", align="right")),
        ((Cell(brings), Cell("1", number=1.0, sources=("F001",))), (Cell(confusion), Cell("1"))),
        (f"Base: findings.{trap}",),
    )
    nodes = (
        Node("r1", reviews[0], 0, "review", 2),
        Node("r2", reviews[1], 0, "review", 2),
        Node("s1", trust, 1, "subtheme", 1),
        Node("s2", clarity, 1, "subtheme", 1),
        Node("t1", brings, 2, "theme", 1),
        Node("t2", confusion, 2, "theme", 1),
    )
    edges = (
        Edge("r1", "s1", 1, 1, "service_users"),
        Edge("r2", "s1", 1, 1, "service_users"),
        Edge("r1", "s2", 1, 0, "staff"),
        Edge("s1", "t1", 1, 1, "service_users"),
        Edge("s2", "t2", 1, 0, "staff"),
    )
    plot = forest(Forest(f"Days{trap}", "SMD", (Effect(f"A 2014{trap}", -0.3, -0.6, 0.0, n=9),)))
    return PageData(
        f"Peer support{trap}",
        f"What works?{trap}",
        (Fact("Findings", "3", f"2 of 3 with a confirmed theme{trap}"),),
        (table,),
        nodes,
        edges,
        findings,
        (EffectRow(f"Days{trap}", f"SMD −0.30{trap}", plot.svg),),
        (TrailRow("2024-03-01", f"ana{trap}", f"Barrier{trap}", f"as published{trap}", "F002"),),
        (f"seed 0{trap}",),
    )

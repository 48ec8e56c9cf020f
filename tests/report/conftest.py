"""A small report with everything in it, for the tests of the page."""

import pytest

from themeweave.report.figures.estimates import Effect
from themeweave.report.figures.forest import forest
from themeweave.report.figures.forest_rows import Forest
from themeweave.report.figures.theme_map import Edge, Node
from themeweave.report.graph_view import Thread
from themeweave.report.page.records import (
    Bases,
    Contrast,
    EffectRow,
    Fact,
    FindingRow,
    Graph,
    PageData,
    PictureRow,
    Reading,
    ReviewRow,
    ThemeRow,
    TrailRow,
)
from themeweave.report.tables import Cell, Column, Table

ENDINGS = {  # of every text in the report
    "plain": "",
    "hostile": "</script></style><script>alert(1)</script><img src=x onerror=alert(2)>\x00{{ 7 }}",
    "long": "x" * 200,
    "mixed": " שלום \u202eעולם مرحبا 🙂👩‍⚕️",
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
            valence=read("facilitator", "Facilitator", "suggested", reason=f"builds{trap}"),
            theme=read("t1", brings),
            subtheme=read("s1", trust),
            quotation=f"It grew. Shared experience builds trust. They said so.{trap}",
            place=f"ng.md, Results, characters 9 to 40{trap}",
        ),
        FindingRow(
            "F002",
            f"Nobody had written the role down.{trap}",
            "implementation",
            reviews[:1],
            read("staff", "Staff", "suggested", unsure=True, reason=f"near 'role'{trap}", by="x@1"),
            read("inner_setting", "Inner setting"),
            read("culture", f"Culture{trap}", "suggested"),
            read("barrier", "Barrier", reason="as published", by=f"ana{trap}"),
            theme=read("t2", confusion),
            subtheme=read("s2", clarity),
        ),
        FindingRow(
            "F037",
            f"Trust also takes time.{trap}",
            reviews=reviews[1:],
            perspective=read("staff", f"Staff{trap}"),
            valence=read("barrier", "Barrier"),
            theme=read("t1", brings),
        ),
    )
    table = Table(
        "themes",
        f"Themes by findings{trap}",
        (Column(f"Theme{trap}", key="theme"), Column("Findings", align="right", key="findings")),
        (
            (Cell(brings), Cell("2", number=2.0, sources=("F001", "F037"))),
            (Cell(confusion), Cell("1")),
        ),
        (f"Base: findings.{trap}",),
        ("t1", "t2"),
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
    threads = (
        Thread("F001", "", ("r1", "r2"), "s1", "t1", "service_users", "", "", "", True, ""),
        Thread("F002", "", ("r1",), "s2", "t2", "staff", "", "", "", True, ""),
    )
    themes = (
        ThemeRow("t1", brings, "", f"What it gives.{trap}", Bases(2, 2, 2, "unknown")),
        ThemeRow("s1", trust, "t1", bases=Bases(1, 1, 2, "unknown"), stability=f"1 of 1{trap}"),
        ThemeRow("t2", confusion, bases=Bases(1, 1, 1, "4", "1.0 of 1", 4, exact=True)),
        ThemeRow("s2", clarity, "t2", bases=Bases(1, 1, 1, "4"), confidence=f"low{trap}"),
        ThemeRow("t3", f"Nothing yet{trap}"),
    )
    plot = forest(Forest(f"Days{trap}", "SMD", (Effect(f"A 2014{trap}", -0.3, -0.6, 0.0, n=9),)))
    return PageData(
        f"Peer support{trap}",
        f"What works?{trap}",
        (Fact("Findings", "3", f"2 of 3 with a confirmed theme{trap}"),),
        (table,),
        Graph(nodes, edges, threads),
        themes,
        (
            ("inner_setting", "Inner setting"),
            ("individuals", "Individuals"),
            ("process", "Process"),
        ),
        (("culture", f"Culture{trap}"),),
        f"A framework{trap}",
        findings=findings,
        contrasts=(Contrast("t1", "F037", "F001", 0.41),),
        reviews=(
            ReviewRow("R1", reviews[0], f"A review{trap}", rating="low", studies=(f"Ash{trap}",)),
            ReviewRow("R2", reviews[1], doi=f"10.1/x{trap}"),
        ),
        pictures=(PictureRow("flow", f"Flow{trap}", f"Numbers.{trap}", plot.svg),),
        effects=(EffectRow(f"Days{trap}", f"SMD −0.30{trap}", plot.svg),),
        trail=(
            TrailRow(
                "2024-03-01 09:00:00",
                f"ana{trap}",
                f"F002 is 'Barrier'{trap}",
                f"as published{trap}",
                "F002",
                f"Direction{trap}",
            ),
            TrailRow("2024-03-02", "ben", f"F002 is 'Staff'{trap}", "", "F002", withdrawn=True),
        ),
        methods=(f"seed 0{trap}",),
    )

"""Candidate themes: findings worded alike, put together in two levels for people to work on.

Each finding becomes a vector of the word parts it uses, less what all findings share, since the
review's topic tells nothing apart. A tree that joins what is nearest (Ward) is cut twice: low for
themes, high for overarching themes; then each finding moves to the nearest of either. Every one
has a place; one that fits badly is marked as loosely placed. Themes are a beginning: authors
choose theirs by meaning, which wording shows in part only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from themeweave.errors import ReviewError
from themeweave.findings.vectors import Embedder, centred, embed
from themeweave.themes.company import with_company
from themeweave.themes.labels import label_groups
from themeweave.themes.place import place
from themeweave.themes.settle import settled_below
from themeweave.themes.stability import likeness, margin, resampled
from themeweave.themes.tree import (
    choose_number,
    choose_number_on_top,
    cut,
    directions,
    grow,
    sums,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "propose@4"
FEWEST = 5  # findings below which there is nothing to group
_EXACT = 5_000  # findings up to which every one is a leaf of the tree
_LEAVES = 500  # small groups that are the leaves beyond that
_RESAMPLED = 2_000  # findings up to which stability is measured by resampling
_SPOKEN_FOR = 200  # findings of a theme, the most central, that its label is read from
_EXEMPLARS = 3
_CITATION = re.compile(r"\[[\d\s,;–-]*\]")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a finding is put."""

    id: str
    theme: str
    theme_label: str
    overarching: str
    overarching_label: str
    stability: float  # 0 to 1, see `propose`
    loosely: bool  # it is no nearer to its own theme than to another, or alone in it


@dataclass(frozen=True, slots=True)
class Theme:
    """A candidate theme, on either level."""

    id: str
    label: str
    parent: str  # the overarching theme; empty for one
    findings: tuple[str, ...]  # the most central first
    exemplars: tuple[str, ...]  # up to three, worded differently
    terms: tuple[str, ...]  # further phrases that tell it from the others
    stability: float  # the mean of its findings

    @property
    def description(self) -> str:
        """One line: what its findings speak of, in words that tell it from the other themes."""
        beside = f"; also {', '.join(self.terms)}" if self.terms else ""
        return f"Findings on {_inside(self.label)}{beside}."


def _inside(label: str) -> str:
    """Give a label as it stands inside a sentence: a first word in capitals stays."""
    first = label.split(" ", maxsplit=1)[0]
    return label if first.isupper() and len(first) > 1 else label[:1].lower() + label[1:]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Placements in the order of the input, themes by overarching theme, the largest first."""

    placements: tuple[Placement, ...]
    themes: tuple[Theme, ...]
    overarching: tuple[Theme, ...]
    reason: str  # why that many


def propose(
    ids: Sequence[str],
    texts: Sequence[str],
    number: int | Literal["auto"] = "auto",
    seeds: Mapping[str, str] | None = None,
    seed: int = 0,
    embedder: Embedder = embed,
) -> Proposal:
    """Propose candidate themes.

    Parameters
    ----------
    ids, texts
        One each a finding, at least five; ids differ and texts are not empty. Their order has no
        influence on the themes.
    number
        How many themes; "auto" takes the number whose themes stand apart most clearly.
    seeds
        From finding to the label of its theme. A seeded finding keeps its own, every other one
        joins the theme whose seeds it is nearest to, or a new theme where it fits none, see
        `themeweave.themes.place.place`. A number above theirs asks for so many new ones.
    seed
        Of the resampling, and beyond 5,000 findings of the small groups.
    embedder
        From texts to unit rows, the same for the same texts; their mean is taken off here.

    Returns
    -------
    Proposal
        The same for the same findings in any order. Up to 5,000 findings each is a leaf of the
        tree. Beyond, k-means first makes up to 500 small groups, so time grows with n.

        ``stability`` up to 2,000 findings: the mean Jaccard index, over 20 resamples of 80 per
        cent, between a finding's theme and the group it falls in when the sample is grouped
        afresh; 1 where it always keeps its company. Beyond, and with seeds: the margin
        ``1 - a / b`` of its cosine distances to its own theme (a) and to the nearest other (b), at
        least 0, and 1 for a seed. The two are not comparable.

    Raises
    ------
    ReviewError
        With fewer than five findings, empty texts, repeated ids, a number that cannot be met, or
        seeds that name unknown findings or no theme; all faults of a kind at once.

    References
    ----------
    Ward JH (1963). Journal of the American Statistical Association 58:236-244. Hennig C (2007).
    Computational Statistics & Data Analysis 52:258-271 (Jaccard stability).

    Examples
    --------
    >>> texts = ["They left for low pay.", "Low pay made them leave.", "Pay was low and late.",
    ...          "They gained hope.", "It gave staff hope.", "There was hope."]
    >>> found = propose(["F1", "F2", "F3", "F4", "F5", "F6"], texts, number=2)
    >>> [(theme.id, theme.label, sorted(theme.findings)) for theme in found.themes]
    [('c01', 'Hope', ['F4', 'F5', 'F6']), ('c02', 'Low pay', ['F1', 'F2', 'F3'])]
    """
    _check(ids, texts, number, seeds or {})
    order = sorted(range(len(ids)), key=lambda row: (texts[row], ids[row]))
    names, said = [ids[row] for row in order], [_plain(texts[row]) for row in order]
    titles = tuple(sorted(set((seeds or {}).values())))
    vectors = centred(embedder([*said, *titles]))
    vectors, named = vectors[: len(said)], dict(zip(titles, vectors[len(said) :], strict=True))
    asked = None if number == "auto" else number
    fits = None
    if seeds:
        rows = {row: seeds[name] for row, name in enumerate(names) if name in seeds}
        placed = place(vectors, rows, asked, named)
        leaf_of, fits, reason = placed.theme, placed.fits, placed.reason
        leaves = directions(sums(vectors, leaf_of))
        tree, count = grow(leaves), len(leaves)
    else:
        leaves, leaf_of, sizes = _leaves(vectors, asked or 0, seed)
        drawn = with_company(leaves, asked)
        tree = grow(drawn)
        count, reason = choose_number(tree, leaves, sizes, asked)
    tops, reason_on_top = choose_number_on_top(tree, count)
    theme, top = cut(tree, count), cut(tree, tops)
    if not seeds:
        theme, top = settled_below(drawn, theme, top)
    theme, top = theme[leaf_of], top[leaf_of]
    if seeds or len(ids) > _RESAMPLED:
        stability = margin(vectors, theme)
        stability[[name in (seeds or {}) for name in names]] = 1.0
    else:
        stability = resampled(vectors, theme, seed)
    own, other = likeness(vectors, theme)
    loosely = own <= other if fits is None else (own <= other) | ~fits
    groups = _Groups(names, said, vectors, stability, loosely)
    return _proposal(ids, groups, theme, top, titles, f"{reason}; {reason_on_top}")


def _check(
    ids: Sequence[str],
    texts: Sequence[str],
    number: int | Literal["auto"],
    seeds: Mapping[str, str],
) -> None:
    """Refuse what cannot be grouped."""
    if len(ids) < FEWEST:
        raise ReviewError(
            f"{len(ids)} findings are too few for themes to be proposed",
            next_step=f"Give at least {FEWEST}, or name the themes and decide by hand.",
        )
    repeated = [f"'{name}': {times} times" for name, times in Counter(ids).items() if times > 1]
    if repeated:
        raise ReviewError(
            "ids of findings are repeated", next_step="Give each its own id.", faults=repeated
        )
    empty = [
        f"finding '{name}'"
        for name, text in zip(ids, texts, strict=True)
        if not re.search(r"[^\W_]", _plain(text))
    ]
    if empty:
        raise ReviewError(
            "findings without words",
            next_step="Fill in their texts or leave them out.",
            faults=empty,
        )
    known = set(ids)
    faults = [f"'{name}' is not among the findings" for name in seeds if name not in known]
    faults += [f"'{name}' has no theme" for name, label in seeds.items() if not label.strip()]
    if faults:
        raise ReviewError(
            "seeds that cannot be used",
            next_step="Give each seed the id of a finding and the label of its theme.",
            faults=faults,
        )
    labels = len(set(seeds.values()))
    if number != "auto" and seeds and number < labels:
        raise ReviewError(
            f"the number of themes asked for is {number}, and the seeds name {labels}",
            next_step="Ask for more, or leave the number out: seeds bring their themes along.",
        )


def _plain(text: str) -> str:
    """Cut citations in brackets and runs of white space."""
    return " ".join(_CITATION.sub(" ", text).split())


def _leaves(vectors: Floats, asked: int, seed: int) -> tuple[Floats, Ints, Ints]:
    """Give the leaves of the tree, the leaf of each finding, and the findings of each leaf."""
    import numpy as np

    if len(vectors) <= _EXACT:
        return vectors, np.arange(len(vectors)), np.ones(len(vectors), dtype=np.intp)
    from sklearn.cluster import MiniBatchKMeans

    number = min(max(_LEAVES, 2 * asked), len(vectors))
    means = MiniBatchKMeans(number, random_state=seed, batch_size=4096, n_init=1, max_iter=20)
    _, leaf_of = np.unique(means.fit_predict(vectors), return_inverse=True)
    sizes = np.bincount(leaf_of)
    return sums(vectors, leaf_of) / sizes[:, None], leaf_of, sizes


@dataclass(frozen=True, slots=True)
class _Groups:
    """The findings in their canonical order, with what the themes are told by."""

    names: Sequence[str]
    texts: Sequence[str]
    vectors: Floats
    stability: Floats
    loosely: NDArray[np.bool_]

    def central(self, group: Ints) -> list[list[int]]:
        """Give the rows of each group, the most central first."""
        import numpy as np

        centres = directions(sums(self.vectors, group))
        nearness = np.round((self.vectors * centres[group]).sum(axis=1), 6)
        rows: list[list[int]] = [[] for _ in centres]
        for row in np.argsort(-nearness, kind="stable"):
            rows[group[row]].append(int(row))
        return rows

    def said(self, rows: Sequence[int]) -> list[str]:
        """Give the texts that a label is read from."""
        return [self.texts[row] for row in rows[:_SPOKEN_FOR]]

    def theme(
        self, theme_id: str, label: str, terms: tuple[str, ...], parent: str, rows: Sequence[int]
    ) -> Theme:
        exemplars: dict[str, str] = {}
        for row in rows:
            if len(exemplars) == _EXEMPLARS:
                break
            exemplars.setdefault(self.texts[row], self.names[row])
        return Theme(
            theme_id,
            label,
            parent,
            tuple(self.names[row] for row in rows),
            tuple(exemplars.values()),
            terms,
            round(float(self.stability[list(rows)].mean()), 3),
        )


def _proposal(
    ids: Sequence[str],
    groups: _Groups,
    theme: Ints,
    top: Ints,
    titles: Sequence[str],
    reason: str,
) -> Proposal:
    """Name and number the themes, the largest first, those of an overarching theme together."""
    members, top_members = groups.central(theme), groups.central(top)
    top_of = [int(top[rows[0]]) for rows in members]
    tops = sorted(range(len(top_members)), key=lambda t: _largest_first(top_members[t]))
    place = {t: position for position, t in enumerate(tops)}
    order = sorted(
        range(len(members)), key=lambda t: (place[top_of[t]], _largest_first(members[t]))
    )
    labels = label_groups([groups.said(members[t]) for t in order])
    names = _names(order, [label.name for label in labels], titles)
    above = label_groups([groups.said(top_members[t]) for t in tops], taken=names)
    digits = max(2, len(str(len(order))))
    theme_ids = {t: f"c{number:0{digits}}" for number, t in enumerate(order, 1)}
    top_ids = {t: f"o{number}" for number, t in enumerate(tops, 1)}
    themes = tuple(
        groups.theme(theme_ids[t], name, label.terms, top_ids[top_of[t]], members[t])
        for t, name, label in zip(order, names, labels, strict=True)
    )
    overarching: list[Theme] = []
    for t, label in zip(tops, above, strict=True):
        below = [found.label for found in themes if found.parent == top_ids[t]]
        name = below[0] if len(below) == 1 else label.name
        overarching.append(groups.theme(top_ids[t], name, label.terms, "", top_members[t]))
    return Proposal(
        tuple(_placements(ids, groups, themes, overarching)), themes, tuple(overarching), reason
    )


def _names(order: Sequence[int], labels: Sequence[str], titles: Sequence[str]) -> list[str]:
    """Give themes of the seeds their titles and the others their labels, all different."""
    taken = {title.casefold() for title in titles}
    return [
        titles[t] if t < len(titles) else f"{label} (new)" if label.casefold() in taken else label
        for t, label in zip(order, labels, strict=True)
    ]


def _largest_first(rows: Sequence[int]) -> tuple[int, int]:
    return -len(rows), min(rows)


def _placements(
    ids: Sequence[str], groups: _Groups, themes: Sequence[Theme], overarching: Sequence[Theme]
) -> list[Placement]:
    """Give each finding's place, in the order of the input."""
    parents = {top.id: top for top in overarching}
    theme_of = {finding: theme for theme in themes for finding in theme.findings}
    row_of = {name: row for row, name in enumerate(groups.names)}
    return [
        Placement(
            name,
            theme_of[name].id,
            theme_of[name].label,
            theme_of[name].parent,
            parents[theme_of[name].parent].label,
            round(float(groups.stability[row_of[name]]), 3),
            bool(groups.loosely[row_of[name]]),
        )
        for name in ids
    ]

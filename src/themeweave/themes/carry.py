"""Carrying decisions along: what people said of findings counts for the themes as they are now.

A decision names a theme by its id. When that theme was merged or split since, the decision goes
where its finding went; and some acts on themes are themselves a word on findings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from themeweave.codes.coding import Decision, Suggestion
from themeweave.themes.acts import Act
from themeweave.themes.revise import Revision


def carried(decisions: Iterable[Decision], revision: Revision) -> list[Decision]:
    """Give the decisions as they count after a revision.

    Acceptances of a merged theme count for what it became part of; rejections of it do not, since
    the theme it became is wider. Where a theme was split, rulings that the split knew of go along
    with their findings. Splitting and moving findings are acceptances themselves.
    """
    followers: defaultdict[str, list[tuple[int, Act]]] = defaultdict(list)
    for order, act in enumerate(revision.applied):
        if act.kind in ("merge", "split"):
            followers[act.theme].append((order, act))
    made = [*decisions, *_placed(revision)]
    return [now for was in made if (now := _now(was, followers, revision))]


def _placed(revision: Revision) -> Iterator[Decision]:
    """Give the acceptances that splits and moves of findings are."""
    for act in revision.applied:
        if act.kind in ("split", "place"):
            theme = act.target if act.kind == "split" else act.theme
            for finding in act.findings:
                yield Decision(
                    finding,
                    revision.book.id,
                    theme,
                    True,
                    act.coder,
                    act.sequence,
                    act.at,
                    act.reason,
                    branch=act.branch,
                    seen=act.branches,
                )


def _now(
    was: Decision, followers: Mapping[str, Sequence[tuple[int, Act]]], revision: Revision
) -> Decision | None:
    if was.codebook != revision.book.id or was.code_id not in followers:
        return was
    theme, passed, merged = was.code_id, -1, False
    while step := next(
        ((n, act) for n, act in followers.get(theme, ()) if n > passed and _goes(was, act)), None
    ):
        passed, act = step
        if act.kind == "merge":
            # what the target had been merged into by then is the theme that took it in
            theme, merged = revision.became[act.theme], True
        else:
            theme = act.target
    if merged and not was.accepted:
        return None
    return replace(was, code_id=theme)


def _goes(was: Decision, act: Act) -> bool:
    """Tell whether a ruling on the act's theme goes along with it."""
    if act.kind == "merge":
        return True
    known = was.sequence < act.sequence if was.coder == act.coder else False
    known = known or was.sequence <= act.seen.get(was.coder, 0)
    return known and was.finding_id in act.findings


def kept(revision: Revision) -> list[Suggestion]:
    """Give the places that kept candidate themes brought along: suggestions until confirmed."""
    found: dict[str, Suggestion] = {}
    for act in revision.applied:
        if act.kind == "new":
            theme = act.theme
            while theme in revision.became:
                theme = revision.became[theme]
            if theme not in revision.book.by_id or revision.book.by_id[theme].retired:
                continue
            for finding in act.findings:
                found[finding] = Suggestion(
                    finding,
                    revision.book.id,
                    theme,
                    1.0,
                    f"kept by {act.coder}",
                    "in the candidate theme that was kept as this theme",
                )
    return [found[finding] for finding in sorted(found)]


def followed(suggestions: Iterable[Suggestion], revision: Revision) -> list[Suggestion]:
    """Give suggestions as they count after a revision: merged themes followed, others left out.

    Examples
    --------
    >>> from themeweave.codes.codebook import Code, Codebook
    >>> from themeweave.themes.revise import revise
    >>> revised = revise(Codebook("themes", "Themes", (Code("T1", "Pay"), Code("T2", "Wages"))),
    ...                  [Act("e1", "ana", 1, "merge", "T2", target="T1")])
    >>> [guess.code_id for guess in followed([Suggestion("F1", "themes", "T2", 1, "x")], revised)]
    ['T1']
    """
    found: list[Suggestion] = []
    for guess in suggestions:
        theme = guess.code_id
        while theme in revision.became:
            theme = revision.became[theme]
        if theme in revision.book.by_id and not revision.book.by_id[theme].retired:
            found.append(guess if theme == guess.code_id else replace(guess, code_id=theme))
    return found

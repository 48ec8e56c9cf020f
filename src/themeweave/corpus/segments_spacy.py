"""The sentence splitter as a component of a spaCy pipeline.

A team that has a pipeline of its own can put our sentences into it, or leave them out and use its
own: both give spans of the same text. No model is needed; a blank pipeline will do.
"""

from __future__ import annotations

from typing import Any

from themeweave.corpus.segments import sentences

COMPONENT = "themeweave_sentences"


def register() -> str:
    """Make the component known to spaCy, and give its name; doing it twice changes nothing.

    A sentence begins at the token in which our span begins, white space left aside.

    Examples
    --------
    >>> import spacy
    >>> pipeline = spacy.blank("en")
    >>> _ = pipeline.add_pipe(register())
    >>> [sentence.text for sentence in pipeline("Trust grew (Fig. 2). Staff agreed.").sents]
    ['Trust grew (Fig. 2).', 'Staff agreed.']
    """
    from spacy.language import Language

    if not Language.has_factory(COMPONENT):
        Language.component(COMPONENT, func=_set_sentences, assigns=["token.is_sent_start"])
    return COMPONENT


def _set_sentences(doc: Any) -> Any:
    starts = iter([start for start, _ in sentences(doc.text)])
    coming = next(starts, None)
    for token in doc:
        begins = token.i == 0 or (coming is not None and coming < token.idx + len(token))
        token.is_sent_start = begins
        while coming is not None and coming < token.idx + len(token):
            coming = next(starts, None)
    return doc

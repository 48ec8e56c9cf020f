"""Evidence commands: what a folder's themes rest on, for the command line and the page alike.

`appraise` takes appraisal sheets in and out, `agree` computes agreement, `overlap` measures how far
reviews hold the same studies.
"""

from themeweave.review.evidence.agree import Labelled, agreement_of
from themeweave.review.evidence.appraise import (
    appraisals,
    blank_sheet,
    consensus_sheet,
    labels_of,
    lights_of,
    profile_text,
)
from themeweave.review.evidence.overlap import heat_map_of, overlap, overlap_record
from themeweave.review.evidence.pictures import of_suffix, picture_suffix
from themeweave.review.overlap import matrix

__all__ = [
    "Labelled",
    "agreement_of",
    "appraisals",
    "blank_sheet",
    "consensus_sheet",
    "heat_map_of",
    "labels_of",
    "lights_of",
    "matrix",
    "of_suffix",
    "overlap",
    "overlap_record",
    "picture_suffix",
    "profile_text",
]

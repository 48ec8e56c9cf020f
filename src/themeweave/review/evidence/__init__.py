"""Evidence commands: what a folder's themes rest on, for the command line and the page alike.

`appraise` takes appraisal sheets in and out, `agree` computes agreement, `overlap` measures how far
reviews hold the same studies, `confidence` asks what each theme's statement deserves, `direction`
counts where nothing can be pooled.
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
from themeweave.review.evidence.confidence import (
    cerqual_sheet,
    confidence,
    conqual_sheet,
    joint,
    links_sheet,
)
from themeweave.review.evidence.consistency import Consistency, consistency
from themeweave.review.evidence.direction import direction
from themeweave.review.evidence.flow import blank_flow, flow_bytes, flow_of, flow_suffix
from themeweave.review.evidence.overlap import heat_map_of, overlap, overlap_record
from themeweave.review.evidence.pictures import of_suffix, picture_suffix
from themeweave.review.overlap import matrix

__all__ = [
    "Consistency",
    "Labelled",
    "agreement_of",
    "appraisals",
    "blank_flow",
    "blank_sheet",
    "cerqual_sheet",
    "confidence",
    "conqual_sheet",
    "consensus_sheet",
    "consistency",
    "direction",
    "flow_bytes",
    "flow_of",
    "flow_suffix",
    "heat_map_of",
    "joint",
    "labels_of",
    "lights_of",
    "links_sheet",
    "matrix",
    "of_suffix",
    "overlap",
    "overlap_record",
    "picture_suffix",
    "profile_text",
]

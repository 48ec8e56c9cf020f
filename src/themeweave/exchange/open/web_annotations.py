"""W3C Web Annotations: each quotation with the codes it was given, found by place and by words.

Source: Web Annotation Data Model, W3C Recommendation of 23 February 2017.
"""

from __future__ import annotations

import json

from themeweave.exchange.content import Content
from themeweave.findings.records import Finding

_AROUND = 32  # characters before and behind a quotation, by which it is found in a changed text


def write(content: Content) -> dict[str, bytes]:
    """Write one collection with an annotation for each finding."""
    items = [_annotation(content, finding) for finding in content.findings]
    record = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "urn:themeweave:annotations",
        "type": "AnnotationCollection",
        "label": content.title,
        "total": len(items),
        "first": {
            "id": "urn:themeweave:annotations:1",
            "type": "AnnotationPage",
            "startIndex": 0,
            "items": items,
        },
    }
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    return {".jsonld": text.encode("utf-8")}


def _annotation(content: Content, finding: Finding) -> dict[str, object]:
    bodies: list[dict[str, object]] = [
        {
            "type": "TextualBody",
            "purpose": "tagging",
            "value": " > ".join(content.names(coding)),
            "creator": [{"type": "Person", "name": name} for name in coding.by]
            if coding.basis != "suggested"
            else {"type": "Software", "name": coding.by[0] if coding.by else "themeweave"},
            "themeweave:basis": coding.basis,
        }
        for coding in content.by_finding[finding.id]
    ]
    return {
        "id": f"urn:themeweave:finding:{finding.id}",
        "type": "Annotation",
        "motivation": "tagging" if bodies else "highlighting",
        "body": bodies,
        "target": _target(content, finding),
    }


def _target(content: Content, finding: Finding) -> dict[str, object]:
    place = finding.passage
    document = content.documents.get(place.document_id) if place else None
    if place is None or document is None:
        cited = finding.cited[0] if finding.cited else "unknown"
        return {
            "source": f"urn:themeweave:review:{cited}",
            "selector": {"type": "TextQuoteSelector", "exact": finding.text},
        }
    text = document.text
    return {
        "source": f"urn:sha256:{document.sha256}",
        "themeweave:name": document.name,
        "selector": [
            {"type": "TextPositionSelector", "start": place.start, "end": place.end},
            {
                "type": "TextQuoteSelector",
                "exact": text[place.start : place.end],
                "prefix": text[max(0, place.start - _AROUND) : place.start],
                "suffix": text[place.end : place.end + _AROUND],
            },
        ],
    }

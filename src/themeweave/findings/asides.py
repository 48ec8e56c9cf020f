"""Asides: sentences that stand among findings and look like them, but are something else.

Overviews ("... were examined in nine reviews", "Table 5 shows"), judgements of quality, methods,
descriptions of samples and studies, effects in numbers, definitions and history. Each kind is a
list of turns of phrase that research articles of any field use.
"""

from __future__ import annotations

import re

_COUNT = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty"
    r"|most|many|several|some|all|both|few|no|half|other|another|numerous|a number|the majority"
    r"|these|those|the remaining|the included|included|only \w+)"
)
_STUDIES = (
    r"(?:(?:of|the|these|primary|included|individual|systematic|scoping|eligible|relevant"
    r"|\w+-\w+) )*"
    r"(?:reviews?|stud(?:y|ies)|papers?|articles?|trials?|RCTs|publications?|reports)"
)
_TOPIC = (
    r"(?:implementation|effectiveness|experiences?|perceptions?|perspectives?|views|attitudes"
    r"|acceptability|feasibility|barriers?|facilitators?|enablers?|challenges|benefits|factors"
    r"|determinants|outcomes?|results|findings|themes|evidence|data|information|effects?|impacts?)"
)
_EXHIBIT = (
    r"(?-i:Tables?|TABLE|Fig(?:ure|s)?s?|Box|Appendi\w+|Supplement(?:ary|al)\w*"
    r"|Additional [Ff]iles?)"
)
_TREATED = (
    r"(?:reported|investigated|examined|explored|described|discussed|addressed|assessed|studied"
    r"|covered|considered|mentioned|included|identified|presented|summari[sz]ed|measured|evaluated"
    r"|available|found)"
)
_THEMES = r"(?:themes?|sub-?themes?|categories|domains|concepts|dimensions)"
_THEMES_OR_FACTORS = rf"(?:{_THEMES}|factors|aspects|issues|areas|ways)"
_BE = r"(?:is|are|was|were|been|being)"

_KINDS: dict[str, tuple[str, ...]] = {
    "an overview": (
        # Table 5 shows; are listed in full in Appendix 2; see Fig. 1
        (
            rf"\b{_EXHIBIT}\b[\s\d.:A-Z]{{0,12}}\s*(?:show|present|give|provide|list|summari[sz]e"
            r"|detail"
            r"|display|outline|illustrate|report|depict|contain)s?\b"
        ),
        (
            rf"\b(?:shown|presented|{_TREATED}|detailed|displayed|listed|provided|tabulated"
            r"|outlined"
            rf"|given|seen|illustrated)\b[^.;]{{0,40}}\bin (?:full in )?(?:the )?(?:online "
            rf")?{_EXHIBIT}\b"
        ),
        rf"^\W*see (?:also )?(?:the )?{_EXHIBIT}\b",
        # Barriers to uptake were examined in nine reviews
        (
            rf"^\W*(?:(?:\w+ly|overall|in total),? )?(?:the )?(?:\w+ )?{_TOPIC}\b[^.;,]* {_BE} "
            rf"(?:\w+ly )?{_TREATED} (?:in|by|from|across|within|for) (?:only |a total of "
            rf")?{_COUNT} "
            rf"{_STUDIES}\b"
        ),
        # Three themes were identified; could be grouped into six categories
        (
            rf"\b(?:identif|develop|generat|deriv|emerg|construct|yield|produc|group|organi[sz]"
            r"|categori"
            rf"[sz]|structur|classif)(?:ed|ied|ing)\b[^.;]{{0,100}}\b{_COUNT} (?:\w+ "
            rf"){{0,3}}{_THEMES}\b"
        ),
        (
            rf"^\W*(?:a total of )?{_COUNT} (?:\w+ ){{0,3}}{_THEMES} (?:{_BE}|emerged|have been"
            r"|arose)\b"
        ),
        rf"\b(?:several|various|many|multiple|different|a number of) {_THEMES_OR_FACTORS}\W*$",
        rf"\b(?:voices|accounts) (?:\w+ )?{_BE} (?:heard|{_TREATED}) in {_COUNT} {_STUDIES}\b",
        # what other work says, beside the sources of this one
        (
            r"\b(?:came|come|led|leads) to (?:an? |the )?(?:similar|like|same|comparable)"
            r" (?:conclusion|result|finding)s?\b"
        ),
        (
            r"\b(?:in line|in keeping|consistent|agrees?) with (?:\w+ )?(?:previous|earlier|prior"
            r"|other) (?:reviews?|overviews?|research|work|syntheses)\b"
        ),
        r"\b(?:is|are) (?:well )?known from\b",
        r"\b(?:reviewed|described|reported|discussed|summari[sz]ed) elsewhere\b",
        r"^\W*(?:several|many|various|a number of) (?:instruments|scales|tools|measures)\b",
        # what the text itself does next, or did before
        (
            r"^(?:the following|in (?:this|the following|the next) (?:section|paragraph|analyses)"
            r"|below)\b"
        ),
        (
            rf"\b(?:this|our|the present|the current) (?:section|paper|article|{_STUDIES}) "
            r"(?:presents?"
            r"|describes?|sheds|provides?|examines?|explores?|aims?)\b"
        ),
        r"\b(?:an|this|our) overview\b|\bthe following (?:provides|describes|section|questions?)\b",
        r"\b(?:aforementioned|above-?mentioned|as (?:described|mentioned|noted) (?:above|below))\b",
        # what a source covers, and how fully it reports
        (
            rf"\b(?:this|the|one|that|each) {_STUDIES} (?:only |mainly |did not |also "
            r")*(?:contribut|"
            r"inform|specif|relat|focus|look|cover|includ|examin)\w*"
        ),
        r"\b(?:whose|which) (?:perspectives?|views?) (?:was|were|is|are) (?:being )?present",
        rf"^\W*(?:and )?{_COUNT} {_STUDIES} (?:was|were) (?:reported|described) (?:across|in)\b",
        (
            r"^\W*(?:the )?(?:reporting|descriptions?|details) of\b|\b(?:degree|level|quality) of"
            r" (?:the )?(?:reporting|description|detail)"
        ),
    ),
    "a judgement of quality": (
        r"\b(?-i:AMSTAR|GRADE|CERQual|CASP|ROBIS|PRISMA|PROSPERO|Newcastle.Ottawa|JBI|MMAT)\b",
        r"\brisk of (?:\w+ )?bias\b|\bpublication bias\b|\bcertainty of (?:the )?evidence\b",
        (
            r"\b(?:critically )?low[- ]quality\b|\bmethodological(?:ly)? (?:quality|weak|limit|rigo"
            r"|flaw)"
        ),
        (
            r"\b(?:high|moderate|poor)[- ](?:methodological )?quality (?:review|stud|evidence|paper"
            r"|trial)"
        ),
        (
            r"\b(?:was|were) (?:judged|rated|considered|appraised)(?: as| to be)?(?: of)?"
            r" (?:\w+ )?quality\b"
        ),
        r"\bquality (?:appraisal|assessment|rating|score)s?\b|\binter-?rater\b",
        rf"\b{_STUDIES}\b[^.;]{{0,60}} (?:rated|appraised|scored|judged|graded) (?:as|to be)\b",
        r"\b(?:were|was) (?:rated|appraised|scored|graded) as\b",
    ),
    "a method": (
        (
            r"\bwe (?:also |then |first |therefore |only )*(?:search|screen|extract|includ|exclud"
            r"|conduct"
            r"|analy[sz]|us|aim|group|assess|cod|defin|follow|adapt|contact|pool|combin|not|retain"
            r"|report|present|beg[au]n|categori[sz]|synthesi[sz]|map|review|interview|recruit"
            r"|sampl|invit"
            r"|ask|plan|cho[so]s?|identif)(?:e?d|ied|e|y)?\b"
        ),
        (
            r"\b(?:were|was) (?:\w+ly )?(?:screened|extracted|coded|double-\w+|searched|retrieved"
            r"|excluded|transcribed|audio-?recorded|recruited|randomi[sz]ed|sampled|approached"
            r"|tabulated"
            r"|synthesi[sz]ed|pooled|eligible|potentially eligible|invited to (?:take part"
            r"|participate))\b"
        ),
        (
            r"\b(?:search (?:strategy|terms?)|(?:inclusion|exclusion|eligibility) criteri"
            r"|full.texts?"
            r"|databases?|data (?:extraction|collection|saturation|synthesis)|thematic analysis"
            r"|interviews? lasted|purposive(?:ly)?)\b"
        ),
        r"\bconsent was (?:obtained|sought|given|waived)\b|\bethic\w+ approval\b",
        r"\beligible (?:papers|articles|studies|reviews|records)\b|\brecords (?:were|was)\b",
        r"\bsearch(?:es)? (?:\w+ )?(?:led|yield|return|result|retriev|produc|identif|found|gave)",
        r"\b\d[\d,]* (?:\w+ )?(?:records|hits|titles|abstracts|citations)\b",
        (
            rf"^\W*(?:(?:in all|in total|overall),? )?{_COUNT} {_STUDIES} (?:were|was) (?:included"
            r"|kept|used|retained|left)\b"
        ),
        (
            r"\b(?:data|interviews|focus groups|surveys?|questionnaires?|searches) (?:were|was) "
            r"(?:\w+ly )?(?:collected|analy[sz]ed|conducted|held|carried out|run|sent|administered"
            r"|available|obtained)\b"
        ),
    ),
    "a description of samples or studies": (
        (
            rf"\b{_COUNT} (?:\w+ )?{_STUDIES}\b[^.;]{{0,50}}? (?:were|was) (?:\w+ly )?(?:conducted"
            r"|carried"
            r" out|published|undertaken|set|based|performed|pilot|cluster|in|from)\b"
        ),
        (
            rf"\b{_COUNT} (?:\w+ )?{_STUDIES}(?: –[^–]*–)? (?:explicitly |only |also |which |that "
            r"|either )*"
            r"(?:specif|recruit|includ|comprised|sampl|used|using|measur|evaluat|compar|describ"
            r"|did not"
            r" (?:report|specify)|focus|look|defin|survey|provided? data|contribut|investigat"
            r"|offer|studied"
            r"|studies|examin|assess|reported (?:measuring|data|both|either|all|just|on|using"
            r"|follow))"
        ),
        rf"^\W*{_STUDIES} (?:reported measuring|measured|included|used|were conducted)\b",
        (
            r"\b(?:participants?|patients?|samples?|respondents?|interviewees?|women|nurses|staff) "
            r"(?:in \w+ \w+ )?(?:were (?:aged|adults|recruited|mainly|mostly|predominantly|between"
            r"|\d)"
            r"|ranged|had a mean|aged|comprised|numbered)\b"
        ),
        r"\b(?:mean|median|average) (?:age|length|duration|follow)|\bsamples? sizes?\b",
        rf"\b{_STUDIES} (?:with|of|among) \d",
        (
            rf"^\W*(?:all but \w+|{_COUNT})(?: of (?:these|them|those))? (?:\w+ly )?(?:interviewed"
            r"|recruited|surveyed|sampled|enrolled|gave an? (?:list|definition|description))\b"
        ),
        r"\btrained for (?:(?:at least|up to|about) )?\w+ (?:hours|days|weeks|months)\b",
        # Eight came from Europe; most were led by instructors; together they draw on 40 interviews
        (
            rf"^\W*(?:and )?{_COUNT}(?: of (?:these|them|those))? (?:(?:came|come|stem\w*|date[sd]?"
            r"|originate[sd]?)|(?:were|was|are|is) (?:\w+ly )?(?:from|(?:led|delivered|run|funded)"
            r" by|(?:set|based|held|located) (?:in|at)|conducted|published|reviews|studies"
            r"|trials))\b"
        ),
        rf"^\W*(?:and )?{_COUNT} from (?:the )?(?-i:[A-Z])\w+(?: \w+)?\W*$",
        (
            r"^\W*(?:(?:together|in all|overall|in total),? )?(?:they|these|the (?:\w+ )?"
            rf"{_STUDIES}|{_STUDIES}) (?:together )?(?:cover|draw|compris|includ|contain|span"
            r"|took in|take in|involv|enrol)\w*\b[^.;]*\d"
        ),
        (
            rf"\b{_STUDIES} (?:\w+ ){{0,3}}(?:described|reported) their (?:methods|analys\w+"
            r"|sampl\w+)\b"
        ),
        (
            rf"\b(?:ranged|ranging|range|varied|lay) (?:in \w+ )?(?:from|between) (?:\w+ )?"
            rf"(?:\d|{_COUNT} (?:to|and)\b)"
        ),
        r"\b\d[\d.,]* to \d[\d.,]* (?:(?:centi|kilo)?met(?:re|er)|kilo|gram|euro|dollar|pound)",
        r"\btotal of \d[\d,]* (?:participants|patients|people|stud|trial|review|record|paper)",
        rf"\b(?:populations?|samples?|participants?) (?:in|of|for) (?:the )?(?:\w+ )?{_STUDIES}\b",
        # what a trial set out to do, not what came out
        rf"\b{_COUNT} (?:of )?{_STUDIES} (?:have )?(?:studied|examined|tested|trialled)\b",
        (
            r"\b(?:was|were) (?:also )?(?:tried|tested|trialled|piloted|examined)"
            r" in (?:a|an|one|the|(?-i:[A-Z]\w+))\b"
        ),
    ),
    "numbers": (
        r"\b(?:fell|rose|dropped|grew|increased|decreased|went) from \d[\d.,]*%? to \d",
        r"\d\s?%[^.;]{0,30}\band \d[\d.]*\s?%",
        r"\b(?:found|made|showed|with|was|were|remained) no (?:\w+ )?difference\b",
        (
            r"\b(?-i:SMD|OR|RR|HR|MD|WMD|CI|IQR|SD|SE|aOR)\b\s*[=:(,]?\s*[-−–]?\s*\d|I[²2]\s*=|χ"
            r"|\bβ\s*="
        ),
        r"\b[pPnNQkrd]\s*[=<>≤≥]\s*[-−–]?\s*[\d.]|\b\d{1,2}\s*% (?:CI|confidence)",
        (
            r"\b(?:standardi[sz]ed mean difference|odds ratio|risk ratio|relative risk|effect "
            r"sizes?"
            r"|confidence intervals?|heterogene\w+|pooled|statistically|meta-?analy\w+|Cohen"
            r"|Hedges)\b"
        ),
        (
            r"\bsignifican(?:t|tly) (?:\w+ )?(?:effect|improve|reduc|increas|differen|higher|lower"
            r"|better"
            r"|greater|decreas|associat)"
        ),
        r"\b(?:no|small|moderate|large) effects?\b",
        (
            rf"\b{_STUDIES} (?:\w+ )?(?:reported|found|showed|suggested) (?:\w+ )?(?:no "
            r"|significant "
            r"|continued |some )*(?:improvement|reduction|increase|decrease|difference|effect)s?\b"
        ),
        (
            r"\b(?:post-?intervention|follow-?up (?:data|results|period|of|at|visits?)|baseline"
            r"|\d+[- ](?:week|month|year)s?[- ]follow-?up|months? follow-?up"
            r"|(?:control|intervention) (?:group|arm|condition)s?)\b"
        ),
    ),
    "a definition or history": (
        (
            rf"\b{_BE} (?:also |often |commonly |usually )*(?:defined|known|termed|called"
            r"|referred to)"
            r" (?:as|by)\b|\bdefined (?:\S+ ){0,12}as\b|\bdefinitions? of\b"
        ),
        r"\brefers? to\b|\bas referred to\b|\bthe terms? [“‘\"]|\bconceptuali[sz]ed as\b",
        r"\b(?:centur(?:y|ies)|founded in|dates? back|first introduced|established in)\b",
        r"\b(?:in|since) (?:the )?(?:early |late )?(?:1[89]|20)\d\ds?\b",
        r"\b(?:consists?|(?:is|are) (?:composed|made up)) of\b",
        (
            r"^\W*(?!(?:the|those|most|many|some|all)\b)(?:\w+ ){1,3}(?:is|are) (?:an? )?(?:\w+ )?"
            r"(?:people|persons?|individuals|women|men|volunteers?|professionals?) (?:who|with)\b"
        ),
        (
            r"\b(?:is|are) (?:an? |the )?(?:\w+ ){0,2}(?:example of|topic (?:of|with)"
            r"|new philosophy)\b"
        ),
        (
            r"[”\"] (?:was|were|has been|have been) (?:established|launched|introduced|developed"
            r"|founded)\b"
        ),
        (
            r"\b(?:is|are|was|were) available in (?:\w+ )?(?:of the )?(?:countries|regions|centres"
            r"|sites|\w+ of)\b|\b(?:is|are) set (?:out )?by (?:\w+ )?(?:polic|law|guideline)"
        ),
        r"^\W*(?:in recent (?:years|decades)|nowadays|over the (?:past|last))\b",
        r"^\W*the law (?:in (?-i:[A-Z])\w+ )?(?:requires?|forbids?|allows?)\b",
        r"\bhypothesi[sz]es?\b|\bcurrently being\b",
        r"\b(?:future|further|more) (?:research|studies|work)\b",
        r"\b(?:dearth|paucity) of\b|\btook place\b|\bconduct(?:ing)? (?:more )?(?:RCTs|trials)\b",
        r"\b(?:is|are) an? (?:\S+ ){0,3}(?:model|framework|approach|concept|theory|philosophy)\b",
        # what was set up, where and by whom
        (
            r"\b(?:program(?:me)?s?|initiatives?|guides?|projects?|schemes?"
            r"|campaigns?)\b[^.;]{0,80} "
            r"(?:is|are|was|were|have been|has been) (?:established|launched|introduced|developed"
            r"|provided"
            r"|founded|offered|rolled out)\b"
        ),
    ),
    "a recommendation": (
        r"\b(?:is|are) to (?:be|have) (?!found|seen)",
        r"\b(?:may|might|will) want to (?:ensure|consider|make)\b",
        r"\b(?:we|the authors) (?:recommend|suggest that (?:future|more)|call for|urge|advise)\b",
    ),
}
_PATTERNS = tuple(
    (kind, re.compile("|".join(f"(?:{turn})" for turn in turns), re.IGNORECASE))
    for kind, turns in _KINDS.items()
)


def aside(sentence: str) -> str:
    """Name what a sentence is where it is no finding; empty where it may be one.

    Parameters
    ----------
    sentence
        Without its citations, white space drawn together.

    Examples
    --------
    >>> aside("Barriers to vaccination were examined in nine reviews.")
    'an overview'
    >>> aside("Uptake rose after the visits (OR = 1.4).")
    'numbers'
    >>> aside("Lack of time was reported in four studies.")
    ''
    """
    if len(sentence.split()) < 3 or not re.search(r"[a-z]{3}", sentence):
        return "too short"
    if sentence.endswith(("?", ":")):
        return "a question or the start of a list"
    return next((kind for kind, pattern in _PATTERNS if pattern.search(sentence)), "")

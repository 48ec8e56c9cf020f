"""The codebooks that come with the program: structure, ids that scripts rely on, knowledge."""

import re

import pytest

from themeweave.codes.cues import compile_cues

# Structure and names: Damschroder et al. 2022, Implementation Science 17:75
CFIR_2022 = {
    "innovation": """
        innovation_source innovation_evidence_base innovation_relative_advantage
        innovation_adaptability innovation_trialability innovation_complexity innovation_design
        innovation_cost""",
    "outer_setting": """
        critical_incidents local_attitudes local_conditions partnerships_and_connections
        policies_and_laws financing external_pressure external_pressure.societal_pressure
        external_pressure.market_pressure external_pressure.performance_measurement_pressure""",
    "inner_setting": """
        structural_characteristics structural_characteristics.physical_infrastructure
        structural_characteristics.information_technology_infrastructure
        structural_characteristics.work_infrastructure relational_connections communications
        culture culture.human_equality_centeredness culture.recipient_centeredness
        culture.deliverer_centeredness culture.learning_centeredness tension_for_change
        compatibility relative_priority incentive_systems mission_alignment available_resources
        available_resources.funding available_resources.space
        available_resources.materials_and_equipment access_to_knowledge_and_information""",
    "individuals": """
        high_level_leaders mid_level_leaders opinion_leaders implementation_facilitators
        implementation_leads implementation_team_members other_implementation_support
        innovation_deliverers innovation_recipients need capability opportunity motivation""",
    "implementation_process": """
        teaming assessing_needs assessing_needs.innovation_deliverers
        assessing_needs.innovation_recipients assessing_context planning tailoring_strategies
        engaging engaging.innovation_deliverers engaging.innovation_recipients doing
        reflecting_and_evaluating reflecting_and_evaluating.implementation
        reflecting_and_evaluating.innovation adapting""",
}
# Names: Cane, O'Connor and Michie 2012, Implementation Science 7:37
TDF = (
    "Knowledge",
    "Skills",
    "Social/Professional Role and Identity",
    "Beliefs about Capabilities",
    "Optimism",
    "Beliefs about Consequences",
    "Reinforcement",
    "Intentions",
    "Goals",
    "Memory, Attention and Decision Processes",
    "Environmental Context and Resources",
    "Social influences",
    "Emotion",
    "Behavioural Regulation",
)
# Names: Michie, van Stralen and West 2011, Implementation Science 6:42
COM_B = {
    "capability": "physical_capability psychological_capability",
    "opportunity": "physical_opportunity social_opportunity",
    "motivation": "reflective_motivation automatic_motivation",
}
SHIPPED = ("cfir-2009", "cfir-2022", "com-b", "perspectives", "tdf", "themes", "valence")
PERSPECTIVES = (
    "service_users peer_workers staff carers group_members managers_policy community mixed unclear"
)


def below(book, root):
    return [code for code in book.codes if code.parent and book.top(code.id) == root]


def levels(book, root):
    counts = {}
    for code in below(book, root):
        counts[code.level] = counts.get(code.level, 0) + 1
    return counts


@pytest.mark.parametrize("domain", CFIR_2022)
def test_cfir_2022_has_the_ids_that_scripts_rely_on_in_the_order_of_the_publication(
    shipped, domain
):
    assert [code.id for code in below(shipped["cfir-2022"], domain)] == CFIR_2022[domain].split()


def test_cfir_2022_counts_5_domains_48_constructs_and_19_sub_constructs(shipped):
    book = shipped["cfir-2022"]
    assert [code.id for code in book.roots()] == list(CFIR_2022)
    assert {domain: levels(book, domain) for domain in CFIR_2022} == {
        "innovation": {"construct": 8},
        "outer_setting": {"construct": 7, "sub-construct": 3},
        "inner_setting": {"construct": 11, "sub-construct": 10},
        "individuals": {"role": 9, "characteristic": 4},
        "implementation_process": {"construct": 9, "sub-construct": 6},
    }
    constructs = [code for code in book.codes if code.level in _CONSTRUCTS]
    assert (len(constructs), len(book.codes) - len(constructs) - 5) == (48, 19)


_CONSTRUCTS = ("construct", "role", "characteristic")


def test_a_sub_construct_of_cfir_2022_stands_below_the_construct_that_its_id_names(shipped):
    for code in shipped["cfir-2022"].codes:
        if code.level == "sub-construct":
            assert code.parent == code.id.partition(".")[0]
        elif code.parent:
            assert code.parent in CFIR_2022


def test_every_construct_of_cfir_2022_says_what_a_coder_needs(shipped):
    for code in shipped["cfir-2022"].codes:
        assert code.definition
        assert code.include
        assert code.exclude
        assert len(set(code.cues)) >= 5
        if code.parent:
            assert len({example.text for example in code.examples}) >= 5, code.id


def test_cfir_2009_counts_39_codes_in_5_domains(shipped):
    book = shipped["cfir-2009"]
    assert {root.id: len(below(book, root.id)) for root in book.roots()} == {
        "intervention_characteristics": 8,
        "outer_setting": 4,
        "inner_setting": 14,
        "characteristics_of_individuals": 5,
        "process": 8,
    }
    assert all(code.definition and len(code.cues) >= 4 for code in book.codes)


def test_tdf_counts_14_domains_without_any_code_below(shipped):
    book = shipped["tdf"]
    assert tuple(code.name for code in book.codes) == TDF
    assert len(TDF) == 14
    assert {(code.parent, code.level) for code in book.codes} == {("", "domain")}
    assert [re.sub(r"\W+", "_", code.name.lower()) for code in book.codes] == list(book.by_id)


def test_com_b_counts_6_components_two_in_each_of_3_conditions(shipped):
    book = shipped["com-b"]
    assert {
        root.id: " ".join(code.id for code in below(book, root.id)) for root in book.roots()
    } == COM_B
    levels_found = [code.level for code in book.codes]
    assert (levels_found.count("condition"), levels_found.count("component")) == (3, 6)


@pytest.mark.parametrize("name", ["tdf", "com-b"])
def test_every_code_of_tdf_and_com_b_says_what_a_coder_needs(shipped, name):
    for code in shipped[name].codes:
        assert code.definition
        assert code.include
        assert code.exclude
        if code.level == "condition":  # its components speak for it
            assert len(code.cues) >= 5
            assert not code.examples
        else:
            assert 12 <= len(code.cues) <= 25, code.id
            assert 6 <= len(code.examples) <= 8, code.id
            assert {e.valence for e in code.examples} >= {"barrier", "facilitator"}, code.id


@pytest.mark.parametrize("name", ["tdf", "com-b"])
def test_a_cue_of_tdf_or_com_b_speaks_for_one_code_only(shipped, name):
    codes = shipped[name].codes
    matcher = compile_cues(codes)
    for code in codes:
        said = (code.definition, *code.include, *code.cues, *(e.text for e in code.examples))
        for text, hits in zip(said, matcher.hits(said), strict=True):
            assert {hit.code_id for hit in hits} <= {code.id}, f"{code.id}: {text}"


def test_perspectives_are_those_that_scripts_rely_on(shipped):
    book = shipped["perspectives"]
    assert book.exclusive
    assert [code.id for code in book.codes] == PERSPECTIVES.split()
    assert not any(code.parent for code in book.codes)


def test_valence_is_barrier_facilitator_mixed_or_neutral(shipped):
    book = shipped["valence"]
    assert book.exclusive
    assert [code.id for code in book.codes] == ["barrier", "facilitator", "mixed", "neutral"]


def test_themes_are_three_a_residual_and_their_subthemes(shipped):
    book = shipped["themes"]
    assert book.exclusive
    assert [code.level for code in book.roots()] == ["overarching"] * 3 + ["residual"]
    assert {code.level for code in book.codes if code.parent} == {"subtheme"}
    for root in book.roots():
        subthemes = below(book, root.id)
        assert all(code.parent == root.id for code in subthemes)
        assert bool(subthemes) == (root.level == "overarching")


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != "cfir-2009"])
def test_a_rule_that_sends_a_finding_elsewhere_names_a_code_that_is_there(shipped, name):
    book = shipped[name]
    sent = [
        (code.id, target)
        for code in book.codes
        for rule in code.exclude
        for target in re.findall(r"-> ([^;]+)", rule)
        if not target.startswith(("the ", "that "))  # as in "the group that speaks"
    ]
    assert sent
    for code_id, target in sent:
        named = set(re.findall(r"[\w.]+", target)) - {"or", "with"}
        assert named
        assert named <= set(book.by_id), f"{code_id} sends to {target}"
        assert code_id not in named


@pytest.mark.parametrize("name", SHIPPED)
def test_no_example_or_cue_stands_twice_in_a_code_and_no_example_in_two(shipped, name):
    book = shipped[name]
    for code in book.codes:
        assert len({cue.lower() for cue in code.cues}) == len(code.cues), code.id
    texts = [example.text for code in book.codes for example in code.examples]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name", SHIPPED)
def test_an_example_has_a_valence_that_the_codebook_of_valence_holds(shipped, name):
    known = set(shipped["valence"].by_id)
    for code in shipped[name].codes:
        assert {example.valence for example in code.examples} <= known, code.id


def test_an_example_of_a_valence_has_that_valence(shipped):
    for code in shipped["valence"].codes:
        assert {example.valence for example in code.examples} == {code.id}

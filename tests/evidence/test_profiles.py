import pytest

from themeweave.errors import ReviewError
from themeweave.evidence.profiles import SHIPPED, read_profile, shipped_text

SMALL = """
name = "mine"
tool = "Three questions"
version = "1"
of = "review"
expected = 3
reason = "Short."
citation = "None."
[sets.yn]
yes = ["met", "y"]
no = ["not met"]
[rule]
kind = "count"
at_least = 2
then = "higher"
otherwise = "lower"
[items.a]
topic = "A"
set = "yn"
[items.b]
topic = "B"
set = "yn"
[items.c]
topic = "C"
set = "yn"
"""


@pytest.mark.parametrize(
    ("name", "items", "critical"),
    [
        ("amstar2", 16, 7),
        ("amstar2-without-meta-analysis", 13, 5),
        ("amstar2-scoping", 13, 5),
        ("amstar2-qualitative", 13, 5),
        ("robis", 29, 0),
        ("jbi-reviews", 11, 0),
        ("jbi-qualitative", 10, 0),
        ("cochrane-rob", 7, 0),
        ("cochrane-rob-modified", 7, 0),
    ],
)
def test_shipped_profiles_hold_all_items_of_their_tool(name, items, critical):
    profile = read_profile(shipped_text(name))
    assert (len(profile.items), sum(item.critical for item in profile.items)) == (items, critical)
    assert profile.name == name
    assert profile.reason
    assert profile.citation


def test_every_shipped_profile_is_tested():
    assert len(SHIPPED) == 9


def test_not_applicable_is_allowed_only_where_the_profile_says_so():
    def allowed(name):
        items = read_profile(shipped_text(name)).items
        return [i.id for i in items if "not applicable" in i.answers.values()]

    assert allowed("amstar2") == ["11", "12", "15"]
    assert allowed("amstar2-scoping") == ["9", "13"]
    assert allowed("amstar2-qualitative") == []


def test_an_answer_may_be_written_in_other_ways():
    item = read_profile(shipped_text("amstar2")).by_id["11"]
    assert [item.answer(word) for word in ("Y", " no  MA ", "N/A", "perhaps")] == [
        *("yes", "no meta-analysis", "no meta-analysis", ""),
    ]


def test_an_unknown_profile_names_those_that_are_shipped():
    with pytest.raises(ReviewError) as refused:
        shipped_text("amstar3")
    assert str(refused.value) == (
        "there is no appraisal profile 'amstar3'\n"
        "  Shipped: amstar2, amstar2-qualitative, amstar2-scoping, amstar2-without-meta-analysis, "
        "cochrane-rob, cochrane-rob-modified, jbi-qualitative, jbi-reviews, robis. Or put "
        "amstar3.toml into the folder appraisals/."
    )


def test_all_faults_of_a_profile_are_listed():
    text = (
        SMALL.replace('[items.c]\ntopic = "C"\nset = "yn"\n', "")
        .replace('citation = "None."', "colour = 3")
        .replace('["not met"]', '["bad"]')
        .replace("at_least = 2\n", "least = 2\n")
        .replace('of = "review"', 'of = "book"')
        .replace('topic = "B"', "weight = 2")
        .replace('topic = "A"\nset = "yn"', 'topic = "A"\nset = "ny"')
    )
    with pytest.raises(ReviewError) as refused:
        read_profile(text, "mine.toml")
    assert str(refused.value) == (
        "the appraisal profile has 10 faults\n  in mine.toml\n"
        "  - unknown key 'colour'\n"
        "  - 'citation' is missing\n"
        "  - 'of' is 'book', it should be review or study\n"
        "  - sets.yn, 'no': the first word must say what it means, one of met, partly, not met, "
        "unclear, not applicable\n"
        "  - item 'a': there is no set of answers 'ny'\n"
        "  - item 'b': unknown key 'weight'\n"
        "  - item 'b': 'topic' is missing\n"
        "  - there are 2 items, expected are 3\n"
        "  - unknown key 'rule.least'\n"
        "  - a rule that counts needs at_least (a number), then and otherwise\n"
        "  Mend them, or start from a copy of a shipped profile."
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (('kind = "count"', 'kind = "sum"'),
         "rule.kind is 'sum', it should be one of weaknesses, ahrq, count, stated, none"),
        (('kind = "count"', 'kind = "stated"'), "rule.item is '', which is no item"),
        (('kind = "count"', 'kind = "none"\npartly = "x"'),
         "rule.partly is 'x', it should be met or weakness"),
        (("expected = 3", ""), "'expected' is missing: the number of items"),
        (('name = "mine"', "name = 3"), "'name' must be text"),
        (('[items.a]\ntopic = "A"\nset = "yn"', "[items]\na = 1"), "item 'a' must be a table"),
    ],
)  # fmt: skip
def test_a_fault_of_a_profile_says_what_it_should_be(change, fault):
    with pytest.raises(ReviewError) as refused:
        read_profile(SMALL.replace(*change))
    assert fault in refused.value.faults


def test_a_profile_that_is_no_toml_or_extends_itself_is_refused():
    with pytest.raises(ReviewError) as broken:
        read_profile("name = ", "mine.toml")
    assert str(broken.value).startswith("not a TOML file: ")
    assert str(broken.value).endswith(
        "\n  in mine.toml\n  Copy a shipped profile and change its values."
    )
    texts = {"a": 'extends = "b"', "b": 'extends = "a"'}
    with pytest.raises(ReviewError) as circle:
        read_profile(texts["a"], "a.toml", texts.__getitem__)
    assert str(circle.value) == (
        "the profile extends itself: b -> a -> b\n  in profile 'a'\n"
        "  Let one of them extend a shipped profile."
    )
    with pytest.raises(ReviewError) as gone:
        read_profile('extends = "jbi-qualitative"\nleave_out = ["11"]', "mine.toml")
    assert str(gone.value) == (
        "items are left out that are not there\n  in mine.toml\n  - item '11'\n"
        "  The items of 'jbi-qualitative' are: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10."
    )

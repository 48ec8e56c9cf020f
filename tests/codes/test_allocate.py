from hypothesis import given
from hypothesis import strategies as st

from themeweave.codes.allocate import allocate, shuffled

coders = st.lists(st.sampled_from(["ana", "ben", "cem", "dee"]), min_size=2, unique=True)


@given(coders, st.integers(1, 60), st.floats(0, 1), st.integers(0, 9))
def test_everything_is_given_the_right_share_twice_and_loads_are_even(coders, number, share, seed):
    units = {f"F{n}": 1 for n in range(number)}
    shares = allocate(units, coders, share, seed)
    held = {unit: [c for c in coders if unit in shares[c]] for unit in units}
    assert sorted({len(own) for own in held.values()} - {1, 2}) == []
    assert sum(len(own) == 2 for own in held.values()) == round(share * number)
    loads = [len(own) for own in shares.values()]
    assert max(loads) - min(loads) <= 1


@given(coders, st.integers(1, 40), st.randoms(use_true_random=False))
def test_the_order_of_the_sheet_changes_nothing(coders, number, random):
    names = [f"F{n}" for n in range(number)]
    expected = {c: set(own) for c, own in allocate(dict.fromkeys(names, 1), coders, 0.5).items()}
    random.shuffle(names)
    found = allocate(dict.fromkeys(names, 1), coders, 0.5)
    assert {c: set(own) for c, own in found.items()} == expected


def test_another_seed_is_another_draw():
    names = [f"F{n}" for n in range(20)]
    assert shuffled(names, 1) != shuffled(names, 2)
    # made without our code: sha256 of seed, a unit separator and name, in ascending order
    assert shuffled(["F1", "F2", "F3"], 0) == ["F2", "F3", "F1"]


def test_pairs_have_about_as_much_in_common_as_each_other():
    units = dict.fromkeys([f"F{n}" for n in range(60)], 1)
    shares = {c: set(own) for c, own in allocate(units, ["ana", "ben", "cem"], 1).items()}
    pairs = (("ana", "ben"), ("ana", "cem"), ("ben", "cem"))
    common = [len(shares[one] & shares[other]) for one, other in pairs]
    assert (sum(common), max(common) - min(common)) == (60, 0)


def test_documents_of_unlike_size_are_given_to_who_has_least():
    shares = allocate({"long": 10, "a": 1, "b": 1, "c": 1}, ["ana", "ben"], 0, 3)
    holder = next(coder for coder, own in shares.items() if "long" in own)
    assert len(shares[holder]) <= 2

"""Measures of other packages stand beside ours, and never in their place."""

from themeweave import plugins
from themeweave.effects import effect_sizes
from themeweave.effects.sizes import catalogue


def test_a_plug_in_adds_a_measure_and_cannot_replace_one_of_ours(monkeypatch):
    ours = catalogue.MEASURES
    offered = {"themeweave": ours, "other": {"MYMD": ours["MD"], "SMD": ours["MD"]}}
    monkeypatch.setattr(plugins, "names", lambda kind: sorted(offered))
    monkeypatch.setattr(plugins, "load", lambda kind, name: offered[name])
    catalogue.measures.cache_clear()
    table = {"mean_1": [3], "sd_1": [2], "n_1": [9], "mean_2": [1], "sd_2": [2], "n_2": [9]}
    try:
        assert effect_sizes(table, "MYMD").yi.tolist() == [2.0]
        assert effect_sizes(table, "SMD").yi[0] < 1.0
    finally:
        catalogue.measures.cache_clear()

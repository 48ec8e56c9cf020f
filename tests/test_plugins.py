"""Plug-ins are found by name, anybody's beside ours."""

from importlib.metadata import EntryPoint

import pytest

from themeweave import plugins
from themeweave.errors import ReviewError


@pytest.fixture(autouse=True)
def looked_up_anew():
    plugins._points.cache_clear()
    yield
    plugins._points.cache_clear()


def test_ours_stand_in_the_same_groups_as_anybody_elses():
    assert {"blend", "valence", "voice"} <= set(plugins.names("suggesters"))
    assert {"docx", "html", "jats", "markdown", "pdf", "text"} <= set(plugins.names("readers"))


def test_every_installed_suggester_can_be_loaded():
    assert all(callable(plugins.load("suggesters", name)) for name in plugins.names("suggesters"))


def test_an_unknown_name_is_refused_with_the_nearest(monkeypatch):
    points = [entry("blend", "themeweave.codes.blend:read"), entry("voice", "other:read")]
    monkeypatch.setattr(plugins, "entry_points", lambda group: points)
    with pytest.raises(ReviewError) as raised:
        plugins.load("suggesters", "blent", "review.toml, codebooks.themes")
    assert str(raised.value) == (
        "there is no suggester named 'blent'\n"
        "  in review.toml, codebooks.themes\n"
        "  Did you mean 'blend'? Installed: blend, voice."
    )


def test_where_no_name_is_near_none_is_guessed(monkeypatch):
    points = [entry("blend", "themeweave.codes.blend:read")]
    monkeypatch.setattr(plugins, "entry_points", lambda group: points)
    with pytest.raises(ReviewError) as raised:
        plugins.load("suggesters", "zzz")
    assert str(raised.value) == "there is no suggester named 'zzz'\n  Installed: blend."


def test_another_packages_plugin_stands_in_for_ours(monkeypatch):
    points = [entry("blend", "themeweave.codes.blend:read"), entry("blend", "json:loads")]
    monkeypatch.setattr(plugins, "entry_points", lambda group: points)
    assert plugins.load("suggesters", "blend").__module__ == "json"


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, "themeweave.suggesters")

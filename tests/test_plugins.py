"""Plug-ins are found by name, anybody's beside ours."""

from importlib.metadata import EntryPoint

import pytest

from themeweave import plugins
from themeweave.errors import ReviewError


@pytest.fixture(autouse=True)
def looked_up_anew():
    plugins._looked_up.cache_clear()
    yield
    plugins._looked_up.cache_clear()


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


def test_what_is_installed_while_the_program_runs_is_found(tmp_path, monkeypatch):
    assert "late" not in plugins.names("suggesters")
    (tmp_path / "late-1.dist-info").mkdir()
    (tmp_path / "late-1.dist-info" / "METADATA").write_text("Name: late\nVersion: 1\n", "utf-8")
    (tmp_path / "late-1.dist-info" / "entry_points.txt").write_text(
        "[themeweave.suggesters]\nlate = json:loads\n", "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert plugins.load("suggesters", "late").__module__ == "json"


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, "themeweave.suggesters")

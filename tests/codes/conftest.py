"""The codebooks that people edit, read once."""

from pathlib import Path

import pytest

from themeweave.codes.files import read_codebook

FOLDER = Path(__file__).parents[2] / "codebooks"


@pytest.fixture(scope="session")
def shipped():
    """Every shipped codebook by its id."""
    names = ("cfir-2009", "cfir-2022", "perspectives", "themes", "valence")
    return {
        name: read_codebook((FOLDER / f"{name}.yaml").read_bytes(), f"codebooks/{name}.yaml")
        for name in names
    }


@pytest.fixture(scope="session")
def crosswalk_file():
    """The bytes of the shipped crosswalk."""
    return (FOLDER / "crosswalk-cfir-2009-2022.yaml").read_bytes()

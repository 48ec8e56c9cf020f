"""Language: whether a text is one that the suggesters can read, which is English.

Nothing is translated and nothing is guessed at length: the commonest small words of a language
give it away, and other alphabets do at once.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SMALL_WORDS = {
    "English": "the of and to in was were that for with by on as from are not they their had is it "
    "be this at or an but have has who which more no we i you my our he she his her about because "
    "when what so all some than there been would could did do if them",
    "German": "der die das und nicht mit den von zu ist im ein eine für auf dem wurde wurden sich "
    "als auch es bei nach wie aus ich wir sie dass aber haben oder nur keine kein",
    "French": "le la les des et du un une est dans pour pas que qui sur avec au aux par ce ils "
    "elles nous je sont plus ne se leur ont été ou mais c l d",
    "Spanish": "el los las una por con para que del se no es y su al lo como más pero sus le ha "
    "fue este son entre cuando muy sin sobre ellos yo",
    "Portuguese": "o os as uma por com para que do da dos das não é e se no na em como mais mas "
    "foi ao eles são seu sua pelo pela eu nos",
    "Italian": "il lo gli una per con che del della dei non è e si nel sono al più ma come alla "
    "da le di hanno loro anche io",
    "Dutch": "het een van en de dat niet te zijn op met voor die er aan ook als bij om naar maar "
    "ze wij ik hun door worden",
    "Swedish": "och att det som en på är av för med den till inte om ett han de hade från vi jag "
    "var men sig så kan",
    "Danish or Norwegian": "og at det som en på er av af for med den til ikke om et de havde hadde "
    "fra vi jeg var men seg sig så kan",
    "Polish": "i w na z się że do nie to jest jak o od po za przez ale dla czy oraz są było",
    "Turkish": "ve bir bu için ile da de olarak daha çok gibi ne var ama en kadar sonra ki",
    "Indonesian": "yang dan di dengan untuk tidak ini dari dalam itu pada adalah mereka akan oleh "
    "karena saya kami juga",
}
_OF = {name: frozenset(words.split()) for name, words in _SMALL_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_SHARE = 0.2  # of a text's words that must be different small words of the language
_SHORT = 12  # words, below which three small words are wanted and not two
_FEWEST_WORDS = 5  # a shorter text is taken as it comes: "Time!" is English enough


@lru_cache(maxsize=2_000)  # each text is asked about for several codebooks
def foreign(text: str) -> str:
    """Name the language of a text that is not in English; empty where it is, or may be.

    Examples
    --------
    >>> foreign("Das Personal hatte nicht genug Zeit, sich auf die Gruppe vorzubereiten.")
    'German'
    >>> foreign("Lack of time to prepare the group"), foreign("Zeitmangel")
    ('', '')
    """
    words = _WORD.findall(text.lower())
    letters = "".join(words)
    if not letters.isascii() and sum(map(_is_latin, letters)) < len(letters) / 2:
        return "a language in another alphabet"
    if len(words) < _FEWEST_WORDS:
        return ""
    counts = {name: len(small.intersection(words)) for name, small in _OF.items()}
    best = max(counts, key=lambda name: counts[name])
    enough = counts[best] >= max(2 if len(words) >= _SHORT else 3, _SHARE * len(words))
    return best if enough and counts[best] >= 2 * counts["English"] else ""


def _is_latin(sign: str) -> bool:
    return sign.isascii() or "LATIN" in unicodedata.name(sign, "")

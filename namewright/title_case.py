"""Names as people write them: Jean-Luc, O'Connor, Mary Ann.

Each word begins with a capital. A word begins where the name does, and behind whatever is no part
of one: a hyphen, an apostrophe, a space. Models know no capitals, so how McDonald or van Gogh are
written is not for them to say.
"""

from unicodedata import category


def is_break(character: str) -> bool:
    """Whether a word begins behind it: it is no letter, no mark on one, and no joiner of two."""
    return category(character)[0] not in "LM" and category(character) != "Cf"


def title(name: str) -> str:
    """A name with a capital at the beginning of each word.

    That is its first character that has one: what the Hawaiian okina begins with is the vowel.
    """
    begins, written = True, []
    for character in name:
        capital = character.title()
        written.append(capital if begins else character)
        begins = is_break(character) or (begins and capital == character)
    return "".join(written)

"""What people type who do not want to say their name: made, with a seed, from real names.

>>> make("keyboard", ["emma", "wilhelmina"], seed=0)
['dxse', 'olkjhgfdsa']

Each has the length of a real name, so that no length gives it away.
"""

import random
from collections.abc import Callable, Sequence
from string import ascii_lowercase

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
STAGGER = (0.0, 0.25, 0.75)
"""How far each row of keys is shifted to the right, in keys."""
REACH = 1.3
"""Keys whose centres are no further apart than this, in keys, are neighbours."""
TURN = 0.3
"""How often a walk takes another direction."""


def neighbours() -> dict[str, dict[str, tuple[float, int]]]:
    """The keys next to each key, and in which direction each lies: across, down."""
    place = {
        key: (column + STAGGER[row], row)
        for row, keys in enumerate(ROWS)
        for column, key in enumerate(keys)
    }
    return {
        key: {
            other: (round(2 * (there[0] - here[0])) / 2, there[1] - here[1])
            for other, there in place.items()
            if other != key and (there[0] - here[0]) ** 2 + (there[1] - here[1]) ** 2 <= REACH**2
        }
        for key, here in place.items()
    }


NEIGHBOURS = neighbours()


def uniform(name: str, rng: random.Random) -> str:
    """Letters, each as likely as any other."""
    return "".join(rng.choices(ascii_lowercase, k=len(name)))


def keyboard(name: str, rng: random.Random) -> str:
    """A walk from key to neighbouring key, mostly straight on."""
    key = rng.choice(ascii_lowercase)
    walk, direction = [key], None
    while len(walk) < len(name):
        ahead = [other for other, way in NEIGHBOURS[key].items() if way == direction]
        if not ahead or rng.random() < TURN:
            ahead = list(NEIGHBOURS[key])
        following = rng.choice(ahead)
        direction = NEIGHBOURS[key][following]
        key = following
        walk.append(key)
    return "".join(walk)


def shuffled(name: str, rng: random.Random) -> str:
    """The letters of the name, in another order, where there is one."""
    letters = list(name)
    while len(set(name)) > 1 and "".join(letters) == name:
        rng.shuffle(letters)
    return "".join(letters)


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "uniform": uniform,
    "keyboard": keyboard,
    "shuffled": shuffled,
}


def make(kind: str, names: Sequence[str], seed: int = 0) -> list[str]:
    """As many as there are names, of a kind of `KINDS`; from the letters of each name alone."""
    rng = random.Random(seed)
    letters = ("".join(filter(str.isalpha, name)) or name for name in names)
    return [KINDS[kind](name, rng) for name in letters]

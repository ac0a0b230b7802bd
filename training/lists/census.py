"""`data/surnames.txt`: the surnames of the United States.

From the census of 1990 (public domain), as the PyPI package `names` carries it: every surname that
the Census Bureau published, most frequent first.
"""

from importlib.resources import files


def surnames() -> list[str]:
    """Unique surnames in lower case, most frequent first. Needs the `data` extra."""
    table = files("names").joinpath("dist.all.last").read_text(encoding="ascii")
    return list(dict.fromkeys(line.split()[0].lower() for line in table.splitlines()))

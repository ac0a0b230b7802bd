"""Numbers as answers have them: nine significant digits, as far as two machines agree.

The library's own numbers keep all their digits: see docs/determinism.md.
"""

DIGITS = ".9g"
"""How a number is formatted."""


def rounded(number: float) -> float:
    """The number that its nine digits say."""
    return float(format(number, DIGITS))

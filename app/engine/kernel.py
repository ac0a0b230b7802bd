"""Which of the two walks the automata: the compiled kernel where it was built, or the reference.

They give the same names and the same scores, bit for bit; only the time differs.
"""

try:
    from app.engine._kernel import Walker, add
except ImportError:
    from app.engine.reference import Walker, add  # type: ignore[assignment]

__all__ = ["COMPILED", "Walker", "add"]

COMPILED = Walker.name == "compiled"

"""Soon."""


def report() -> None:
    """Soon."""

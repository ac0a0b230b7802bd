"""Soon."""


def sweep() -> None:
    """Soon."""

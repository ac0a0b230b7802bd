"""Namewright's training: names in, checkpoints out. Run `python -m training --help`."""

"""Namewright against its peers, and against what its parts cost bare. Run `make bench`."""

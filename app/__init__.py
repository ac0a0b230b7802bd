"""Namewright's service: an engine that samples and scores, behind HTTP and a command line."""

__version__ = "0.1.0"

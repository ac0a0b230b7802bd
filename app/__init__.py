"""Namewright's service: an engine that samples and scores, behind HTTP and a command line."""

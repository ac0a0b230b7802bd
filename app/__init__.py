"""Namewright's service: an engine that samples and scores names, over HTTP and on the command line."""

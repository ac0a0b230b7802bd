"""Namewright's service: the library behind HTTP. It needs FastAPI, and never torch."""

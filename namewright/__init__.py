"""Namewright learns from a list of names and makes more like them, and scores how plausible one is.

    import namewright
    model = namewright.load_model()
    model.sample(20, seed=42, temperature=0.8)
    model.score(["emma", "xqzt"])

It needs numpy, safetensors, anyascii and typing-extensions, and its command typer; it knows no
torch, and HTTP only in `namewright.client`. What is below is imported when it is first asked for,
so that a plug-in of pytest, which every run of it imports, takes no time.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from namewright import errors as errors
    from namewright.errors import NamewrightError as NamewrightError
    from namewright.errors import UnscorableError as UnscorableError
    from namewright.model import Model as Model
    from namewright.parameters import Sampling as Sampling
    from namewright.registry import Registry as Registry
    from namewright.registry import Sources as Sources
    from namewright.registry import load_model as load_model
    from namewright.registry import load_registry as load_registry
    from namewright.score import Score as Score
else:
    MODULES = {
        "errors": ("NamewrightError", "UnscorableError"),
        "model": ("Model",),
        "parameters": ("Sampling",),
        "registry": ("Registry", "Sources", "load_model", "load_registry"),
        "score": ("Score",),
    }
    HOMES = {name: module for module, names in MODULES.items() for name in names}
    __all__ = list(HOMES)

    def __getattr__(name):
        """One of these names, or a module, when it is first asked for (PEP 562)."""
        if name in HOMES:
            found = getattr(import_module(f"namewright.{HOMES[name]}"), name)
            globals()[name] = found
            return found
        if name in MODULES:
            return import_module(f"namewright.{name}")
        raise AttributeError(f"module 'namewright' has no attribute {name!r}")

    def __dir__():
        """All of them, imported or not."""
        return sorted({*globals(), *__all__})

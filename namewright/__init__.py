"""Namewright learns from a list of names and makes more like them, and scores how plausible one is.

    import namewright
    model = namewright.load_model()
    model.sample(20, seed=42, temperature=0.8)
    model.score(["emma", "xqzt"])

It needs numpy, safetensors, anyascii and typing-extensions, and its command typer; it knows no
HTTP and no torch.
"""

from namewright.errors import NamewrightError as NamewrightError
from namewright.errors import UnscorableError as UnscorableError
from namewright.model import Model as Model
from namewright.parameters import Sampling as Sampling
from namewright.registry import Registry as Registry
from namewright.registry import Sources as Sources
from namewright.registry import load_model as load_model
from namewright.registry import load_registry as load_registry
from namewright.score import Score as Score

__version__ = "0.1.0"

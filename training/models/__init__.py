"""The networks: one loop trains them all, and any of them can be compiled into an automaton.

A module of this package is one network, or one family; `docs/training.md` has the table of them. A
new one is found here by its `architecture`, and what may be chosen of it by its entry in `SPECS`.
"""

from importlib import import_module
from pkgutil import iter_modules

from training.configs import SPECS
from training.models.network import Network as Network

_FOUND = {
    kind.architecture: kind
    for module in iter_modules(__path__)
    for kind in vars(import_module(f"{__name__}.{module.name}")).values()
    if isinstance(kind, type) and issubclass(kind, Network) and hasattr(kind, "architecture")
}

NETWORKS: dict[str, type[Network]] = {name: _FOUND[name] for name in SPECS}
"""By the name of the architecture, from simple to not."""

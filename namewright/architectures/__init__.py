"""What each architecture keeps in a checkpoint, and how that becomes an automaton.

To add an architecture, add an entry to `ARCHITECTURES`; nothing else in the library changes.
"""

from namewright.architectures import bigram, compiled, mlp, ngram
from namewright.architectures.layout import Architecture as Architecture
from namewright.architectures.layout import Layout as Layout

CONTEXTS = frozenset({"contexts.parent", "contexts.character"})
ARCHITECTURES = {
    "automaton": Architecture(compiled.layout, compiled.expand, CONTEXTS),
    "bigram": Architecture(bigram.counted_layout, bigram.expand, frozenset({"counts"})),
    "bigram-net": Architecture(bigram.layout, bigram.expand),
    "mlp": Architecture(mlp.layout, mlp.expand),
    "ngram": Architecture(
        ngram.layout, ngram.expand, CONTEXTS | {"contexts.counted", "counts.token"}
    ),
}

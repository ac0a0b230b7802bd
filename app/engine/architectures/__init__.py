"""What each architecture keeps in a checkpoint, and how that becomes an automaton.

A new architecture is one entry of `ARCHITECTURES`; nothing else in the service learns of it.
"""

from app.engine.architectures import bigram, compiled, mlp, ngram
from app.engine.architectures.layout import Architecture as Architecture
from app.engine.architectures.layout import Layout as Layout

ARCHITECTURES = {
    "automaton": Architecture(compiled.layout, compiled.expand),
    "bigram": Architecture(bigram.counted_layout, bigram.expand),
    "bigram-net": Architecture(bigram.layout, bigram.expand),
    "mlp": Architecture(mlp.layout, mlp.expand),
    "ngram": Architecture(ngram.layout, ngram.expand),
}

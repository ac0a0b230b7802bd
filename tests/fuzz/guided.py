"""Coverage-guided fuzzing of the reader of checkpoints: `python -m tests.fuzz.guided FOLDER`.

Atheris (libFuzzer) keeps in the folder each file that reaches code no file before it did, and goes
on from those; it begins with a small checkpoint of every architecture. Half of the mutants are
libFuzzer's own, of bytes; half are those of `mutants.py`. Further arguments are libFuzzer's, such
as `-runs=1000000`. It ends at the first file for which a promise of `contract.py` is broken, and
keeps that one as `crash-...`.
"""

import sys
from pathlib import Path
from random import Random

import atheris

MAX_LENGTH = 40_000
LIMITS = ["-timeout=2", "-rss_limit_mb=600", f"-max_len={MAX_LENGTH}", "-print_final_stats=1"]


def main() -> None:
    """Fuzz until libFuzzer ends the process."""
    with atheris.instrument_imports(include=["namewright"]):
        from tests.fuzz.contract import Reader
    from tests.fuzz.files import SHIPPED, small, write
    from tests.fuzz.mutants import mutate

    folder = Path(sys.argv[1])
    for name in SHIPPED:
        write(folder / f"{name}.safetensors", small(name))
    reader = Reader(small("bigram"))

    def mutant(data: bytes, longest: int, seed: int) -> bytes:
        chance = Random(seed)
        if chance.random() < 0.5:
            found: bytes = atheris.Mutate(data, longest)
            return found
        return mutate(data, chance)[:longest]

    def test_one(data: bytes) -> None:
        reader.examine(data)

    arguments = [sys.argv[0], *LIMITS, f"-artifact_prefix={folder.parent}/", *sys.argv[1:]]
    atheris.Setup(arguments, test_one, custom_mutator=mutant)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

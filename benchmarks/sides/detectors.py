"""Detectors of gibberish from PyPI: how odd each finds each of some texts. Run with their Python.

    detectors.py gibberish-detector TRAINING.txt TEXTS.txt

Texts are one per line; a list of numbers comes out as JSON, the higher, the odder.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path


def gibberish_detector(names: list[str]) -> Callable[[str], float]:
    """Bigrams of the same list that our model learned from; its charset is that list's letters."""
    from gibberish_detector import trainer
    from gibberish_detector.detector import Detector

    charset = "".join(sorted(set("".join(names))))
    model = trainer.train_on_content("\n".join(names), charset)
    return Detector(model, 0.0).calculate_probability_of_being_gibberish


def nostril_detector(names: list[str]) -> Callable[[str], float]:
    """As it comes. It refuses what has fewer than six letters, which is not odd, then.

    Its own answer is yes or no; what it compares with a limit is asked for, so that the limit can
    be the one with so many false alarms. Its rules that come before have all or nothing.
    """
    from nostril_detector import nonsense_detector

    ngrams = nonsense_detector.dataset_from_pickle(
        str(Path(nonsense_detector.__file__).with_name("ngram_data.pklz"))
    )
    score_of = nonsense_detector._tfidf_score_function(ngrams, 25, 0.9233, 0.9674)

    def oddity(text: str) -> float:
        letters = nonsense_detector.sanitize_string(text)
        if len(letters) < 6 or nonsense_detector._simple_real(letters):
            return 0.0
        return 1e9 if nonsense_detector._simple_nonsense(letters) else score_of(letters)

    return oddity


def in_or_out(names: list[str]) -> Callable[[str], float]:
    """Whether it is one of the names of the list."""
    known = set(names)
    return lambda text: float(text not in known)


if __name__ == "__main__":
    detectors = {"gibberish-detector": gibberish_detector, "nostril-detector": nostril_detector}
    detectors["in or out"] = in_or_out
    which, training, texts = sys.argv[1:]
    oddity = detectors[which](Path(training).read_text().splitlines())
    print(json.dumps([oddity(text) for text in Path(texts).read_text().splitlines()]))

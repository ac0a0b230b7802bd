"""What models have learned, on a page: pictures, and a table. One HTML file that needs no other."""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from namewright import Model, UnscorableError
from namewright.checkpoint import Checkpoint
from training.counting import count_pairs
from training.evaluate import GENERATED, lengths_of
from training.pictures import bigram_map, embedding_map, length_chart, loss_curves, strips

NAMES = ("emma", "isabella", "maverick", "jaxtyn", "qwerty", "xqzt")
"""What is looked at character by character: two that are common, two less so, two that are none."""


FEW = 6
"""So many of its training names, where a model learned from a list with none of those."""


class Subject(NamedTuple):
    """A checkpoint that is reported on; `model` is None of a network that is not compiled."""

    name: str
    checkpoint: Checkpoint
    model: Model | None


class Picture(NamedTuple):
    """A figure, the name of its file, and what to see in it."""

    name: str
    caption: str
    figure: Figure

    @property
    def title(self) -> str:
        """What it says above itself."""
        return self.figure.axes[0].get_title()

    def png(self) -> bytes:
        """The file."""
        file = io.BytesIO()
        self.figure.savefig(file, format="png", dpi=140, metadata={"Software": None})
        return file.getvalue()


def pictures(subjects: Sequence[Subject], names: Sequence[str]) -> list[Picture]:
    """All that there is to draw of some models; `names` for the strips, or none for a few known."""
    groups = by_list(subjects)
    drawn = []
    for of, group in groups.items():
        figure = bigram_map(bigram_counts(group), group[0].checkpoint.alphabet)
        drawn.append(Picture(f"bigram{of}", BIGRAM, figure))
    for name, checkpoint, _ in subjects:
        if "embedding.weight" in checkpoint.tensors:
            weights = checkpoint.tensors["embedding.weight"]
            figure = embedding_map(weights, checkpoint.alphabet, name)
            drawn.append(Picture(f"embedding-{name}", EMBEDDING, figure))
    histories: list[Mapping[str, Any]] = []
    for name, checkpoint, _ in subjects:
        history = history_of(checkpoint)
        if history and history not in histories:  # a teacher's is that of what is compiled from it
            histories.append(history)
            drawn.append(Picture(f"loss-{name}", LOSS, loss_curves(history, name)))
    for of, group in groups.items():
        models = [subject.model for subject in group if subject.model]
        if models:
            made = {model.name: lengths_of(model.sample(GENERATED, seed=0)) for model in models}
            real = lengths_of(models[0].checkpoint.known_names)
            drawn.append(Picture(f"lengths{of}", LENGTHS, length_chart(real, made)))
    for model in (subject.model for subject in subjects if subject.model):
        chosen = [name for name in names or few_names(model) if is_spelt(model, name)]
        if chosen:
            drawn.append(Picture(f"characters-{model.name}", STRIPS, strips(model, chosen)))
    return drawn


def by_list(subjects: Sequence[Subject]) -> dict[str, list[Subject]]:
    """The models by the list they learned from; and, if there are several, what names its pictures.

    That is "-" and the first of its models.
    """
    lists: dict[str, list[Subject]] = {}
    for subject in subjects:
        lists.setdefault(subject.checkpoint.data["sha256"], []).append(subject)
    if len(lists) == 1:
        return {"": list(subjects)}
    return {f"-{group[0].name}": group for group in lists.values()}


def few_names(model: Model) -> Sequence[str]:
    """What to look at character by character, of a model's list."""
    known = model.checkpoint.known_names
    return NAMES if known.intersection(NAMES) else sorted(known)[:: max(1, len(known) // FEW)][:FEW]


BIGRAM = (
    "Read along a row: of the names with this character, how often each one comes next. It is all "
    "that a bigram knows."
)
EMBEDDING = (
    "Characters that a network may put in each other's place lie near each other. Nobody told it "
    "which are vowels."
)
LOSS = (
    "The validation names are never trained on. Where their loss rises while the training loss "
    "falls, a network learns its list by heart; the best step is the one that is kept."
)
LENGTHS = (
    "A model that does not know how long a name already is ends too many early and others late."
)
STRIPS = (
    "Yellow is expected, blue is a surprise; the dot is the end of the name. The numbers are "
    "natural logarithms of probabilities, and their sum is the log-likelihood."
)


def bigram_counts(subjects: Sequence[Subject]) -> Any:
    """The counts of a bigram among the models, or of the names that the first was trained on."""
    for subject in subjects:
        if "counts" in subject.checkpoint.tensors:
            return subject.checkpoint.tensors["counts"]
    first = subjects[0].checkpoint
    return count_pairs(sorted(first.known_names), first.alphabet)


def history_of(checkpoint: Checkpoint) -> Mapping[str, Any] | None:
    """How it was trained, or its teacher was; None for what was only counted."""
    training = checkpoint.training
    history: Mapping[str, Any] | None = training.get("history") or training.get("teacher", {}).get(
        "history"
    )
    return history


def is_spelt(model: Model, name: str) -> bool:
    """Whether a model can score a name."""
    [score] = model.score([name])
    return not isinstance(score, UnscorableError)


def page(subjects: Sequence[Subject], drawn: Sequence[Picture]) -> str:
    """The report, pictures and all, as one HTML file."""
    figures = "".join(
        f'<figure><img src="data:image/png;base64,{base64.b64encode(each.png()).decode()}" '
        f'alt="{html.escape(each.title)}"><figcaption>{html.escape(each.caption)}</figcaption>'
        "</figure>"
        for each in drawn
    )
    return TEMPLATE.format(rows="".join(map(row, subjects)), figures=figures)


def row(subject: Subject) -> str:
    """A model's row of the table."""
    name, checkpoint, model = subject
    cells = [
        name,
        checkpoint.architecture,
        f"{model.parameters:,}" if model else "",
        f"{model.automaton.states:,}" if model else "not compiled",
        *(f"{checkpoint.metrics[side]:.4f}" for side in ("train", "validation", "test")),
        f"{checkpoint.metrics['teacher']['test']:.4f}" if "teacher" in checkpoint.metrics else "",
    ]
    return f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"


TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What the models have learned</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fff; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ padding: .3rem .6rem; text-align: right; border-bottom: 1px solid #ddd; }}
th:nth-child(-n+2), td:nth-child(-n+2) {{ text-align: left; }}
figure {{ margin: 2.5rem 0; }}
img {{ max-width: 100%; height: auto; }}
figcaption {{ color: #555; }}
</style>
</head>
<body>
<h1>What the models have learned</h1>
<table>
<thead><tr><th>model</th><th>architecture</th><th>parameters</th><th>states</th><th>train</th>
<th>validation</th><th>test</th><th>its teacher's test</th></tr></thead>
<tbody>{rows}</tbody>
</table>
<p>Losses are in nats a prediction, less is better; nothing of the test names was looked at in
training.</p>
{figures}
</body>
</html>
"""

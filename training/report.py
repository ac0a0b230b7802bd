"""What models have learned, on a page: pictures, and a table. One HTML file that needs no other."""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from namewright import Model, UnscorableError
from namewright.checkpoint import Checkpoint
from training.calibration import ENOUGH
from training.counting import count_pairs
from training.data import split
from training.evaluate import GENERATED, lengths_of
from training.pictures import bigram_map, embedding_map, length_chart, loss_curves, strips

NAMES = ("emma", "isabella", "maverick", "jaxtyn", "qwerty", "xqzt")
"""What is shown character by character: two common names, two less common, two that are none."""


FEW = 6
"""How many of its training names, where a model learned from a list with none of those."""

Lists = Mapping[str, list[str]]
"""Lists of names by the SHA-256 of their files."""


class Subject(NamedTuple):
    """A checkpoint that is reported on; `model` is None of a network that is not compiled."""

    name: str
    checkpoint: Checkpoint
    model: Model | None


@dataclass(frozen=True)
class Picture:
    """A figure, the name of its file, and what to see in it."""

    name: str
    caption: str
    figure: Figure

    @property
    def title(self) -> str:
        """What it says above itself."""
        return self.figure.axes[0].get_title()

    @cached_property
    def png(self) -> bytes:
        """The file, which is drawn once: it stands by itself, and in the page."""
        file = io.BytesIO()
        self.figure.savefig(file, format="png", dpi=140, metadata={"Software": None})
        return file.getvalue()


def pictures(
    subjects: Sequence[Subject], names: Sequence[str], lists: Lists | None = None
) -> list[Picture]:
    """All that there is to draw of some models.

    `names` are those of the strips; without any, a few are chosen. Of a model whose list is not
    among `lists`, what only the list shows is left out: a checkpoint does not hold its names.
    """
    lists = lists or {}
    groups = by_list(subjects)
    drawn = []
    for of, group in groups.items():
        counts = bigram_counts(group, lists)
        if counts is not None:
            of_list = titled(group, groups)
            figure = bigram_map(counts, group[0].checkpoint.alphabet, of_list)
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
            figure = loss_curves(history, name, has_dropout(checkpoint))
            drawn.append(Picture(f"loss-{name}", LOSS, figure))
    for of, group in groups.items():
        models = [subject.model for subject in group if subject.model]
        if models:
            made = {model.name: lengths_of(model.sample(GENERATED, seed=0)) for model in models}
            listed = training_names(models[0].checkpoint, lists)
            real = lengths_of(set(listed)) if listed else None
            figure = length_chart(real, made, titled(group, groups))
            drawn.append(Picture(f"lengths{of}", LENGTHS, figure))
    for model in (subject.model for subject in subjects if subject.model):
        chosen = [name for name in names or few_names(model, lists) if is_spelt(model, name)]
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


def titled(group: Sequence[Subject], groups: Mapping[str, object]) -> str:
    """What a picture's title says of its list, where the page has several lists; else nothing."""
    if len(groups) == 1:
        return ""
    data = group[0].checkpoint.data
    return f"{data.get('file', 'a list')}, {data['sha256'][:8]}"


def training_names(checkpoint: Checkpoint, lists: Lists) -> list[str] | None:
    """The names that a model was trained on, if its list is among those given."""
    names = lists.get(checkpoint.data["sha256"])
    return split(names, checkpoint.data["split"]).train if names else None


def few_names(model: Model, lists: Lists) -> Sequence[str]:
    """What to show character by character: names of a model's list, or else its own."""
    if any(name in model.checkpoint.known_names for name in NAMES):
        return NAMES
    listed = sorted(set(training_names(model.checkpoint, lists) or ()))
    return listed[:: max(1, len(listed) // FEW)][:FEW] or model.sample(FEW, seed=0)


def has_dropout(checkpoint: Checkpoint) -> bool:
    """Whether the network, or the first teacher of a compiled one, was trained with dropout."""
    sizes = checkpoint.hyperparameters
    sizes = sizes["teachers"][0]["hyperparameters"] if "teachers" in sizes else sizes
    return bool(sizes.get("dropout"))


BIGRAM = (
    "Read along a row: of the names with this character, how often each one comes next. It is all "
    "that a bigram knows."
)
EMBEDDING = (
    "Characters that a network may put in each other's place lie near each other. Which are "
    "vowels is nowhere in the data."
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


def bigram_counts(subjects: Sequence[Subject], lists: Lists) -> Any:
    """The counts of a bigram among the models, or of the training names; None without either."""
    for subject in subjects:
        if "counts" in subject.checkpoint.tensors:
            return subject.checkpoint.tensors["counts"]
    first = subjects[0].checkpoint
    names = training_names(first, lists)
    return count_pairs(names, first.alphabet) if names else None


def history_of(checkpoint: Checkpoint) -> Mapping[str, Any] | None:
    """How it was trained, or its first teacher was; None for what was only counted."""
    training = checkpoint.training
    training = training["teachers"][0] if "teachers" in training else training
    history: Mapping[str, Any] | None = training.get("history")
    return history


def is_spelt(model: Model, name: str) -> bool:
    """Whether a model can score a name."""
    [score] = model.score([name])
    return not isinstance(score, UnscorableError)


def held_out(checkpoint: Checkpoint) -> int:
    """About how many names a model's calibration is from, by what its split holds out."""
    if checkpoint.data.get("split") == "makemore":
        return min(1000, int(checkpoint.data["names"]) // 10)
    return round(len(checkpoint.known_names) / 4)  # the training part is 80 of 100


def notes(subjects: Sequence[Subject]) -> list[str]:
    """What a reader of the table has to know about these models."""
    said = []
    if len({subject.checkpoint.data["sha256"] for subject in subjects}) > 1:
        said.append("These models learned from several lists: compare losses only within one list.")
    for name, checkpoint, _ in subjects:
        if held_out(checkpoint) < ENOUGH:
            said.append(
                f"{name}: its plausibility is measured on about {held_out(checkpoint)} held-out "
                f"names only, of all lengths together; {ENOUGH} or more would make it reliable."
            )
    return said


def page(subjects: Sequence[Subject], drawn: Sequence[Picture]) -> str:
    """The report, pictures and all, as one HTML file."""
    figures = "".join(
        f'<figure><img src="data:image/png;base64,{base64.b64encode(each.png).decode()}" '
        f'alt="{html.escape(each.title)}"><figcaption>{html.escape(each.caption)}</figcaption>'
        "</figure>"
        for each in drawn
    )
    return TEMPLATE.format(
        rows="".join(map(row, subjects)),
        notes="".join(f"<p>{html.escape(note)}</p>" for note in notes(subjects)),
        figures=figures,
    )


def row(subject: Subject) -> str:
    """A model's row of the table."""
    name, checkpoint, model = subject
    cells = [
        name,
        checkpoint.architecture,
        f"{checkpoint.data.get('file', '')}, {checkpoint.data['sha256'][:8]}",
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
th:nth-child(-n+3), td:nth-child(-n+3) {{ text-align: left; }}
.wide {{ overflow-x: auto; }}
figure {{ margin: 2.5rem 0; }}
img {{ max-width: 100%; height: auto; display: block; }}
p, figcaption {{ overflow-wrap: anywhere; }}
figcaption {{ color: #555; }}
</style>
</head>
<body>
<h1>What the models have learned</h1>
<div class="wide">
<table>
<thead><tr><th>model</th><th>architecture</th><th>list</th><th>parameters</th><th>states</th><th>train</th>
<th>validation</th><th>test</th><th>its teacher's test</th></tr></thead>
<tbody>{rows}</tbody>
</table>
</div>
<p>Losses are in nats per prediction; lower is better. The test names played no part in
training.</p>
{notes}
{figures}
</body>
</html>
"""

"""`python -m training report`."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from namewright import Model
from namewright.kernel import walk
from training.checkpoints import automaton_of, load_any
from training.cli.failing import failing_clearly
from training.cli.options import DEFAULT_DATA
from training.cli.progress import progress_bar
from training.name_list import DataError, digest, read_names

if TYPE_CHECKING:
    from training.report import Subject


def report(
    checkpoints: Annotated[
        list[Path], typer.Argument(metavar="CHECKPOINT...", help="Checkpoints, NAME.safetensors.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="A folder, made if need be.")],
    name: Annotated[
        list[str] | None,
        typer.Option(help="A name to show character by character; may be repeated."),
    ] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            help="A list that one of the models learned from; may be repeated. "
            "By default data/names.txt."
        ),
    ] = None,
) -> None:
    """Draw what models have learned: report.html, which needs no other file, and its PNGs.

    Which character follows which, the embedding, the loss while training, how long names are,
    a few names character by character, and a table. Give networks that are not compiled too:
    only they have an embedding to draw. A checkpoint does not hold its list: what only the list
    shows is drawn if --data gives it.
    """
    with failing_clearly():
        from training.fonts import fonts_for
        from training.report import Subject, is_spelt, page, pictures

        subjects = []
        for path, its_name in names_of(checkpoints).items():
            checkpoint = load_any(path)
            automaton = automaton_of(checkpoint)
            model = Model(its_name, checkpoint, walk(automaton)) if automaton else None
            subjects.append(Subject(its_name, checkpoint, model))
        lists = read_lists(subjects, data)
        if output.exists() and not output.is_dir():
            raise DataError(f"{output}: is a file; a folder is expected")
        output.mkdir(parents=True, exist_ok=True)
        characters = {*"".join("".join(each.checkpoint.alphabet.characters) for each in subjects)}
        with fonts_for(characters) as missing, progress_bar() as progress:
            task = progress.add_task("drawing", total=None)
            drawn = pictures(subjects, name or (), lists)
            progress.update(task, total=len(drawn) + 1)
            for picture in drawn:
                (output / f"{picture.name}.png").write_bytes(picture.png)
                progress.advance(task)
            (output / "report.html").write_text(page(subjects, drawn), encoding="utf-8")
            progress.advance(task)
        if missing:
            typer.echo(
                f"{len(missing)} characters are in no font here: boxes stand for them", err=True
            )
        for model in (subject.model for subject in subjects if subject.model):
            for typed in name or ():
                if not is_spelt(model, typed):
                    typer.echo(f"left out: {model.name} cannot spell {typed[:40]}", err=True)
        typer.echo(f"{output / 'report.html'}: {len(drawn)} pictures")


def names_of(checkpoints: Sequence[Path]) -> dict[Path, str]:
    """What each checkpoint is called: as its file, and where two are alike, with its folder.

    A file that is given twice is taken once. Raises DataError where even the folders are alike.
    """
    paths = {path.resolve(): path for path in checkpoints}
    stems = Counter(path.stem for path in paths)
    names = {
        given: path.stem if stems[path.stem] == 1 else f"{path.parent.name}-{path.stem}"
        for path, given in paths.items()
    }
    for name, count in Counter(names.values()).items():
        if count > 1:
            raise DataError(f"{count} checkpoints are called {name}; rename one of them")
    return names


def read_lists(subjects: Sequence["Subject"], data: Sequence[Path] | None) -> dict[str, list[str]]:
    """The lists that are given, by their SHA-256; says which models' lists are not among them.

    Raises DataError for one that cannot be read, or that no model learned from.
    """
    wanted = {subject.checkpoint.data["sha256"] for subject in subjects}
    found = {}
    for path in data or [path for path in (DEFAULT_DATA,) if path.exists()]:
        sha256 = digest(path)
        if sha256 in wanted:
            found[sha256] = read_names(path)
        elif data:
            raise DataError(f"{path}: none of these models learned from this list")
    for file in sorted(
        {
            str(subject.checkpoint.data.get("file"))
            for subject in subjects
            if subject.checkpoint.data["sha256"] not in found
        }
    ):
        typer.echo(f"{file} is not given with --data: drawn without what only it shows", err=True)
    return found

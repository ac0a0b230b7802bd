"""`python -m training report`."""

from pathlib import Path
from typing import Annotated

import typer

from namewright import Model
from namewright.kernel import Walker
from training.cli.failing import failing_clearly
from training.cli.progress import progress_bar
from training.data import DataError
from training.fonts import fonts_for
from training.report import Subject, is_spelt, page, pictures
from training.teacher import automaton_of, load_any


def report(
    checkpoints: Annotated[
        list[Path], typer.Argument(metavar="CHECKPOINT...", help="Checkpoints, NAME.safetensors.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="A directory, made if need be.")],
    name: Annotated[
        list[str] | None,
        typer.Option(help="A name to look at character by character; may be repeated."),
    ] = None,
) -> None:
    """Draw what models have learned: report.html, which needs no other file, and its PNGs.

    Which character follows which, the embedding, the loss while training, how long names are,
    a few names character by character, and a table. Networks that are not compiled are welcome:
    only they have their embedding.
    """
    with failing_clearly():
        subjects = []
        for path in checkpoints:
            checkpoint = load_any(path)
            automaton = automaton_of(checkpoint)
            model = Model(path.stem, checkpoint, Walker(automaton)) if automaton else None
            subjects.append(Subject(path.stem, checkpoint, model))
        if len({subject.name for subject in subjects}) < len(subjects):
            raise DataError("two checkpoints have one name; rename one, for the pictures' sake")
        if output.exists() and not output.is_dir():
            raise DataError(f"{output}: is a file; a directory is expected")
        output.mkdir(parents=True, exist_ok=True)
        characters = {*"".join("".join(each.checkpoint.alphabet.characters) for each in subjects)}
        with fonts_for(characters) as missing, progress_bar() as progress:
            task = progress.add_task("drawing", total=None)
            drawn = pictures(subjects, name or ())
            progress.update(task, total=len(drawn) + 1)
            for picture in drawn:
                (output / f"{picture.name}.png").write_bytes(picture.png())
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

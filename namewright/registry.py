"""Which models there are: those shipped with Namewright, and those of folders of one's own.

Three environment variables say so, for the library, the command and the service alike:

    NAMEWRIGHT_MODELS_DIR       folders with checkpoints of one's own, separated as in PATH
    NAMEWRIGHT_SHIPPED_MODELS   false leaves the shipped ones out
    NAMEWRIGHT_DEFAULT_MODEL    the model that answers where none is named

A model has the name of its file; of two with one name, the folder that is named first wins, and
the shipped come last.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from namewright.errors import CheckpointError, ModelNotFoundError, SettingError
from namewright.joined import JOINS, AnyModel, JoinedModel
from namewright.lazy_models import LazyModels
from namewright.model import Model, read_model, trim

DEFAULT = "lstm"
PREFIX = "NAMEWRIGHT_"
VARIABLES = ("MODELS_DIR", "SHIPPED_MODELS", "DEFAULT_MODEL")
TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
SUFFIX = ".safetensors"

HINT = "one of your own is named by its file, or is in a folder of NAMEWRIGHT_MODELS_DIR"
HINT_JOINED = 'several are joined by load_registry().find("girls+surnames")'
"""Where else a model may be that `load_model` does not find."""


def shipped_folder() -> Path:
    """The folder of the shipped checkpoints: in an installed package, or in a checkout."""
    here = Path(__file__).parent
    return next((d for d in (here / "models", here.parent / "models") if d.is_dir()), here)


@dataclass(frozen=True)
class Sources:
    """Where models are looked for.

    folders    those of one's own, first one first: paths, or text
    shipped    whether the shipped models are there too
    default    the name of the model that answers where none is named

    Raises TypeError for folders that are one text rather than a list.
    """

    folders: Sequence[str | os.PathLike[str]] = ()
    shipped: bool = True
    default: str = DEFAULT

    def __post_init__(self) -> None:
        if isinstance(self.folders, str | os.PathLike):
            raise TypeError("folders should be a list of folders; for one folder, [folder]")
        object.__setattr__(self, "folders", tuple(Path(folder) for folder in self.folders))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Sources":
        """What the environment says. Raises SettingError for a value that is not valid."""
        folders = environment.get(PREFIX + "MODELS_DIR", "").split(os.pathsep)
        shipped = TRUTHS.get(environment.get(PREFIX + "SHIPPED_MODELS", "true").strip().lower())
        if shipped is None:
            raise SettingError(PREFIX + "SHIPPED_MODELS", "should be true or false")
        return cls(
            tuple(Path(folder) for folder in folders if folder),
            shipped,
            environment.get(PREFIX + "DEFAULT_MODEL") or DEFAULT,
        )

    def with_folders(self, folders: Iterable[Path]) -> "Sources":
        """The same with other folders, unless there are none."""
        folders = tuple(folders)
        return replace(self, folders=folders) if folders else self

    def paths(self) -> dict[str, Path]:
        """The checkpoint of each model by name, A to Z.

        Raises CheckpointError for a folder that is not there, a file name that is not UTF-8, or
        one that has a plus sign.
        """
        found: dict[str, Path] = {}
        shipped = [shipped_folder()] if self.shipped else []
        for folder in (*map(Path, self.folders), *shipped):
            if not folder.is_dir():
                raise CheckpointError(folder, "there is no such folder")
            for path in sorted(folder.glob(f"*{SUFFIX}")):
                if not path.name.isprintable():  # bytes that are not UTF-8 come as surrogates
                    raise CheckpointError(folder, "a file's name is not printable UTF-8; rename it")
                if JOINS in path.stem:
                    raise CheckpointError(
                        path, f"its name has a {JOINS}, which joins models; rename it"
                    )
                found.setdefault(path.stem, path)
        return dict(sorted(found.items()))

    def path_of(self, name: str | None = None, hint: str = "") -> Path:
        """The checkpoint of a model, or of the default. Raises ModelNotFoundError, with a hint."""
        paths = self.paths()
        if name is None:
            name = self.checked_default(paths)
        if name not in paths:
            raise ModelNotFoundError(paths, name, hint)
        return paths[name]

    def checked_default(self, names: Iterable[str]) -> str:
        """The default's name. Raises SettingError if it is not among the names."""
        there = list(names)
        if self.default not in there:
            listed = ", ".join(there) or "none"
            raise SettingError(
                PREFIX + "DEFAULT_MODEL", f"names no model that is there; there are: {listed}"
            )
        return self.default


@dataclass(frozen=True, eq=False)
class Registry:
    """Models by name, and which of them answers where none is named."""

    models: Mapping[str, Model]
    default: str

    def find(self, name: str | None = None) -> AnyModel:
        """The model of that name, or the default; of several, as girls+surnames, all joined.

        In a query a plus sign is a space, so a space will do. Raises ModelNotFoundError, and as
        `JoinedModel`.
        """
        try:
            return self.models[self.default if name is None else name]
        except KeyError:
            pass
        parts = (name or "").replace(" ", JOINS).split(JOINS)
        missing = [part for part in parts if part not in self.models]
        if missing or len(parts) < 2:
            raise ModelNotFoundError(self.models, *missing[:1])
        return JoinedModel(tuple(self.models[part] for part in parts))

    def load_all(self) -> None:
        """Load the models that are not loaded yet. Raises CheckpointError for the first to fail."""
        for name in self.models:
            self.models[name]
        trim()


def load_model(model: str | os.PathLike[str] | None = None) -> Model:
    """A model: the default, one by its name, or one from a file.

    A path, or a text that ends in `.safetensors` or has a slash in it, is a file; any other text
    is the name of a shipped model, or of one in a folder of NAMEWRIGHT_MODELS_DIR. No other model
    is read.

    Raises ModelNotFoundError for a name that no model has, SettingError where the environment is
    not valid, and CheckpointError, which names the file and its fault.
    """
    if model is None or (isinstance(model, str) and is_name(model)):
        sources = Sources.from_environment()
        if model is not None and JOINS in model:
            raise ModelNotFoundError(sources.paths(), hint=HINT_JOINED)
        return read_model(sources.path_of(model, HINT))
    path = Path(model)
    if path.is_dir():
        raise CheckpointError(path, f"is a folder; name a file in it, NAME{SUFFIX}")
    return read_model(path)


def is_name(text: str) -> bool:
    """Whether a text is the name of a model, rather than a path."""
    return not text.endswith(SUFFIX) and Path(text).name == text


def load_registry(sources: Sources | None = None, *, lazily: bool = False) -> Registry:
    """Every model there is; `lazily`, each but the default is loaded when it is asked for.

    Raises CheckpointError for the first that does not load, and SettingError for a default that
    is not there.
    """
    sources = sources or Sources.from_environment()
    paths = sources.paths()
    registry = Registry(LazyModels(paths), sources.checked_default(paths))
    registry.find()
    if not lazily:
        registry.load_all()
    return registry

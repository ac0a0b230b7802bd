"""Every sampling parameter: its name, its range, its meaning and its default, once.

>>> Sampling(n=5, seed=42, temperature=0.8)

`Sampling` travels whole from whoever asks (a keyword argument, an option, a query) down to the
kernel. What takes its fields one by one is made from them: see `with_parameters`, `RULES`.
"""

import inspect
import math
import operator
import secrets
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import wraps
from itertools import compress
from types import UnionType
from typing import (
    Any,
    Concatenate,
    NamedTuple,
    ParamSpec,
    Self,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from namewright.alphabet import MAX_LENGTH, Alphabet, normalise
from namewright.errors import LongNameError, ParameterError, UnknownCharacterError, did_you_mean

SAMPLER = 2
"""Raised whenever the same parameters would give another name."""

MAX_INDEX = 2**63 - 1

CASES = ("lower", "title")
"""How names are written."""

FILTERS = ("ends_with", "contains", "excludes", "pattern")
"""The filters on characters, each 0 or empty where it asks for nothing. `starts_with` is not among
them: it is where a name is begun."""

MAX_TEXTS = 8
"""How often a filter may be given that may be given several times."""


class Rule(NamedTuple):
    """What a parameter may be.

    kind       int, float, bool, str, or tuple for one that may be given several times, as text
    default    what it is where nobody says; None where one is picked
    meaning    a sentence for `--help`, and for the documentation of the service
    example    for the documentation
    least, most, above    its range: from least, or above `above`, to most
    choices    what a text may be, where that is one of a few
    """

    kind: type[int] | type[float] | type[bool] | type[str] | type[tuple[str, ...]]
    default: Any
    meaning: str
    example: Any
    least: float | None = None
    most: float | None = None
    above: float | None = None
    choices: tuple[str, ...] = ()

    def range(self) -> str:
        """The range in words; empty where there is none."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.kind not in (int, float):
            return ""
        if self.above is not None:
            return f"above {self.above:g} and at most {self.most:g}"
        if self.most is None:
            return f"{self.least:g} or more"
        return f"from {show(self.least)} to {show(self.most)}"


def show(bound: float | None) -> str:
    """A bound as a reader wants it: 2^63 - 1 rather than nineteen digits."""
    return "2^63 - 1" if bound == MAX_INDEX else f"{bound:g}"


def parameter(default: Any, meaning: str, example: Any, **rule: Any) -> Any:
    """A field of `Sampling`, and its rule."""
    return field(default=default, metadata={"meaning": meaning, "example": example, **rule})


@dataclass(frozen=True)
class Sampling:
    """Which names, and how to draw them.

    Raises ParameterError for a value of another type, or outside its range.
    """

    n: int = parameter(20, "How many names.", 5, least=0)
    seed: int | None = parameter(
        None,
        "The same seed gives the same names. Without one, one below 2^53 is picked and reported.",
        42,
        least=0,
        most=MAX_INDEX,
    )
    offset: int = parameter(
        0,
        "The index of the first name: 40 skips the first 40 names of the seed.",
        40,
        least=0,
        most=MAX_INDEX,
    )
    temperature: float = parameter(
        1.0,
        "Below 1 safer, above 1 wilder; 0 always takes the most likely character.",
        0.8,
        least=0,
        most=5,
    )
    top_k: int = parameter(
        0, "Draw from the k most likely characters only; 0 for all.", 10, least=0
    )
    top_p: float = parameter(
        1.0,
        "Nucleus sampling: draw from the smallest set of most likely characters whose "
        "probabilities sum to at least p; 1 for all.",
        0.95,
        above=0,
        most=1,
    )
    min_length: int = parameter(1, "The fewest characters of a name.", 3, least=1, most=MAX_LENGTH)
    max_length: int = parameter(
        MAX_LENGTH, "The most characters of a name.", 10, least=1, most=MAX_LENGTH
    )
    starts_with: str = parameter("", "How each name begins.", "ma")
    ends_with: str = parameter("", "How each name ends.", "lyn")
    contains: tuple[str, ...] = parameter(
        (), "What each name has in it; may be given several times.", ["an"]
    )
    excludes: tuple[str, ...] = parameter(
        (), "What no name has in it; may be given several times.", ["x"]
    )
    pattern: str = parameter(
        "",
        "A regular expression that the whole of each name matches: letters, . [abc] [^abc] (a|b) "
        "? * + {2,4}.",
        "[^aeiou][aeiou].*a",
    )
    novel: bool = parameter(False, "Whether to leave out names that the model learned from.", True)
    unique: bool = parameter(False, "Whether to make each name once only.", True)
    safe: bool = parameter(True, "Whether to leave out names with offensive words in them.", False)
    case: str = parameter(
        "lower",
        "How names are written: lower, or title, as Jean-Luc, O'Connor and Mary Ann.",
        "title",
        choices=CASES,
    )

    def __post_init__(self) -> None:
        # Most are as they are by default, and all of those are passed over in one step.
        given = map(operator.is_not, VALUES_OF(self), DEFAULTS)
        for name, rule in compress(RULES.items(), given):
            self.check(name, rule, getattr(self, name))
        self.check_together()

    @classmethod
    def of_checked(cls, values: Mapping[str, Any]) -> Self:
        """One of values that were held to their `RULES` before, but for texts.

        To hold them to these once more takes as long as to draw ten names. There has to be a value
        for each parameter; others are kept beside them, and never asked for. Raises ParameterError.
        """
        made = object.__new__(cls)
        made.__dict__.update(values)
        for name in compress(TEXTS, TEXTS_OF(made)):
            made.normalise_text(name, getattr(made, name))
        made.check_together()
        return made

    def check_together(self) -> None:
        """Hold parameters to what they ask of each other."""
        if self.offset + self.n > MAX_INDEX + 1:
            raise ParameterError("offset", "should be such that offset + n is at most 2^63")
        if self.min_length > self.max_length:
            raise ParameterError("min_length", "should not be above max_length")
        if len(self.starts_with) > self.max_length:
            raise ParameterError("starts_with", "should not be longer than max_length")

    def check(self, name: str, rule: Rule, value: Any) -> None:
        """Hold a parameter to its rule; one that stands for its value becomes it."""
        if type(value) is not rule.kind:
            value = convert(name, value, rule)
            object.__setattr__(self, name, value)
        if rule.choices:
            if value not in rule.choices:
                raise ParameterError(name, f"should be {rule.range()}")
        elif rule.kind in (str, tuple):
            self.normalise_text(name, value)
        elif rule.kind is not bool:
            # A comparison with NaN is false, so what is asked is what is right.
            above_least = value > rule.above if rule.above is not None else value >= rule.least
            if not (above_least and (rule.most is None or value <= rule.most)):
                raise ParameterError(name, f"should be {rule.range()}")

    def normalise_text(self, name: str, value: str | tuple[str, ...]) -> None:
        """Normalise what a filter asks for as names are normalised; a pattern is read later."""
        if name == "pattern":
            return
        texts = (value,) if isinstance(value, str) else value
        if len(texts) > MAX_TEXTS:
            raise ParameterError(name, f"should be given at most {MAX_TEXTS} times")
        try:
            found = tuple(normalise(text) for text in texts)
        except LongNameError as error:
            raise ParameterError(name, "should not be longer than max_length") from error
        if not all(map(len, found)) and not isinstance(value, str):
            raise ParameterError(name, "should have at least one character")
        if max(map(len, found), default=0) > MAX_LENGTH:
            raise ParameterError(name, "should not be longer than max_length")
        object.__setattr__(self, name, found[0] if isinstance(value, str) else found)

    @property
    def has_filters(self) -> bool:
        """Whether there is a filter on characters, beside how a name begins."""
        return any(FILTERS_OF(self))

    @property
    def has_condition(self) -> bool:
        """Whether some candidates fail a filter on their characters, or on how many they are."""
        return self.min_length > 1 or self.max_length < MAX_LENGTH or self.has_filters

    @property
    def condition_key(self) -> tuple[Any, ...]:
        """What a condition is made of."""
        return self.starts_with, *FILTERS_OF(self), self.min_length, self.max_length

    def seeded(self) -> Self:
        """The same with a seed: a new one below 2^53, which JavaScript can hold, if it has none."""
        return self if self.seed is not None else replace(self, seed=secrets.randbelow(2**53))

    def prefix(self, alphabet: Alphabet) -> list[int]:
        """The tokens of `starts_with`. Raises ParameterError where the alphabet cannot spell it."""
        if not self.starts_with:  # as most
            return []
        try:
            return alphabet.encode(self.starts_with)
        except UnknownCharacterError as error:
            raise ParameterError("starts_with", str(error)) from error

    def part(self, first: int, n: int) -> Self:
        """`n` of its names, from the one at `first` on; it has to have a seed."""
        return replace(self, n=n, offset=self.offset + first)


def kind_of(annotation: Any) -> Any:
    """The type of a field; of an optional one, the type without None."""
    if get_origin(annotation) in (Union, UnionType):
        return next(kind for kind in get_args(annotation) if kind is not type(None))
    return get_origin(annotation) or annotation


RULES: dict[str, Rule] = {
    each.name: Rule(kind=kind_of(each.type), default=each.default, **each.metadata)
    for each in fields(Sampling)
}
"""The rule of each parameter, in order."""

VALUES_OF: Callable[[Any], tuple[Any, ...]] = operator.attrgetter(*RULES)
"""The values of all parameters, in order, of a `Sampling` or of what else has them."""

DEFAULTS = tuple(rule.default for rule in RULES.values())
"""The default of each, in order."""

TEXTS = tuple(
    name for name, rule in RULES.items() if rule.kind in (str, tuple) and not rule.choices
)
"""The parameters that are what someone has typed."""

TEXTS_OF: Callable[[Any], tuple[Any, ...]] = operator.attrgetter(*TEXTS)
"""The values of those."""

FILTERS_OF: Callable[[Any], tuple[Any, ...]] = operator.attrgetter(*FILTERS)
"""Those of the filters on characters."""


def describe_parameters() -> str:
    """A line or more for each parameter: its name, its default, its meaning, its range."""
    rows = []
    for name, rule in RULES.items():
        range_ = rule.range() and f" {rule.range().capitalize()}."
        text = f"{rule.meaning}{range_} By default {rule.default!r}."
        rows.append(
            textwrap.fill(text, 96, initial_indent=f"{name:<14}", subsequent_indent=" " * 14)
        )
    return "\n".join(rows)


Sampling.__doc__ = f"{inspect.cleandoc(Sampling.__doc__ or '')}\n\n{describe_parameters()}"


def convert(name: str, value: Any, rule: Rule) -> Any:
    """A value of a type that stands for the right one, such as numpy's whole numbers.

    Raises ParameterError for one that does not.
    """
    try:
        if rule.kind is tuple:
            texts = (value,) if isinstance(value, str) else tuple(value)
            if all(isinstance(text, str) for text in texts):
                return texts
            raise TypeError
        if isinstance(value, bool) or rule.kind in (str, bool):
            raise TypeError
        if rule.kind is int:
            return operator.index(value)
        if rule.kind is float:
            return math.nan if isinstance(value, str) else float(value)
    except (TypeError, OverflowError):
        noun = NOUNS[rule.kind]
        raise ParameterError(name, f"should be {noun}") from None
    return value


NOUNS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "True or False",
    tuple: "a list of texts",
}

M = TypeVar("M")
T = TypeVar("T")
P = ParamSpec("P")
S = TypeVar("S", bound=Sampling)


def unexpected(function: str, name: str, known: Iterable[str]) -> TypeError:
    """What Python raises for a keyword argument that there is not, with the nearest there is."""
    meant = did_you_mean(name, known)
    return TypeError(
        f"{function}() got an unexpected keyword argument {name!r}{meant and '; '}{meant}"
    )


def with_parameters(
    make: Callable[P, S],
) -> Callable[[Callable[[M, S], T]], Callable[Concatenate[M, P], T]]:
    """Let a method that takes a `Sampling` be called with its fields as keyword arguments.

    `@with_parameters(Sampling)`, or a subclass of it; type checkers and `help` see the fields.
    """

    def decorate(method: Callable[[M, S], T]) -> Callable[Concatenate[M, P], T]:
        @wraps(method)
        def call(self: M, /, *args: P.args, **kwargs: P.kwargs) -> T:
            try:
                asked = make(*args, **kwargs)
            except TypeError as error:
                unknown = [name for name in kwargs if name not in listed]
                if unknown:
                    raise unexpected(method.__name__, unknown[0], listed) from None
                said = str(error).replace(f"{make.__name__}.__init__", method.__name__)
                raise TypeError(said) from None
            return method(self, asked)

        itself, *_ = inspect.signature(method).parameters.values()
        listed = inspect.signature(make).parameters
        signature = inspect.Signature([itself, *listed.values()])
        call.__signature__ = signature  # type: ignore[attr-defined]
        return call

    return decorate

"""Everything the library can complain of. These exceptions know no HTTP.

    NamewrightError
    ├── CheckpointError      a file is not a checkpoint that can be served
    ├── ModelNotFoundError   no model has that name
    ├── SettingError         an environment variable's value is not valid
    ├── AddressError         the service cannot listen at an address
    ├── MemoryLimitError     the service and its models do not fit in memory
    ├── ParameterError       a sampling parameter is outside its range
    │   ├── PatternError         a pattern cannot be read; has the position of the fault
    ├── LinesError           what names are read from is not CSV; has the number of the line
    ├── ImpossibleError      no name that the model can make meets all filters
    ├── LargeProductError    filters and a model have too many states together to know a share
    ├── ExhaustedError       no candidate passed the filters within the bound on attempts
    ├── BudgetError          a batch drew as many candidates as it may, or was cancelled
    └── UnscorableError      one name cannot be scored; returned beside the scores, not raised
        ├── EmptyNameError
        ├── LongNameError
        ├── PartsError
        ├── ManyWordsError
        └── UnknownCharacterError

A message says what is wrong and what would be right. None of them repeats what was
sent: the only outside text in a message is the name of a file or of a parameter, and
the code point of a character that an alphabet lacks, with its Unicode name. What goes wrong between
a client and a service goes on with the tree, in `namewright.client.errors`.
"""

import errno
import socket
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

NOT_UTF_8 = "\ufffd"
"""What bytes that are not UTF-8 are read as."""
LOOSEN = "loosen a filter, or change the temperature"


def did_you_mean(asked: str, known: Iterable[str]) -> str:
    """A question with the name that is nearest to one that there is not; "" where none is near."""
    spelt = {name.lower(): name for name in known}
    nearest = get_close_matches(asked.lower(), spelt, n=1, cutoff=0.7)
    return f"did you mean {spelt[nearest[0]]}?" if nearest else ""


class NamewrightError(Exception):
    """The root: catch this to catch all that the library raises on purpose."""


class CheckpointError(NamewrightError):
    """A file is not a checkpoint that can be served; says which file, and its fault."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path}: {fault}")
        self.path = path
        self.fault = fault


class ModelNotFoundError(NamewrightError):
    """No model has the name that was asked for; lists those there are, and may give a hint.

    Of the name itself the message has nothing; it may name the nearest that there is.
    """

    def __init__(self, available: Iterable[str], asked: str = "", hint: str = "") -> None:
        self.available = tuple(sorted(available))
        meant = did_you_mean(asked, self.available)
        there = f"{meant}{meant and ' '}there are: {', '.join(self.available)}"
        super().__init__(f"there is no such model; {there}{hint and '; '}{hint}")


class SettingError(NamewrightError):
    """The value of an environment variable is not valid."""

    def __init__(self, variable: str, detail: str) -> None:
        super().__init__(f"{variable} {detail}")
        self.variable = variable
        self.detail = detail


class AddressError(NamewrightError):
    """The service cannot listen at an address: because of its host, or because of its port."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        unresolved = isinstance(error.__context__ or error, socket.gaierror)
        of_host = unresolved or error.errno == errno.EADDRNOTAVAIL
        reason = "there is no such address on this machine" if of_host else "not allowed"
        if error.errno == errno.EADDRINUSE:
            reason = "it is in use"
        elif not of_host and error.errno not in (errno.EACCES, errno.EPERM):
            reason = error.strerror or str(error)
        better = (
            "--host (NAMEWRIGHT_HOST, or HOST= of make serve)"
            if of_host
            else "--port (NAMEWRIGHT_PORT, or PORT= of make serve)"
        )
        super().__init__(f"cannot listen on {host} port {port}: {reason}; choose another {better}")


class MemoryLimitError(NamewrightError):
    """The service does not fit in memory with its models; it takes about `taken` bytes."""

    def __init__(self, taken: int) -> None:
        super().__init__(
            f"there is not enough memory: a start takes about {taken // 2**20} MiB; raise the "
            "limit, or serve fewer models (NAMEWRIGHT_SHIPPED_MODELS, NAMEWRIGHT_MODELS_DIR)"
        )
        self.taken = taken


class ParameterError(NamewrightError):
    """A sampling parameter is outside its range."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(f"{parameter}: {detail}")
        self.parameter = parameter
        self.detail = detail


class PatternError(ParameterError):
    """A pattern cannot be read. `position` is that of the fault, counted from 0."""

    def __init__(self, position: int, fault: str) -> None:
        super().__init__("pattern", f"at position {position} (counted from 0): {fault}")
        self.position = position


class LinesError(NamewrightError):
    """What names are read from is not CSV; says in which line, counted from 1, and why."""

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(f"line {line} is not CSV: {fault}")
        self.line = line


class ImpossibleError(NamewrightError):
    """No name that the model can make meets all filters."""

    def __init__(self) -> None:
        super().__init__("no name that this model can make meets all filters; loosen one of them")


class LargeProductError(NamewrightError):
    """A model's states and a condition's make too many pairs to know what share passes."""


class ExhaustedError(NamewrightError):
    """An index has no name: all its candidates, up to the bound, failed the filters.

    `names` are those of the indices before it.
    """

    def __init__(self, attempts: int, index: int, names: Iterable[str] = ()) -> None:
        super().__init__(
            f"of {attempts:,} candidates for the name at index {index} none passed the filters; "
            f"{LOOSEN}"
        )
        self.attempts = attempts
        self.index = index
        self.names = list(names)


class BudgetError(NamewrightError):
    """A batch drew as many candidates as its budget has, or was cancelled."""

    def __init__(self) -> None:
        super().__init__(
            f"too few candidates pass the filters for so many names; ask for fewer names, {LOOSEN}"
        )


class UnscorableError(NamewrightError):
    """One name of a batch cannot be scored. `code` is stable, for programs."""

    code = "unscorable"


class EmptyNameError(UnscorableError):
    """Nothing is left of the name once the space around it is off."""

    code = "empty"

    def __init__(self) -> None:
        super().__init__("the name is empty; a name has at least one character")


class LongNameError(UnscorableError):
    """The name has more characters than any name a model makes."""

    code = "too_long"

    def __init__(self, longest: int) -> None:
        super().__init__(f"the name is too long; a name has at most {longest} characters")


class PartsError(UnscorableError):
    """The name has fewer words than it should have parts."""

    code = "too_few_parts"

    def __init__(self, parts: int) -> None:
        super().__init__(f"the name should have {parts} parts or more, with spaces between them")


class ManyWordsError(UnscorableError):
    """The name has more words than are tried as its parts."""

    code = "too_many_words"

    def __init__(self, most: int) -> None:
        super().__init__(f"the name has too many words; a name of parts has at most {most}")


class UnknownCharacterError(UnscorableError):
    """A character of the name is not in the model's alphabet.

    position    of the character in what was sent, counted from 0
    character   which it is
    name        the normalised name
    """

    code = "unknown_character"

    def __init__(
        self, position: int, character: str, characters: Iterable[str], name: str = ""
    ) -> None:
        self.characters = tuple(characters)
        called = f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
        if character == NOT_UTF_8:
            called += " (in place of bytes that are not UTF-8)"
        super().__init__(
            f"the character at position {position} (counted from 0), {called}, is not in the "
            f"model's alphabet: {''.join(self.characters)}"
        )
        self.character = character
        self.position = position
        self.name = name

"""Docstrings as the site shows them: an extension of Griffe, which reads them.

An example that begins with `>>>`, and a table whose second column is aligned, are code to Markdown
only where a fence says so; and the fields of `Sampling` have their meanings in `RULES`.
"""

import re
from typing import Any

from griffe import Class, Docstring, Extension, Object

from guide.markdown import literal
from namewright.parameters import RULES

EXAMPLE = re.compile(r"^>>> .*(?:\n(?!\n).+)*", re.MULTILINE)
ALIGNED = re.compile(r"(?:^[\w.,() ]+?  +\S.*(?:\n  +\S.*)*(?:\n|\Z))+", re.MULTILINE)


def fenced(text: str) -> str:
    """A docstring with fences around its examples and its tables."""
    text = EXAMPLE.sub(lambda found: f"```pycon\n{found[0]}\n```", text)
    parts = re.split(r"(```pycon\n.*?\n```)", text, flags=re.DOTALL)
    for i in range(0, len(parts), 2):
        parts[i] = ALIGNED.sub(lambda found: f"```text\n{found[0].rstrip()}\n```\n", parts[i])
    return "".join(parts)


class Docstrings(Extension):
    """Rewrites each docstring when it has been read."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Fence what is code in one docstring."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)

    def on_class_members(self, *, cls: Class, **_: Any) -> None:
        """Give the fields of `Sampling` their meanings and ranges."""
        if cls.path != "namewright.parameters.Sampling":
            return
        for name, rule in RULES.items():
            bounds = f" ({rule.range()})" if rule.range() else ""
            cls.members[name].docstring = Docstring(literal(f"{rule.meaning.rstrip('.')}{bounds}."))

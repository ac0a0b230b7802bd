"""The library's reference: a page of directives, of which mkdocstrings makes docstrings."""

SECTIONS = {
    "Models": (
        *("namewright.load_model", "namewright.Model", "namewright.Sampling", "namewright.Score"),
        *("namewright.load_registry", "namewright.Registry", "namewright.Sources"),
        *("namewright.joined.JoinedModel", "namewright.comparison.compare"),
    ),
    "Why a name has its score": ("namewright.explanation",),
    "Rows and files": ("namewright.formats", "namewright.writers", "namewright.readers"),
    "Beneath": ("namewright.automaton", "namewright.checkpoint"),
    "Training": (
        *("training.train", "training.read_dataset", "training.compile_model"),
        *("training.CompileOptions", "training.save"),
    ),
    "Errors": ("namewright.errors",),
}
"""What a program imports: modules, and what stands by itself."""

HEAD = """# The library, from its docstrings

What a program may import, made from the docstrings of the code. [The library](../library.md) shows
how it is used.
"""


def page() -> str:
    """The page, as Markdown with directives."""
    parts = [HEAD]
    for heading, names in SECTIONS.items():
        parts.append(f"## {heading}\n")
        parts += [f"::: {name}\n" for name in names]
    return "\n".join(parts)

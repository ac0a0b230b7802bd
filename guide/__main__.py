"""`python -m guide`: build the site, strictly: a warning is an error."""

import argparse
import sys
from pathlib import Path

from guide import ROOT
from guide.site import GuideError, build, compress


def main() -> None:
    """Read the options, and build."""
    parser = argparse.ArgumentParser(prog="python -m guide", description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "site", metavar="FOLDER")
    parser.add_argument(
        "--compress", action="store_true", help="each file as NAME.gz, for the service alone"
    )
    given = parser.parse_args()
    output = given.output.resolve()
    try:
        build(output)
    except GuideError as error:
        sys.exit(f"error: the guide was not built\n{error}")
    print(f"{output}: {sum(1 for _ in output.rglob('*.html'))} pages")
    if given.compress:
        compress(output)


if __name__ == "__main__":
    main()

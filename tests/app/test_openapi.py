"""The documentation against the service: each described, each true."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings

from app.negotiation import LINES
from app.schemas import ScoreLinesQuery
from namewright.formats import FORMATS, WITH_COLUMNS
from namewright.parameters import RULES


def test_answers_are_as_documented(address: str) -> None:
    """Whatever is asked, of every operation."""
    import schemathesis  # which takes a second, of one worker only
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    held = [
        not_a_server_error,
        checks.content_type_conformance,
        checks.response_schema_conformance,
        checks.status_code_conformance,
    ]
    operations = schemathesis.openapi.from_url(f"{address}/openapi.json").get_all_operations()
    asked = set()
    for operation in operations:

        @settings(max_examples=20, deadline=None, database=None)
        @given(operation.ok().as_strategy())
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=held)
            asked.add(case.operation.label)

        ask()
    assert asked == {
        "GET /names",
        "GET /score",
        "POST /score",
        "GET /models",
        "GET /models/{model}",
        "GET /models/{model}/inside",
        "GET /models/{model}/steps",
        "GET /healthz",
        "GET /readyz",
    }


def test_every_parameter_is_described_with_an_example(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    parameters = document["paths"]["/names"]["get"]["parameters"]
    assert len(parameters) == len(RULES) + 4
    of_one_score = document["paths"]["/score"]["get"]["parameters"]
    assert len(of_one_score) == 5
    for parameter in (*parameters, *of_one_score):
        assert parameter["description"]
        assert parameter.get("example") or parameter["schema"].get("examples"), parameter["name"]
    for field in document["components"]["schemas"]["ScoreRequest"]["properties"].values():
        assert field["description"]
        assert field["examples"]


def test_errors_are_documented_as_problems(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    for path in ("/names", "/score", "/models", "/models/{model}"):
        for operation in document["paths"][path].values():
            assert list(operation["responses"]["422"]["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_rows_and_bodies_of_lines_are_documented_beside_json(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    names, score = paths["/names"]["get"], paths["/score"]["post"]
    kinds = {name: written.media_type.partition(";")[0] for name, written in FORMATS.items()}
    assert set(names["responses"]["200"]["content"]) == {"application/json", *kinds.values()}
    assert "content" not in names["responses"]["304"]
    scored = {kinds[name] for name in WITH_COLUMNS}
    assert set(score["responses"]["200"]["content"]) == {"application/json", *scored}
    assert set(score["requestBody"]["content"]) == {"application/json"}
    in_words = score["requestBody"]["description"]
    assert all(f"- `{each}`: " in in_words for each in (*LINES, *ScoreLinesQuery.model_fields))
    assert "parameters" not in score


@pytest.mark.slow
def test_a_client_generator_reads_it_without_a_warning(
    client: httpx.Client, tmp_path: Path
) -> None:
    document, made = tmp_path / "openapi.json", tmp_path / "client"
    document.write_bytes(client.get("/openapi.json").content)
    tools = Path(sys.executable).parent  # where it looks for ruff
    command = [tools / "uv", "tool", "run", "openapi-python-client@0.29.1", "generate"]
    command += ["--path", document, "--output-path", made, "--meta", "none", "--fail-on-warning"]
    environment = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    calls = {path.stem for path in (made / "api" / "names").iterdir()}
    assert calls == {"__init__", "names", "score", "score_one"}


def test_the_page_of_documentation_is_there(client: httpx.Client) -> None:
    assert client.get("/docs").status_code == 200


def test_every_reference_leads_somewhere_and_nothing_is_nullable(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    text = json.dumps(document)
    shapes = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert {"Problem", "Fault", "NamesResponse"} <= shapes <= set(document["components"]["schemas"])
    assert text.count('"$ref"') == text.count('"#/components/schemas/')
    assert '"null"' not in text
    assert '"default": null' not in text

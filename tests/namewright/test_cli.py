"""The command as a user types it: its output, its exit code."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from app.encoding import encode_scores
from app.schemas import ScoreRequest
from namewright import Model, load_model
from namewright.formats import FORMATS, WITH_COLUMNS
from namewright.writers import ScoreWriter
from tests.conftest import MODELS, ROOT
from tests.namewright.commands import NAMEWRIGHT, run
from tests.processes import take_interrupts


def run_script(
    *arguments: str, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """As `run`, in a process of its own."""
    return subprocess.run(
        [NAMEWRIGHT, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
        check=False,
    )


def test_a_process_has_the_streams_and_the_exit_code_of_a_run_within_this_one() -> None:
    for arguments, code in ((["score", "emma", "-"], 1), (["genrate"], 2)):
        done, within = run_script(*arguments, stdin="r2d2\n"), run(*arguments, stdin="r2d2\n")
        assert done.returncode == within.returncode == code
        assert (done.stdout, done.stderr) == (within.stdout, within.stderr)


def test_generate_prints_names_and_says_all_that_they_depend_on(shipped: dict[str, Model]) -> None:
    done = run(*["generate", "-n", "20", "--model", "mlp", "--seed", "42", "--temperature", "0.8"])
    assert done.returncode == 0
    expected = shipped["mlp"].sample(20, seed=42, temperature=0.8)
    assert done.stdout.splitlines() == expected
    digest = shipped["mlp"].checkpoint.digest[:12]
    assert done.stderr == f"seed 42, sampler 2, model mlp, digest {digest}\n"


def test_the_digest_of_joined_models_is_that_of_each(shipped: dict[str, Model]) -> None:
    done = run("generate", "-n", "1", "--model", "girls+bigram", "--seed", "1")
    girls, bigram = (shipped[name].digest[:12] for name in ("girls", "bigram"))
    assert done.stderr.endswith(f"model girls+bigram, digest {girls}+{bigram}\n")


def test_generate_with_every_option(shipped: dict[str, Model]) -> None:
    options = (
        "generate -n 2500 -m bigram --seed 1 --offset 9 --top-k 9 --top-p 0.9 "
        "--min-length 3 --max-length 9 --starts-with A"
    )
    expected = shipped["bigram"].sample(
        2500, seed=1, offset=9, top_k=9, top_p=0.9, min_length=3, max_length=9, starts_with="a"
    )
    assert run(*options.split()).stdout.splitlines() == expected


def test_the_seed_it_picked_gives_the_names_again() -> None:
    first = run("generate", "-n", "3")
    seed = re.match(r"seed (\d+),", first.stderr)
    assert seed is not None
    assert run("generate", "-n", "3", "--seed", seed[1]).stdout == first.stdout


def test_score_prints_a_table() -> None:
    done = run("score", "Emma", "xqzt")
    assert done.returncode == 0
    emma, xqzt = done.stdout.splitlines()[1:]
    assert re.match(r"\s*emma\s+0\.\d+\s+[\d.]+\s+-[\d.]+\s+yes", emma)
    assert re.match(r"\s*xqzt\s+0\.000\s+[\d.]+\s+-[\d.]+\s+no", xqzt)


def test_score_reads_standard_input() -> None:
    done = run("score", "-", stdin="emma\nolivia\n")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["name", "emma", "olivia"]


def test_score_json_is_what_the_service_answers(shipped: dict[str, Model]) -> None:
    done = run("score", "emma", "r2d2", "--json", "--characters")
    model = shipped["lstm"]
    names = ["emma", "r2d2"]
    request = ScoreRequest(names=names, characters=True)
    expected = json.loads(encode_scores([model], request))
    expected["results"][1]["error"]["index"] = 1
    assert json.loads(done.stdout) == expected


def test_a_name_that_cannot_be_scored_is_exit_1_and_the_rest_are_scored() -> None:
    done = run("score", "emma", "r2d2")
    assert done.returncode == 1
    assert "emma" in done.stdout
    assert "r2d2  error: the character at position 1" in done.stdout


def test_models_lists_the_models(shipped: dict[str, Model]) -> None:
    done = run("models")
    for name, model in shipped.items():
        assert re.search(rf"{name} .*{model.checkpoint.metrics['test']:.4f}", done.stdout)
    listed = json.loads(run("models", "--json").stdout)
    assert [model["name"] for model in listed["models"]] == sorted(shipped)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["generate", "-n", "0"], 2, "-n: should be 1 or more"),
        (["generate", "-n", "-1"], 2, "-n: should be 1 or more"),
        (["generate", "-n", "1.5"], 2, "-n: should be a whole number"),
        (["generate", "--temperature", "nan"], 2, "temperature"),
        (["generate", "--temperature", "9"], 2, "--temperature: should be from 0 to 5"),
        (["generate", "--temperature", "warm"], 2, "--temperature: should be a number"),
        (["generate", "emma"], 2, "unexpected: emma"),
        (["generate", "-n"], 2, "requires an argument"),
        (["genrate"], 2, "there are: generate, score, models, serve"),
        (["--verison"], 2, "there are: --help"),
        (["serve", "--port", "65536"], 2, "--port: should be at most 65535"),
        (["generate", "--temperature", "-1"], 2, "temperature"),
        (["generate", "--seed", "-1"], 2, "seed"),
        (["generate", "--top-p", "0"], 2, "--top-p: should be above 0"),
        (["generate", "--min-length", "5", "--max-length", "4"], 2, "above --max-length\n"),
        (["generate", "--starts-with", "r2"], 2, "--starts-with"),
        (["generate", "--model", "nobody"], 2, "girls, lstm, mlp, ngram"),
        (["generate", "--model", "Girl+surnames"], 2, "did you mean girls? there are: "),
        (
            ["generate", "--model", "mine/my.safetensors"],
            2,
            "--models-dir or NAMEWRIGHT_MODELS_DIR",
        ),
        (["generate", "--temprature", "1"], 2, "--temperature"),
        (["generate", "--pattern", "emma|ava", "--novel"], 1, "none passed the filters"),
        (["generate", "--ends-with", "lyn", "--max-length", "2"], 1, "no name that this model"),
        (["generate", "--pattern", "(a"], 2, "--pattern: at position 0"),
        (["generate", "--models-dir", "/nowhere"], 3, "/nowhere: there is no such folder"),
        (["score"], 2, "NAMES is required"),
        (["score", "-", "--column", "name"], 2, "--column: needs --csv"),
        (["score", "emma", "--characters"], 2, "--characters: needs --json"),
    ],
)
def test_bad_input_is_one_line_and_an_exit_code(
    arguments: list[str], code: int, message: str
) -> None:
    done = run(*arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_names_that_run_out_are_those_that_were_found_and_exit_1() -> None:
    done = run("generate", "--temperature", "0", "-n", "2", "--unique", "--seed", "1")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    assert "none passed the filters" in done.stderr


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads as Linux does")
def test_numpy_starts_no_threads_for_matrices() -> None:
    code = "import os, namewright.__main__, numpy; print(len(os.listdir('/proc/self/task')))"
    environment = {name: v for name, v in os.environ.items() if not name.startswith("OPENBLAS")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == "1"


@pytest.mark.parametrize("options", [(), ("--csv",)])
def test_a_line_that_is_not_utf8_is_an_error_in_its_row(options: tuple[str, ...]) -> None:
    done = run("score", "-", *options, stdin=b"\xef\xbb\xbfemma\nzo\xff\nava\n")
    assert done.returncode == 1
    _, emma, broken, ava = done.stdout.splitlines()
    assert emma.startswith("emma ")
    assert ava.startswith("ava ")
    assert "U+FFFD REPLACEMENT CHARACTER (in place of bytes that are not UTF-8), is not" in broken


@pytest.mark.parametrize("written", WITH_COLUMNS)
def test_rows_are_written_as_lines_are_read(written: str) -> None:
    done = run(
        "score", "-", "ava", "--csv", "--format", written, stdin='id,name\n1,emma\n2,"r2"\n3'
    )
    assert done.returncode == 1
    writer = ScoreWriter(load_model(), FORMATS[written])
    expected = writer.head() + writer.rows(["emma", "r2", "", "ava"])
    assert done.stdout == expected.decode()


def test_a_column_of_a_csv_is_picked_by_its_heading() -> None:
    picked = ("score", "-", "--csv", "--column", "Full Name")
    done = run(*picked, stdin="id,Full Name\n1,emma\n")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["name", "emma"]
    done = run(*picked, stdin="id,Name\n1,emma\n")
    assert done.returncode == 2
    assert done.stderr == (
        "error: --column: should be a heading of the CSV; there are: 'id', 'Name'\n"
    )


def test_what_is_not_csv_is_said_with_its_line() -> None:
    done = run("score", "-", "--csv", "--format", "csv", stdin='emma\n"a"b\n')
    assert done.returncode == 2
    assert done.stderr.startswith("error: line 2 is not CSV: ")


def test_there_is_one_row_for_each_line_in_order() -> None:
    done = run("score", "-", stdin="\ufeffemma\n\nr2d2\n  \r\nava\r\n")
    assert done.returncode == 1
    rows = [line.split()[0] for line in done.stdout.splitlines()]
    assert rows == ["name", "emma", "error:", "r2d2", "error:", "ava"]


def test_errors_in_json_carry_their_index() -> None:
    results = json.loads(run("score", "-", "--json", stdin="emma\n\nr2d2\n").stdout)["results"]
    assert [result.get("error", {}).get("index") for result in results] == [None, 1, 2]


@pytest.mark.parametrize("command", [["generate"], ["score", "emma"], ["models"]])
def test_output_that_cannot_be_written_is_said_in_a_line(command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [NAMEWRIGHT, *command], stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_version() -> None:
    assert re.fullmatch(r"namewright \d+\.\d+\.\d+\n", run("--version").stdout)


def test_models_of_a_folder_without_the_default_are_listed(tiny_path: Path) -> None:
    done = run("models", "--models-dir", str(tiny_path.parent))
    assert done.returncode == 0
    assert "tiny" in done.stdout


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{NAMEWRIGHT} generate -n 100000 --model bigram | head -n 2"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert len(done.stdout.splitlines()) == 2
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


@pytest.mark.parametrize("command", [[], ["generate"], ["score"], ["models"], ["serve"]])
def test_help_teaches(command: list[str]) -> None:
    done = run(*command, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout
    assert "bool" not in done.stdout
    assert "9223372036854775807" not in done.stdout


def test_serve_answers_and_stops_when_told() -> None:
    process = subprocess.Popen(
        [NAMEWRIGHT, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            break
    assert found is not None
    assert httpx.get(f"{found[0]}/names?n=3").status_code == 200
    process.send_signal(signal.SIGTERM)
    process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=20) in {0, -signal.SIGTERM}


def test_a_checkpoint_that_does_not_load_stops_the_start_with_one_line_and_exit_3(
    tmp_path: Path,
) -> None:
    data = (MODELS / "mlp.safetensors").read_bytes()
    (tmp_path / "mlp.safetensors").write_bytes(data)
    (tmp_path / "torn.safetensors").write_bytes(data[:5000])
    started = time.monotonic()
    done = run_script("serve", "--port", "0", NAMEWRIGHT_MODELS_DIR=str(tmp_path))
    assert time.monotonic() - started < 20
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert f"{tmp_path / 'torn.safetensors'}: cut short" in done.stderr


def test_a_default_model_that_is_not_there_is_exit_2() -> None:
    done = run_script("serve", "--port", "0", NAMEWRIGHT_DEFAULT_MODEL="nobody")
    assert done.returncode == 2
    assert "NAMEWRIGHT_DEFAULT_MODEL names no model" in done.stderr


def test_a_setting_that_there_is_not_is_told_the_nearest() -> None:
    done = run("serve", "--port", "0", NAMEWRIGHT_PORTT="9000")
    assert done.returncode == 2
    assert done.stderr == (
        "error: NAMEWRIGHT_PORTT is not a setting; did you mean NAMEWRIGHT_PORT?\n"
    )


def test_a_port_that_is_taken_is_said_before_anything_is_loaded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 3
    assert re.fullmatch(
        r"error: cannot listen on 127\.0\.0\.1 port \d+: it is in use; choose another --port "
        r"\(NAMEWRIGHT_PORT, or PORT= of make serve\)\n",
        done.stderr,
    )


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_a_host_that_is_not_this_machine_is_blamed_rather_than_the_port(host: str) -> None:
    done = run("serve", "--host", host, "--port", "0")
    assert done.returncode == 3
    assert "there is no such address on this machine; choose another --host" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_setting_that_is_no_port_is_exit_2() -> None:
    done = run("serve", NAMEWRIGHT_PORT="eighty")
    assert done.returncode == 2
    assert done.stderr.startswith("error: NAMEWRIGHT_PORT should be")


INTERRUPTED = """
import os, signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "namewright.cli":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
import namewright.__main__
"""


def test_an_interrupt_during_the_imports_ends_it_without_a_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        stderr=subprocess.PIPE,
        cwd=ROOT,
        preexec_fn=take_interrupts,
        check=False,
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")

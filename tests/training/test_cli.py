"""`python -m training` as a user types it."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from namewright import load_model
from namewright.checkpoint import load
from tests import processes
from tests.conftest import MODELS, ROOT, SHIPPED
from tests.training.commands import run
from training import prefixes
from training.checkpoints import load_any
from training.cli import app
from training.models import NETWORKS

COMPILE_MLP = ["compile", str(MODELS / "mlp.safetensors"), "-o", "/tmp/x.safetensors"]
SLOW = pytest.mark.slow
"""Cases of a contract of which a quicker case always runs."""
FEW = ["train", "mlp", "--steps", "30", "--hidden", "8", "--batch-size", "8"]


def typed(*arguments: str | Path) -> Result:
    """The same without a process of its own, which takes seconds: for what ends at once."""
    runner = CliRunner(env={"COLUMNS": "200"})
    return runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of one's own, in an alphabet of one's own."""
    path = tmp_path_factory.mktemp("data") / "greek.txt"
    first, last = ["αλε", "νικ", "δημ", "θεο", "μαρ", "σοφ"], ["ξία", "ος", "ήτρης", "δώρα", "ία"]
    middle = ["", "α", "ο", "αν", "ολ"]
    path.write_text("\n".join(a + b + c for a in first for b in middle for c in last))
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["bigram"], marks=SLOW),
        pytest.param(["bigram", "--smoothing", "0.5"], marks=SLOW),
        pytest.param(["ngram"], marks=SLOW),
        ["ngram", "--order", "3"],
        pytest.param(["bigram-net", "--steps", "50"], marks=SLOW),
        FEW[1:],
    ],
    ids=str,
)
def test_two_runs_with_one_seed_write_the_same_bytes_and_it_serves(
    tmp_path: Path, names: Path, arguments: list[str]
) -> None:
    paths = [tmp_path / "first.safetensors", tmp_path / "second.safetensors"]
    for path in paths:
        done = run("train", *arguments, "--data", names, "--output", path, "--seed", "7")
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"{path}: train ")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    model = load_model(paths[0])
    assert len(model.sample(5, seed=1)) == 5
    assert model.checkpoint.data["file"] == "greek.txt"
    assert model.checkpoint.training["seed"] == 7


def test_another_seed_writes_other_bytes(tmp_path: Path, names: Path) -> None:
    paths = [tmp_path / f"{seed}.safetensors" for seed in (1, 2)]
    for path in paths:
        run(*FEW, "--data", names, "--output", path, "--seed", path.stem)
    assert paths[0].read_bytes() != paths[1].read_bytes()


@pytest.mark.parametrize(
    "how", ["lecture", pytest.param("hash", marks=SLOW), pytest.param("makemore", marks=SLOW)]
)
def test_every_split_trains_and_evaluates(tmp_path: Path, names: Path, how: str) -> None:
    path = tmp_path / "m.safetensors"
    assert run(*FEW, "--data", names, "--split", how, "--output", path).returncode == 0
    done = run("evaluate", path, "--data", names, "--split", how, "--json", "--names", "0")
    assert json.loads(done.stdout)[str(path)] == pytest.approx(dict(load(path).metrics))


@pytest.mark.parametrize("models", [["bigram", "mlp"], pytest.param(SHIPPED, marks=SLOW)], ids=len)
def test_shipped_checkpoints_have_the_losses_they_claim(models: list[str]) -> None:
    by_list: dict[Path, list[Path]] = {}
    for path in (MODELS / f"{name}.safetensors" for name in models):
        by_list.setdefault(ROOT / "data" / load(path).data["file"], []).append(path)
    for data, paths in by_list.items():
        found = json.loads(run("evaluate", *paths, "--data", data, "--json", "--names", "0").stdout)
        for path in paths:
            claimed = {side: load(path).metrics[side] for side in ("train", "validation", "test")}
            # Scores agree to eight digits on all machines.
            assert found[str(path)] == pytest.approx(claimed, abs=1e-8)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["train", "bigram", "--data", "/nowhere", "-o", "x.safetensors"],
            "/nowhere: cannot be read",
        ),
        (
            ["train", "bigram", "-o", "/nowhere/x.safetensors"],
            "/nowhere: there is no such folder",
        ),
        (["train", "bigram", "-o", "/tmp"], "/tmp: should be a file NAME.safetensors"),
        (["train", "bigram", "-o", "/tmp/a+b.safetensors"], "NAME should have no +, which joins"),
        (["train", "bigram", "-o", "/tmp/x"], "/tmp/x: should be a file NAME.safetensors"),
        (["train", "mlp", "-o", "/tmp/x.safetensors", "--embedding", "65536"], "hidden.weight"),
        (["train", "gru", "-o", "/tmp/x.safetensors", "--hidden", "65536"], "weight_hh_l0"),
        (
            ["compile", str(MODELS / "lstm.safetensors"), "-o", "/tmp/x.safetensors"],
            "is compiled already; give the teacher",
        ),
        (
            [*COMPILE_MLP, "--data", str(MODELS / "README.md")],
            "learned from another list",
        ),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_1(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = typed(*(each.replace("/tmp/x.", f"{tmp_path}/x.") for each in arguments))
    assert done.exit_code == 1
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["evaluate", "/nowhere"],
        ["report", "/nowhere", "-o", "/tmp"],
        ["compile", "/nowhere", "-o", "/tmp/x.safetensors"],
    ],
)
def test_a_checkpoint_that_does_not_load_is_one_line_and_exit_3(arguments: list[str]) -> None:
    done = typed(*arguments)
    assert done.exit_code == 3
    assert "/nowhere: there is no such file" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "transformer", "--heads", "3"], "hidden should be a multiple of heads"),
        (["train", "bigram", "--smoothing", "0"], "smoothing should be above 0"),
        ([*COMPILE_MLP[:2], "--states", "20", "--names", "1000"], "20 states are too few"),
        (["train", "mlp", "--steps", "0"], "--steps: should be 1 or more"),
        (["train", "mlp", "--steps", "many"], "--steps: should be a whole number"),
        (["train", "mlp", "--split", "half"], "--split: should be"),
        (["train", "mlp", "more"], "unexpected: more"),
    ],
)
def test_an_option_that_is_not_valid_is_one_line_and_exit_2(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = typed(*arguments, "-o", tmp_path / "x.safetensors")
    assert done.exit_code == 2
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "mpl", "-o", "x"],
        ["train", "bigram"],
        ["train", "bigram", "-o", "x", "--split", "half"],
        ["train", "mlp", "-o", "x", "--steps", "0"],
        ["train", "mlp", "-o", "x", "--hidden", "99999999"],
        ["train", "gru", "-o", "x", "--dropout", "1"],
        ["compile", "x", "-o", "x", "--states", "0"],
    ],
)
def test_what_does_not_exist_is_exit_2(arguments: list[str]) -> None:
    done = typed(*arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_evaluating_names_the_model_cannot_spell(names: Path) -> None:
    done = run("evaluate", MODELS / "bigram.safetensors", "--data", names)
    assert done.returncode == 1
    assert "not in the model's alphabet" in done.stderr
    assert "greek.txt" in done.stderr


def test_models_that_cannot_be_measured_are_named_at_once_and_the_others_measured(
    names: Path, tmp_path: Path
) -> None:
    greek, damaged = tmp_path / "greek.safetensors", tmp_path / "damaged.safetensors"
    typed("train", "bigram", "--data", names, "-o", greek)
    damaged.write_bytes(b"no")
    latin = MODELS / "bigram.safetensors"
    done = typed("evaluate", latin, greek, damaged, "--data", names, "--json", "--names", "0")
    assert done.exit_code == 3
    assert list(json.loads(done.stdout)) == [str(greek)]
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert [error.split(": ")[1] for error in errors] == [str(latin), str(damaged)]
    assert (
        "characters that are not in the model's alphabet: 'ή', 'ί', 'α', 'δ', 'ε', ..." in errors[0]
    )


@pytest.mark.parametrize(
    ("arguments", "choices"),
    [
        (["tain"], "prepare, compile, contrast, evaluate, detect, report, sweep, train"),
        (["train", "gpt"], "bigram, ngram, bigram-net, mlp, bow, cnn, rnn, gru, lstm, transformer"),
        (["train", "gru", "--contxt", "3"], "--batch-size, --check-every, --clip, --data"),
        (["train", "mlp", "--split", "half"], "one of 'hash', 'lecture', 'makemore'"),
        (["sweep", "mlp", "--trails", "3"], "did you mean --trials?"),
    ],
)
def test_what_does_not_exist_is_answered_with_what_does(arguments: list[str], choices: str) -> None:
    done = typed(*arguments)
    assert done.exit_code == 2
    assert choices in done.stderr


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            [f"{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(99)],
            "has only 99 different names; at least 100 are needed",
        ),
        (["same"] * 500, "has only 1 name; at least 100 are needed"),
        ([chr(0x4E00 + i) * 2 for i in range(256)], "an alphabet has 1 to 255 characters, not 256"),
    ],
)
def test_a_list_that_cannot_be_learned_from_says_why(
    tmp_path: Path, lines: list[str], message: str
) -> None:
    path = tmp_path / "names.txt"
    path.write_text("\n".join(lines))
    for architecture in ("bigram", "ngram", "gru"):
        done = typed("train", architecture, "--data", path, "-o", tmp_path / "x.safetensors")
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
        assert f"{path}: {message}" in done.stderr


@SLOW
def test_an_alphabet_of_255_characters_trains_compiles_and_serves(tmp_path: Path) -> None:
    data, network = tmp_path / "many.txt", tmp_path / "network.safetensors"
    characters = [chr(0x4E00 + i) for i in range(255)]
    data.write_text("\n".join(characters[at] + characters[at - 7] for at in range(255)))
    few = ["--steps", "5", "--hidden", "8", "--data", data]
    assert run("train", "gru", *few, "-o", network).returncode == 0
    made = tmp_path / "made.safetensors"
    done = run("compile", network, "-o", made, "--names", "1000", "--data", data)
    assert done.returncode == 0, done.stderr
    assert len(load_model(made).sample(5, seed=1)) == 5


def test_compile_says_so_where_fewer_names_fit_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefixes, "ROOM", 10_000_000)
    made = tmp_path / "made.safetensors"
    done = typed("compile", MODELS / "mlp.safetensors", "-o", made)
    assert done.exit_code == 0, done.stderr
    names = load(made).hyperparameters["names"]
    assert 10_000 < names < 3_000_000
    assert f"from {names:,} names; more would not fit in memory" in done.stderr


SMALLER = {"cnn": ["--layers", "1"], "transformer": ["--layers", "1", "--heads", "2"]}
"""Options of networks that read the whole past again for each character: compiling them is slow."""

NETWORK = ["--hidden", "8", "--steps", "40", "--check-every", "10", "--batch-size", "16"]


@pytest.mark.parametrize(
    "architecture",
    [name if name == "gru" else pytest.param(name, marks=SLOW) for name in NETWORKS],
)
def test_every_network_trains_compiles_and_serves(
    tmp_path: Path, names: Path, architecture: str
) -> None:
    teacher, made = tmp_path / "teacher.safetensors", tmp_path / "made.safetensors"
    options = NETWORK[2:] if architecture == "bigram-net" else NETWORK
    options = [*options, *SMALLER.get(architecture, ())]
    done = run("train", architecture, *options, "--data", names, "-o", teacher)
    assert done.returncode == 0, done.stderr
    assert not teacher.with_suffix(".resume").exists()
    compiling = ["compile", teacher, "--names", "5000", "--states", "3000", "--data", names]
    done = run(*compiling, "-o", made)
    assert done.returncode == 0, done.stderr
    if architecture == "gru":
        first = made.read_bytes()
        run(*compiling, "-o", made)
        assert made.read_bytes() == first
    model = load_model(made)
    taught = load_any(teacher)
    assert model.automaton.states <= 3000
    assert model.checkpoint.metrics["teacher"] == dict(taught.metrics)
    [teacher_of_it] = model.checkpoint.hyperparameters["teachers"]
    assert teacher_of_it["digest"] == taught.digest
    assert teacher_of_it["weight"] == 1
    assert model.checkpoint.metrics["validation"] == pytest.approx(
        taught.metrics["validation"], abs=0.1
    )
    assert model.checkpoint.training["teachers"][0]["history"]["steps"] == [10, 20, 30, 40]


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    while not path.exists():
        assert process.poll() is None
        time.sleep(0.05)


def test_ctrl_c_leaves_the_best_so_far_and_resume_ends_where_it_would_have(
    tmp_path: Path, names: Path
) -> None:
    whole, path = tmp_path / "whole.safetensors", tmp_path / "x.safetensors"
    long = ["train", "gru", "--hidden", "8", "--steps", "300", "--check-every", "10"]
    long += ["--batch-size", "16", "--data", names]
    with processes.training(*long, "-o", path) as process:
        wait_for(path.with_suffix(".resume"), process)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"best checkpoint saved in {path}. Give the same command with --resume" in errors
    assert load_any(path).training["best_step"] < 300
    other = run(*long, "-o", path, "--resume", "--dropout", "0.1")
    assert other.returncode == 1
    assert "of a training that differs in its dropout" in other.stderr
    done = run(*long, "-o", path, "--resume")
    assert done.returncode == 0, done.stderr
    assert not path.with_suffix(".resume").exists()
    assert run(*long, "-o", whole).returncode == 0
    assert path.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("there", [b"what was there", pytest.param(None, marks=SLOW)])
def test_ctrl_c_early_leaves_what_was_there_or_what_has_been_learned(
    tmp_path: Path, names: Path, there: bytes | None
) -> None:
    path = tmp_path / "x.safetensors"
    if there:
        path.write_bytes(there)
    training = ["train", "gru", "--hidden", "8", "--steps", "100000", "--check-every", "65000"]
    training += ["--force"]
    with processes.training(*training, "--data", names, "-o", path) as process:
        time.sleep(6 if there else 12)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert not path.with_suffix(".resume").exists()
    if there:
        # Whether it had begun to train, or was still at its start, which a busy machine prolongs.
        assert f"{path} is what it was" in errors or "nothing was written" in errors
        assert path.read_bytes() == there
    else:
        assert f"best checkpoint saved in {path}. It cannot be resumed" in errors
        before = path.read_bytes()
        assert before
        assert load_any(path).training["best_step"] < 65_000
        training.remove("--force")
        done = run(*training, "--data", names, "-o", path, "--resume")
        assert done.returncode == 1
        assert f"{path}: is there, but not x.resume, to go on from; give --force" in done.stderr
        assert path.read_bytes() == before


def test_evaluate_divides_the_names_as_the_model_was_trained(names: Path, tmp_path: Path) -> None:
    path, other = tmp_path / "ngram.safetensors", tmp_path / "other.txt"
    run("train", "ngram", "--data", names, "--split", "lecture", "-o", path)
    evaluating = ["evaluate", path, "--names", "0", "--json", "--data"]
    done = typed(*evaluating, names)
    assert json.loads(done.stdout)[str(path)] == pytest.approx(dict(load(path).metrics))
    assert done.stderr.strip() == "measuring" or "warning" not in done.stderr
    assert "was trained on the lecture split" in typed(*evaluating, names, "--split", "hash").stderr
    other.write_text(names.read_text() + "\nμαρία")
    assert "learned from another list" in typed(*evaluating, other).stderr


def test_a_teacher_is_not_written_over(tmp_path: Path, names: Path) -> None:
    path = tmp_path / "x.safetensors"
    run("train", "bigram-net", "--steps", "5", "--data", names, "-o", path)
    before = path.read_bytes()
    done = typed("compile", path, "-o", path, "--data", names)
    assert (done.exit_code, path.read_bytes()) == (1, before)
    assert f"{path}: is a teacher" in done.stderr


def test_nothing_to_resume_starts_anew(tmp_path: Path, names: Path) -> None:
    done = run(*FEW, "--data", names, "-o", tmp_path / "x.safetensors", "--resume")
    assert done.returncode == 0
    assert "nothing to resume; starting anew" in done.stderr


def test_evaluate_says_what_the_names_are_like(names: Path, tmp_path: Path) -> None:
    path = tmp_path / "ngram.safetensors"
    typed("train", "ngram", "--data", names, "-o", path)
    evaluating = ["evaluate", path, "--data", names, "--names", "500"]
    [found] = json.loads(typed(*evaluating, "--json").stdout).values()
    assert [each["temperature"] for each in found["novelty"]] == [0.7, 1.0, 1.3]
    for each in found["novelty"]:
        assert 0 < each["known"] + each["real"] <= 1
        assert 0 < each["unique"] <= 1
    shown = typed(*evaluating).stdout
    assert "| ngram | " in shown
    assert f"{found['validation']:.4f}" in shown


def test_prepare_writes_the_committed_file(tmp_path: Path) -> None:
    done = run("prepare", "names", "--output", tmp_path / "names.txt")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "names.txt").read_bytes() == (ROOT / "data" / "names.txt").read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["train", "gru", "--help"], ["train", "gru", "--contxt", "3"], ["compile"]],
    ids=str,
)
def test_help_and_usage_errors_do_not_wait_for_torch(arguments: list[str]) -> None:
    code = (
        "import sys, training.cli\n"
        "try: training.cli.app(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "slow = {'torch', 'matplotlib', 'optuna'} & set(sys.modules)\n"
        "sys.exit(f'imported {slow}' if slow else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_each_network_is_helped_with_its_own_options() -> None:
    for name in NETWORKS:
        shown = typed("train", name, "--help").stdout
        for option in NETWORKS[name].config_type.names():
            assert f"--{option}" in shown


def wait_for_torch(process: subprocess.Popen[str]) -> None:
    """Until torch is being imported, which takes seconds; Linux can tell."""
    maps = Path(f"/proc/{process.pid}/maps")
    while maps.exists() and process.poll() is None and "/torch/" not in maps.read_text():
        time.sleep(0.01)


def test_ctrl_c_while_it_starts_is_one_line_and_exit_130(tmp_path: Path) -> None:
    with processes.training("train", "mlp", "-o", tmp_path / "m.safetensors") as process:
        wait_for_torch(process)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert errors == "interrupted; nothing was written\n"
    assert process.returncode == 130


def test_a_heading_is_noticed(tmp_path: Path, names: Path) -> None:
    data = tmp_path / "names.txt"
    for heading, noticed in (("Name", True), ("μαρία", False)):
        data.write_text(f"{heading}\n{names.read_text()}")
        done = typed("train", "bigram", "--data", data, "-o", tmp_path / "x.safetensors", "--force")
        assert done.exit_code == 0
        assert (f"{data}: line 1 looks like a heading" in done.stderr) is noticed


def test_given_names_of_other_years_go_where_they_are_asked_to(tmp_path: Path) -> None:
    done = run("prepare", "girls", "--years", "1920-1921", "-o", tmp_path / "then.txt")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "then.txt").read_text().startswith("mary\t")
    for arguments in (
        ["--years", "1920", "girls"],
        ["--years", "1920", "world", "-o", "x"],
        ["--years", "1850-1860", "girls", "-o", "x"],
        ["--years", "1920", "--sex", "M", "girls", "-o", "x"],
        ["--sex", "M", "names"],
    ):
        assert run("prepare", *arguments).returncode == 2


def test_detect_says_and_draws_what_a_model_doubts(tmp_path: Path) -> None:
    listed = tmp_path / "few.txt"
    real = load_model("mlp").sample(2_000, seed=9, temperature=0.8)
    listed.write_text("".join(f"{name}\ten_US\n" for name in sorted(set(real))))
    picture = tmp_path / "doubts.png"
    mlp = MODELS / "mlp.safetensors"
    result = typed("detect", mlp, "--data", listed, "--picture", picture, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)[str(mlp)]
    assert found["areas"]["uniform"] > 0.9
    assert found["false_alarms"]["en_US"] < 0.05
    assert picture.read_bytes().startswith(b"\x89PNG")
    refused = typed("detect", mlp, "--data", listed, "--picture", tmp_path / "doubts.txt")
    assert refused.exit_code == 2
    assert "txt" in refused.stderr

"""The compiled kernel against the reference, bit for bit."""

import string
import subprocess
import sys
import threading
import tomllib
from dataclasses import replace
from itertools import cycle, islice
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from namewright import Model, _kernel, load_model, reference
from namewright.alphabet import MAX_LENGTH, Alphabet, normalise
from namewright.automaton import Automaton
from namewright.errors import ExhaustedError, UnscorableError
from namewright.kernel import Walker
from namewright.known_names import KnownNames
from namewright.parameters import Sampling
from namewright.scoring import score
from tests import tiny
from tests.conftest import ROOT

CHARACTERS = tuple(string.ascii_lowercase + "éñ-'あ 漢𝔞ł\u03020123456789" + "αβγδεζηθικλμνξο")


@st.composite
def automata(draw: st.DrawFn) -> Automaton:
    """2 to 60 tokens, 1 to 500 states, in every form that an automaton has.

    From nearly even rows to rows with one likely token.
    """
    tokens = draw(st.integers(2, 60))
    states = draw(st.integers(1, 500))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    logits = rng.normal(scale=draw(st.floats(0.01, 30)), size=(states, tokens))
    if draw(st.booleans()):
        logits = logits.round()  # ties
    logits[:, 0] += draw(st.floats(0, 5))
    log_probs = logits - logits.max(axis=1, keepdims=True)
    log_probs -= np.log(np.exp(log_probs).sum(axis=1, keepdims=True))
    alphabet = Alphabet(CHARACTERS[: tokens - 1])
    form = draw(st.sampled_from(["float64", "float32", "codes"]))
    held = np.maximum(log_probs, -690)
    if form == "float32":
        held = held.astype(np.float32)
    elif form == "codes":
        held = np.minimum(-16 * held, 255).round().astype(np.uint8)
    transitions = tiny.transitions(rng, tokens, states)
    return Automaton(alphabet, int(rng.integers(states)), held, transitions)


temperatures = st.one_of(st.sampled_from([0.0, 0.5, 1.0, 5.0, 1e-300]), st.floats(0.05, 5))
top_ps = st.one_of(st.just(1.0), st.floats(1e-9, 1.0))
top_ks = st.one_of(st.just(0), st.integers(1, 70), st.just(2**70))
seeds = st.one_of(st.integers(0, 2**63 - 1), st.sampled_from([0, 2**63 - 1]))
lengths = st.one_of(
    st.just([1, 31]), st.lists(st.integers(1, 31), min_size=2, max_size=2).map(sorted)
)
PLAIN: dict[str, Any] = {"n": 3000, "seed": 11}


def outcome(walker: Walker, sampling: Sampling) -> object:
    """The names, or where they ran out."""
    try:
        return walker.sample(sampling)
    except ExhaustedError as error:
        return error.attempts, error.index


@pytest.mark.parametrize(
    ("examples", "names"), [(100, 1_000), pytest.param(800, 20_000, marks=pytest.mark.slow)]
)
def test_kernel_and_reference_give_the_same_names(examples: int, names: int) -> None:
    """At least so many of them."""
    drawn: list[int] = []

    @settings(max_examples=examples)
    @given(
        automata(), st.data(), seeds, st.integers(0, 2**62), temperatures, top_ks, top_ps, lengths
    )
    def compare(
        automaton: Automaton,
        data: st.DataObject,
        seed: int,
        offset: int,
        temperature: float,
        top_k: int,
        top_p: float,
        lengths: list[int],
    ) -> None:
        characters = st.sampled_from(automaton.alphabet.characters)
        starts_with = data.draw(st.text(characters, max_size=min(3, lengths[1])))
        # A letter and an accent may join to a character that the alphabet lacks.
        assume(set(normalise(starts_with)) <= set(automaton.alphabet.characters))
        sampling = Sampling(100, seed, offset, temperature, top_k, top_p, *lengths, starts_with)
        with pytest.MonkeyPatch.context() as patch:
            # The reference takes its time: so, of both, less patience.
            patch.setattr(reference, "ATTEMPTS", 100)
            compiled = outcome(_kernel.KernelWalker(automaton), sampling)
            assert compiled == outcome(reference.ReferenceWalker(automaton), sampling)
        for name in compiled if isinstance(compiled, list) else []:
            assert normalise(name) == name
        drawn.append(len(compiled) if isinstance(compiled, list) else 0)

    compare()
    assert sum(drawn) >= names


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"temperature": 0.5},
        {"temperature": 1.5},
        {"temperature": 0.0},
        {"top_k": 3, "temperature": 2.0},
        {"top_p": 0.9},
        {"min_length": 6, "max_length": 8},
        {"offset": 2**62},
    ],
    ids=str,
)
@pytest.mark.parametrize("n", [200, pytest.param(3000, marks=pytest.mark.slow)])
def test_they_agree_on_every_shipped_checkpoint(
    shipped: dict[str, Model], n: int, parameters: dict[str, float]
) -> None:
    sampling = Sampling(**(PLAIN | parameters | {"n": n}))
    for model in shipped.values():
        compiled = _kernel.KernelWalker(model.automaton).sample(sampling)
        assert compiled == reference.ReferenceWalker(model.automaton).sample(sampling)


@given(automata(), st.lists(st.text(CHARACTERS + tuple("ABÉ \t"), max_size=33)))
def test_they_score_alike_to_the_last_bit(automaton: Automaton, names: list[str]) -> None:
    compiled, plain = _kernel.KernelWalker(automaton), reference.ReferenceWalker(automaton)
    scorable = []
    for name in names:
        try:
            expected = plain.log_probs(name)
        except UnscorableError as error:
            with pytest.raises(type(error)):
                compiled.log_likelihoods([name])
        else:
            assert compiled.log_probs(name) == expected
            scorable.append(name)
    found = compiled.log_likelihoods(scorable)
    np.testing.assert_array_equal(found, plain.log_likelihoods(scorable))


calibrations = st.lists(
    st.floats(-40, 0).map(lambda mean: round(mean, 2)), min_size=11, max_size=101
).map(lambda means: np.tile(sorted(means), (MAX_LENGTH, 1)))


@given(
    automata(),
    calibrations,
    st.binary(min_size=32, max_size=32),
    st.lists(st.text(CHARACTERS + tuple("ABÉ \t"), max_size=33), max_size=40),
    st.booleans(),
)
def test_whole_scores_are_alike_to_the_last_bit(
    automaton: Automaton,
    calibration: NDArray[np.float64],
    key: bytes,
    names: list[str],
    fold: bool,
) -> None:
    known = KnownNames.of([normalise(name) for name in names[::2]], key.hex())
    checkpoint = replace(
        tiny.checkpoint(),
        alphabet=automaton.alphabet,
        calibration=calibration,
        known_names=known,
    )
    compiled, plain = _kernel.KernelWalker(automaton), reference.ReferenceWalker(automaton)
    expected = score(plain, checkpoint, names, fold)
    assert list(map(repr, score(compiled, checkpoint, names, fold))) == list(map(repr, expected))


def test_names_that_are_plain_are_scored_by_the_quick_way(shipped: dict[str, Model]) -> None:
    for model in shipped.values():
        names = [*model.sample(500, seed=5, temperature=1.3), "Emma", "ZOË", "mary ann", "", "x1"]
        compiled = _kernel.KernelWalker(model.automaton)
        quick = compiled.plain_scores(names, model.checkpoint)
        for name, found in zip(names[:500], quick, strict=False):
            assert (found is not None) == (name.isascii() and " " not in name)
        assert [found is not None for found in quick[500:]] == [True, False, False, False, False]
        assert score(compiled, model.checkpoint, names[:500]) == score(
            reference.ReferenceWalker(model.automaton), model.checkpoint, names[:500]
        )


def test_likelihoods_of_shipped_models_are_the_same_bits(shipped: dict[str, Model]) -> None:
    for model in shipped.values():
        names = model.sample(5000, seed=4, temperature=1.3)
        np.testing.assert_array_equal(
            _kernel.KernelWalker(model.automaton).log_likelihoods(names),
            reference.ReferenceWalker(model.automaton).log_likelihoods(names),
        )


def test_what_is_kept_from_other_requests_changes_nothing(shipped: dict[str, Model]) -> None:
    """Many settings, more than are kept, in turn."""
    model = shipped["mlp"]
    for temperature in [0.5, 1.0, 0.7, 1.1, 0.9, 1.3, 0.5, 1.0]:
        for n in (5, 3000):
            fresh = Model(model.name, model.checkpoint, _kernel.KernelWalker(model.automaton))
            expected = fresh.sample(n, seed=1, temperature=temperature)
            assert model.sample(n, seed=1, temperature=temperature) == expected


def test_threads_do_not_disturb_each_other(shipped: dict[str, Model]) -> None:
    model = shipped["mlp"]
    expected = {t: model.sample(5000, seed=1, temperature=t) for t in (0.8, 1.0, 1.2)}
    wrong: list[float] = []

    def work(temperature: float) -> None:
        found = [model.sample(5000, seed=1, temperature=temperature) for _ in range(30)]
        wrong.extend(temperature for names in found if names != expected[temperature])

    threads = [threading.Thread(target=work, args=(t,)) for t in [*expected] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_shipped_models_walk_compiled(shipped: dict[str, Model]) -> None:
    assert {model.walker.name for model in shipped.values()} == {"compiled"}


def even_automaton(states: int, tokens: int, coded: bool) -> Automaton:
    """States and where they lead at random, with an alphabet of any size."""
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 120, size=(states, tokens), dtype=np.uint8)
    log_probs = -codes / 16
    log_probs -= np.log(np.exp(log_probs).sum(axis=1, keepdims=True))
    return Automaton(
        Alphabet(tuple(chr(0x4E00 + i) for i in range(tokens - 1))),
        0,
        codes if coded else log_probs,
        tiny.transitions(rng, tokens, states),
    )


@pytest.mark.parametrize("coded", [False, True])
@pytest.mark.parametrize(("states", "tokens"), [(300, 256), (300, 31), (300, 30), (60_000, 27)])
def test_any_alphabet_and_any_number_of_states(states: int, tokens: int, coded: bool) -> None:
    automaton = even_automaton(states, tokens, coded)
    compiled, plain = _kernel.KernelWalker(automaton), reference.ReferenceWalker(automaton)
    compiled.sample(Sampling(**(PLAIN | {"n": states})))
    for changed in ({"seed": 2, "min_length": 4}, {"seed": 3, "temperature": 0.3}):
        parameters = PLAIN | {"n": 300} | changed
        assert compiled.sample(Sampling(**parameters)) == plain.sample(Sampling(**parameters))


def test_rows_of_a_setting_long_gone_are_not_taken_for_those_of_another() -> None:
    """A row bears the number of its setting, 1 to 65,535, and four settings have theirs at once."""
    automaton = even_automaton(2, 27, coded=True)
    compiled, plain = _kernel.KernelWalker(automaton), reference.ReferenceWalker(automaton)
    for i in range(4):
        compiled.sample(Sampling(**(PLAIN | {"n": 50, "temperature": 5 - i / 100})))
    # Eight in turn: each is long gone when it comes again, and so a new one.
    eight = [Sampling(**(PLAIN | {"n": 0, "temperature": 1 + i / 100})) for i in range(8)]
    for sampling in islice(cycle(eight), 4 * 65_534):
        compiled.sample(sampling)
    for i in range(4):
        parameters = PLAIN | {"n": 50, "temperature": 2 + i / 100}
        assert compiled.sample(Sampling(**parameters)) == plain.sample(Sampling(**parameters))


@pytest.mark.parametrize("n", [1, 20, 5000])
def test_the_first_name_that_there_is_not_is_the_one_that_is_reported(
    shipped: dict[str, Model], n: int
) -> None:
    walker = _kernel.KernelWalker(shipped["bigram"].automaton)
    with pytest.raises(ExhaustedError) as raised:
        walker.sample(Sampling(**(PLAIN | {"n": n, "offset": 7})), accept=lambda _: False)
    assert (raised.value.index, raised.value.attempts) == (7, reference.ATTEMPTS)


def test_no_module_rounds_a_product_and_a_sum_as_one() -> None:
    """Which compilers do by themselves where a processor can, as every 64-bit ARM."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    modules = project["tool"]["setuptools"]["ext-modules"]
    assert len(modules) == len(list((ROOT / "namewright").glob("*.pyx")))
    for module in modules:
        assert "-ffp-contract=off" in module["extra-compile-args"], module["name"]


@pytest.mark.parametrize("module", ["_distribution", "_rows", "_scores", "_product", "_kernel"])
def test_without_any_one_of_its_modules_the_reference_runs(module: str) -> None:
    script = f"""
import sys
sys.modules["namewright.{module}"] = None  # which is how an import is made to fail
from namewright import load_model
from namewright.kernel import KERNEL
print(KERNEL, *load_model("bigram").sample(5, seed=1))
"""
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["reference", *load_model("bigram").sample(5, seed=1)]

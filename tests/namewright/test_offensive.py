import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import namewright
from namewright import load_model, reference
from namewright.alphabet import MAX_LENGTH, normalise
from namewright.errors import SettingError
from namewright.offensive import (
    MAX_BYTES,
    MAX_LINES,
    MIX,
    SHORT,
    VARIABLE,
    OffensiveWords,
    parse,
    read_offensive,
    shipped,
)
from tests.conftest import ROOT

LISTS = ("names", "girls", "boys", "surnames", "world")
MOST_REFUSED = 0.002


def refused(name: str, words: OffensiveWords | None = None) -> bool:
    return (words or shipped()).refuses(normalise(name))


@pytest.mark.parametrize("name", LISTS)
def test_at_most_two_of_a_thousand_real_names_are_refused(name: str) -> None:
    lines = (ROOT / "data" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    names = [line.split("\t")[0] for line in lines]
    assert len([name for name in names if refused(name)]) <= MOST_REFUSED * len(names)


@pytest.mark.parametrize("name", ["girls", "boys"])
def test_no_name_that_a_hundred_children_were_given_is_refused(name: str) -> None:
    rows = [line.split("\t") for line in (ROOT / "data" / f"{name}.txt").read_text().splitlines()]
    assert [given for given, children in rows if int(children) >= 100 and refused(given)] == []


def test_of_the_ten_thousand_most_frequent_surnames_only_slurs_are_refused() -> None:
    surnames = (ROOT / "data" / "surnames.txt").read_text().split()[:10_000]
    assert [surname for surname in surnames if refused(surname)] == ["coon", "coons"]


@pytest.mark.parametrize(
    "name",
    [
        "Hancock",
        "Cockburn",
        "Dick",
        "Dickinson",
        "Dick van Dyke",
        "De Cock",
        "Cumming",
        "Butts",
        "Nguyen",
        "Phuc",
        "Asia",
        "Lesbia",
        "Gay",
        "Jesús",
        "Christ",
        "Yamashita",
        "Harshit",
        "Kuntz",
        "Atwater",
        "Slutsky",
        "Dildora",
        "Semenov",
        "Montenegro",
        "Titus",
        "Cassandra",
    ],
)
def test_names_that_have_a_bad_word_within_are_kept(name: str) -> None:
    assert not refused(name)


@pytest.mark.parametrize(
    "name",
    [
        "fuck",
        "shit",
        "cunt",
        "nigger",
        "nigga",
        "faggot",
        "bitch",
        "whore",
        "slut",
        "pussy",
        "cock",
        "penis",
        "anus",
        "cum",
        "rape",
        "tits",
        "wog",
        "paki",
        "chink",
        "kike",
        "spic",
        "hitler",
        "nazi",
        "puta",
        "mierda",
        "putain",
        "hurensohn",
        "kurwa",
        "stronzo",
        "caralho",
        "ass",
        "jap",
        "fag",
        "fuuck",
        "bullshit",
        "cocksuckers",
        "motherfucker",
    ],
)
def test_what_nobody_wants_to_read_is_refused(name: str) -> None:
    assert refused(name)
    assert refused(f"Mary {name}-Smith")


@pytest.mark.parametrize("name", ["McFuckley", "Bitchfield", "Smalawhore", "Britcunta", "Venigger"])
def test_long_words_are_refused_in_the_middle_of_a_name(name: str) -> None:
    assert refused(name)


@pytest.mark.parametrize(
    "name",
    [
        "F-u-c-k",
        "Fu ck",
        "Nig’ger",
        "ni-gger",
        "O'Cunt",
        "n.i.g.g.e.r",
        "NÏGGER",
        "fück",
        "блядь",
        "Jean-Fuck",
        "Ana shit",
    ],
)
def test_neither_hyphens_nor_accents_hide_a_word(name: str) -> None:
    assert refused(name)


@pytest.mark.parametrize("name", ["Matt Watson", "Atwater-Jones", "Anna Lee", "", "-", "' '"])
def test_what_two_words_make_together_is_no_word(name: str) -> None:
    assert not refused(name)


@pytest.mark.parametrize("word", ["ass", "cum", "tit"])
def test_short_words_match_whole_names_only(word: str) -> None:
    assert len(word) <= SHORT
    own = parse(f"{word}\n".encode())
    assert refused(word, own)
    assert refused(f"Ann-{word} Lee", own)
    assert not refused(f"x{word}x", own)


def test_a_mark_says_how_a_word_matches() -> None:
    words = parse(b"# words\n\n=Dull\nGrey\n+greyson\n+Le Grey\n")
    assert refused("dull", words)
    assert not refused("dullard", words)
    assert refused("mcgreyly", words)
    assert not refused("greyson", words)
    assert not refused("Mary Greyson-Jones", words)
    assert not refused("Le Grey", words)
    assert refused("La Grey", words)


def test_the_shipped_list_is_of_normalised_words_and_says_where_they_are_from() -> None:
    text = (ROOT / "namewright" / "words" / "offensive.txt").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if not line.startswith("#")]
    assert entries
    for entry in entries:
        word = entry.lstrip("=+")
        assert word == normalise(word)
        assert len(entry) - len(word) <= 1
        assert SHORT <= len(word) <= MAX_LENGTH
    assert len(set(entries)) == len(entries)
    for notice in ("MIT", "David Sojevic", "Titus Wormer", "Creative Commons Attribution 4.0"):
        assert notice in text


def test_an_operators_words_come_on_top_and_the_digest_says_which(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes("\ufeffVoldemort\r\n=Tom\r\n+boner\r\nkuntz\r\n".encode())
    words = read_offensive(path)
    assert shipped().digest == ""
    assert words.digest == sha256(path.read_bytes()).hexdigest()
    assert refused("Lord Voldemort", words)
    assert refused("tom", words)
    assert not refused("tomas", words)
    assert refused("fuck", words)
    assert refused("boner")
    assert not refused("boner", words)
    assert not refused("kuntz")
    assert refused("kuntz", words)


def test_an_empty_file_adds_nothing_and_has_a_digest(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(b"")
    words = read_offensive(path)
    assert words.digest == sha256(b"").hexdigest()
    assert words.whole == shipped().whole


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"ugly\n\xff\xfe\n", "line 2 is not UTF-8"),
        (b"# a comment\nugly\nx\n", "line 3 is not a word of 2 to 31 characters"),
        (b"=" + b"x" * 32, "line 1 is not a word of 2 to 31 characters"),
        (b"x" * 1000, "line 1 is not a word of 2 to 31 characters"),
        (b"ug\x00ly", "line 1 is not a word of 2 to 31 characters"),
        (b"+", "line 1 is not a word of 2 to 31 characters"),
        (b"secret\n" * (MAX_LINES + 1), "more than 10,000 lines"),
        (b"#" * (MAX_BYTES + 1), "more than 1,048,576 bytes"),
    ],
)
def test_a_file_at_fault_is_named_with_its_line_and_nothing_of_it(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(content)
    with pytest.raises(SettingError) as raised:
        read_offensive(path)
    assert raised.value.variable == VARIABLE
    assert str(path) in str(raised.value)
    assert fault in str(raised.value)
    assert "ugly" not in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="cannot be read: No such file"):
        read_offensive(tmp_path / "none.txt")


@given(st.text(max_size=40))
def test_any_name_gets_an_answer(typed: str) -> None:
    name = normalise(typed)
    assert shipped().refuses(name) in (True, False)
    assert shipped().refuses(f"{name} fuck")


@pytest.mark.parametrize("model", ["lstm", "surnames", "world"])
def test_few_invented_names_are_refused(model: str) -> None:
    names = namewright.load_model(model).sample(5000, seed=1)
    assert len([name for name in names if refused(name)]) <= 0.003 * len(names)


def test_the_golden_names_are_kept() -> None:
    golden = json.loads((ROOT / "tests" / "golden.json").read_text())
    names = [name for model in golden.values() for kind in model["names"].values() for name in kind]
    assert [name for name in names if refused(name)] == []


def test_a_name_without_the_heads_of_words_is_never_refused() -> None:
    """So the kernel need not ask about it."""
    words = shipped()
    short, long, whole = np.unpackbits(words.heads, axis=1, bitorder="little").astype(bool)

    def place(letters: str, mix: int, shift: int) -> int:
        packed = sum((letter & 31) << 5 * i for i, letter in enumerate(letters.encode()[::-1]))
        return (packed * mix % 2**64 >> shift) % 2**20

    def is_asked_about(name: str) -> bool:
        return bool(whole[place(name, MIX, 44)] and whole[place(name, MIX, 24)]) or any(
            short[place(name[start : start + 4], 1, 0)]
            and any(long[place(name[start : start + size], MIX, 44)] for size in (4, 5, 6))
            for start in range(len(name) - 3)
        )

    plain = [word for word in words.whole if len(word) > 3 and word.isascii() and word.isalpha()]
    assert len(plain) > 2000
    assert all(is_asked_about(word) for word in plain)
    assert all(is_asked_about(f"mc{word}y") for word in words.anywhere if word.isascii())
    names = load_model("lstm").sample(20_000, seed=3, safe=False)
    assert sum(map(is_asked_about, names)) < 20  # of which 3 are refused
    assert all(map(is_asked_about, filter(words.refuses, names)))


@pytest.mark.parametrize("name", ["lstm", "world", "girls"])
def test_kernel_and_reference_leave_out_the_same_names(
    name: str,
) -> None:
    model, words = load_model(name), shipped()
    free = model.sample(60_000, seed=1, safe=False)
    refused = [index for index, each in enumerate(free) if words.refuses(each)]
    assert refused
    plain = replace(model, walker=reference.ReferenceWalker(model.automaton))
    safe = model.sample(60_000, seed=1)
    for index in refused[:3]:
        assert plain.sample(1, seed=1, offset=index) == [safe[index]]
    kept = [index for index in range(60_000) if index not in set(refused)]
    assert [free[index] for index in kept] == [safe[index] for index in kept]
    assert not any(map(words.refuses, safe))

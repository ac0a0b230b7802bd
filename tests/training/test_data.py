import hashlib
import random
from itertools import chain
from math import log2
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from training.data import hash_side, make_dataset, split
from training.name_list import DataError, read_list, read_names

names_lists = st.lists(st.text("abc", min_size=1, max_size=6), min_size=60, max_size=200)


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    return path


def test_names_are_normalised_and_keep_their_order_and_repeats(tmp_path: Path) -> None:
    path = written(tmp_path, "Emma\n ZOE\u0308 \nava\nemma".encode())
    assert read_names(path) == ["emma", "zoë", "ava", "emma"]


@pytest.mark.parametrize(
    "content", [b"emma\r\nava\r\n", b"\n\nemma\n  \n\nava\n\n", b"\xef\xbb\xbfemma\nava"]
)
def test_crlf_blank_lines_and_a_byte_order_mark_are_no_names(
    tmp_path: Path, content: bytes
) -> None:
    assert read_names(written(tmp_path, content)) == ["emma", "ava"]


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\r\n"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DataError, match=r"names\.txt: has no names"):
        read_names(written(tmp_path, content))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere: cannot be read: No such file"):
        read_names(tmp_path / "nowhere")


def test_a_line_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 3 is not UTF-8"):
        read_names(written(tmp_path, b"emma\nava\nzo\xeb\n"))


def test_an_endless_line_is_not_read_to_its_end() -> None:
    with pytest.raises(
        DataError, match=r"/dev/zero: line 1 has 10,000 bytes or more; one name per line"
    ):
        read_names(Path("/dev/zero"))


def test_a_line_with_a_tab_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 2 has a tab"):
        read_names(written(tmp_path, b"emma\nava\tF\n"))


def test_a_character_that_does_not_show_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 2 has a character that does not show, U\+200B"):
        read_names(written(tmp_path, "emma\nav\u200ba\n".encode()))


def test_names_too_long_are_counted_and_named(tmp_path: Path) -> None:
    lines = ["emma", "a" * 31, "b" * 32, "ava", *["c" * 40] * 4]
    expected = r"5 names are longer than 31 characters \(line 3 'b{32}', line 5 'c{40}', line 6 "
    with pytest.raises(DataError, match=expected):
        read_names(written(tmp_path, "\n".join(lines).encode()))


@pytest.mark.parametrize("long", ["e" + "\u0323\u0302" * 150, "x" * 300])
def test_a_name_is_bounded_before_it_is_normalised(tmp_path: Path, long: str) -> None:
    """One of 256 kB of combining marks took 37 seconds to normalise."""
    with pytest.raises(DataError, match=r"1 name is longer than 31 characters \(line 2 '"):
        read_names(written(tmp_path, f"emma\n{long}\nava".encode()))


@pytest.mark.parametrize(
    "line", ["emma,F,19738", "emma;girl", "emma2017", "19738,emma,a note that is much too long"]
)
def test_a_table_is_refused_and_it_says_so(tmp_path: Path, line: str) -> None:
    with pytest.raises(DataError, match="looks like a table, not a list of names: 3 of 4 lines"):
        read_names(written(tmp_path, f"{line}\n{line}\nemma\n{line}\n".encode()))
    few = written(tmp_path, b"emma\nlouis 2\nwatson, jr\nava\n")
    assert read_names(few) == ["emma", "louis 2", "watson, jr", "ava"]


@given(names_lists)
def test_hash_split_puts_each_name_on_one_side_whatever_else_is_there(names: list[str]) -> None:
    try:
        parts = split(names, "hash")
    except DataError:
        return
    assert sorted(chain(*parts)) == sorted(set(names))
    for side, part in enumerate(parts):
        assert all(hash_side(name) == side for name in part)


def test_hash_split_is_sha256_modulo_100() -> None:
    parts = split([f"n{i}" for i in range(2000)], "hash")
    for (low, high), part in zip(((0, 80), (80, 90), (90, 100)), parts, strict=True):
        for name in part:
            assert low <= int(hashlib.sha256(name.encode()).hexdigest(), 16) % 100 < high


@given(names_lists)
def test_lecture_split_is_the_lectures(names: list[str]) -> None:
    words = list(names)
    random.seed(42)
    random.shuffle(words)
    n1, n2 = int(0.8 * len(words)), int(0.9 * len(words))
    assert split(names, "lecture") == (words[:n1], words[n1:n2], words[n2:])


@given(names_lists)
def test_makemore_split_is_makemores(names: list[str]) -> None:
    torch.manual_seed(3407)
    held_out = min(1000, int(len(names) * 0.1))
    order = torch.randperm(len(names)).tolist()
    parts = split(names, "makemore")
    assert parts.train == [names[i] for i in order[:-held_out]]
    assert parts.test == parts.validation == [names[i] for i in order[-held_out:]]


@pytest.mark.parametrize("how", ["hash", "lecture", "makemore"])
def test_too_few_names_to_divide(how: str) -> None:
    with pytest.raises(DataError, match="3 names are too few"):
        split(["a", "b", "c"], how)  # type: ignore[arg-type]


def test_a_line_may_have_a_count(tmp_path: Path) -> None:
    listed = read_list(written(tmp_path, b"Emma\t5\nava\nEmma\t2\r\nbo\t 7\n"))
    assert listed.names == ["emma", "ava", "emma", "bo"]
    assert listed.counts == {"emma": 7, "ava": 1, "bo": 7}
    assert listed.locales == {}


def test_a_line_may_have_locales(tmp_path: Path) -> None:
    listed = read_list(written(tmp_path, b"belanger\tfr_CA fr_QC\nbelda\nsw\tsw\n"))
    assert listed.locales == {"belanger": ("fr_CA", "fr_QC"), "sw": ("sw",)}
    assert not listed.counts


@pytest.mark.parametrize("said", ["", "0", "-1", "1.5", "1e3", "Smith", "9" * 30, "fr_CA, fr"])
def test_what_else_a_line_has_after_a_tab_is_an_error(tmp_path: Path, said: str) -> None:
    with pytest.raises(DataError, match="line 2 has a tab, and after it neither a count"):
        read_list(written(tmp_path, f"emma\t5\nava\t{said}\n".encode()))


def test_weights_of_names_that_were_given_often() -> None:
    lines = [f"name{chr(97 + i // 26)}{chr(97 + i % 26)}\t{5 * (i + 1)}" for i in range(200)]
    plain = make_dataset(lines, "hash")
    assert plain.weights == []
    assert plain.repeated == plain.parts.train
    counts = {line.partition("\t")[0]: int(line.partition("\t")[2]) for line in lines}
    least = min(counts[name] for name in plain.parts.train)
    by_count = make_dataset(lines, "hash", "count")
    assert by_count.weights == [round(counts[name] / least) for name in plain.parts.train]
    assert len(by_count.repeated) == sum(by_count.weights)
    by_log = make_dataset(lines, "hash", "log")
    assert by_log.description["weights"] == "log"
    assert by_log.weights == [1 + int(log2(counts[name] / least)) for name in plain.parts.train]
    assert by_log.parts == plain.parts


def test_weights_need_counts() -> None:
    names = [f"name{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(200)]
    with pytest.raises(DataError, match="the list: has no counts to weigh names by"):
        make_dataset(names, "hash", "log")

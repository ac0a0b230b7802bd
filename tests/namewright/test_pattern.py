"""Patterns against Python's `re`, which has the same letters for them."""

import re
import string
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from types import FrameType

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from namewright.alphabet import MAX_TYPED, Alphabet
from namewright.dfa import Dfa, TooManyStatesError, minimise
from namewright.errors import PatternError
from namewright.pattern import MAX_DEPTH, MAX_POSITIONS, SPECIAL, determinise, parse
from tests.namewright.test_dfa import assert_minimal, assert_same

ABC = Alphabet(("a", "b", "c"))
LATIN = Alphabet(tuple(string.ascii_lowercase))
WIDE = Alphabet((" ", "'", "-", *"aeiouy", "é", "ñ", "ł", "あ", "漢"))
HAN = Alphabet(tuple(chr(0x4E00 + i) for i in range(255)))
PUNCTUATED = Alphabet((*SPECIAL, "a", "b", "-"))


def compiled(pattern: str, alphabet: Alphabet = ABC) -> Dfa:
    return determinise(parse(pattern, alphabet), alphabet)


def texts(alphabet: Alphabet, longest: int) -> Iterator[str]:
    """All of them, up to a length."""
    for length in range(longest + 1):
        yield from map("".join, product(alphabet.characters, repeat=length))


def assert_as_re(pattern: str, alphabet: Alphabet, longest: int) -> None:
    """A pattern matches what `re.fullmatch` does, of all texts up to a length.

    In so short a text thirty-one times are as many as one more than it has characters, for which
    `re` does not try two to the power of 31 ways.
    """
    plain = re.compile(pattern.replace("{31}", f"{{{longest + 1}}}"))
    dfa = compiled(pattern, alphabet)
    for text in texts(alphabet, longest):
        matched = plain.fullmatch(text) is not None
        assert dfa.accepts_name(alphabet.encode(text)) == matched, (pattern, text)


QUANTIFIERS = ["?", "*", "+", "{0}", "{1}", "{2}", "{0,1}", "{1,3}", "{2,}", "{0,}", "{31}"]
CLASSES = ["[a]", "[ab]", "[a-b]", "[^a]", "[^a-b]", "[b-c]", "[a-a]", "[^abc]", "[ca]"]


def grow(patterns: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    grouped = patterns.map("({})".format)
    single = st.one_of(grouped, st.sampled_from([*"abc.", *CLASSES]))
    return st.one_of(
        st.lists(patterns, max_size=3).map("".join),
        st.lists(patterns, min_size=2, max_size=3).map("|".join).map("({})".format),
        st.tuples(single, st.sampled_from(QUANTIFIERS)).map("".join),
        grouped,
    )


patterns = st.recursive(st.sampled_from([*"abc.", "", *CLASSES]), grow, max_leaves=10)


class TestWhatAPatternMatches:
    @given(patterns)
    @example("(|a)*b")
    @example("((a|b*)*c?){2,3}")
    @example("(a{0}b|(a?b?){2})+")
    @example("(ab|c){31}")
    @example("(((()){0,})){31}")
    def test_is_what_re_fullmatch_does(self, pattern: str) -> None:
        """Whatever is too large says so: nothing else."""
        try:
            assert_as_re(pattern, ABC, 4)
        except TooManyStatesError:
            assert "{31}" in pattern

    @pytest.mark.parametrize(
        "pattern",
        [
            "abc|cab",
            "|",
            "()",
            "(())*",
            "a|",
            "|a",
            "(a|b)*c(a|b){2}",
            "[abc]{2,4}",
            "(ab?c|b+)*",
            "a{2,}b{0,2}c{3}",
            "[^b]*b[^b]*",
            "(.*a.*b.*|.*c)",
            "((a*)*)*",
            "(a+)+b",
            ".*(aab|cc).*",
        ],
    )
    def test_is_what_re_fullmatch_does_on_longer_texts(self, pattern: str) -> None:
        assert_as_re(pattern, ABC, 7)

    @pytest.mark.parametrize(
        "pattern",
        [
            "a y",
            "[a-]",
            "[-a]*",
            "a-e",
            "[a-e-]*",
            "[^a-]",
            "[ -']*",
            "o'a",
            "[^ '-]{2}",
            "[a-é]",
            "[あ-漢]é*",
            ".é|ñ.",
            r"a\-e",
            r"[\-a]",
            r"\ a",
            r"[a\-e]",
        ],
    )
    def test_holds_for_spaces_hyphens_apostrophes_and_accents(self, pattern: str) -> None:
        assert_as_re(pattern, WIDE, 3)

    @pytest.mark.parametrize("pattern", [rf"a\{c}" for c in SPECIAL] + [r"[\]\^\-]*", r"[.*|(]b"])
    def test_is_a_special_character_where_a_backslash_is_before_it(self, pattern: str) -> None:
        assert_as_re(pattern, PUNCTUATED, 2)

    @pytest.mark.parametrize(
        ("pattern", "folded"),
        [
            ("AbC", "abc"),
            ("[A-C]+", "[a-c]+"),
            ("[^A]B", "[^a]b"),
            ("(A|b){2}", "(a|b){2}"),
            ("[A-c]", "[a-c]"),
        ],
    )
    def test_does_not_depend_on_case(self, pattern: str, folded: str) -> None:
        assert_same(compiled(pattern), compiled(folded))

    def test_does_not_depend_on_the_case_of_accents(self) -> None:
        assert_same(compiled("[É-Ñ]Ł*", WIDE), compiled("[é-ñ]ł*", WIDE))

    def test_of_a_letter_that_folds_to_two_is_an_error(self) -> None:
        """ẞ is ss: a letter of a pattern is one of a name."""
        with pytest.raises(PatternError) as raised:
            parse("aẞ", LATIN)
        assert raised.value.position == 1


class TestTheStatesOfAPattern:
    @given(patterns)
    def test_no_two_are_alike(self, pattern: str) -> None:
        try:
            minimal = minimise(compiled(pattern))
        except TooManyStatesError:
            return
        if minimal.states < 40:  # the check on paper takes the cube of them
            assert_minimal(minimal)

    @pytest.mark.parametrize(
        "spellings",
        [
            ["a+", "aa*", "a{1,}", "a*a", "(a+)+", "a|aa+"],
            ["ab|cb", "[ac]b", "cb|ab", "(a|c)b", "[^b]b"],
            ["a?", "(|a)", "a{0,1}", "(a|)", "(a?)?"],
            ["(a|b|c)*", ".*", "[a-c]*", "(a*b*c*)*", "(.|..)*"],
            ["", "()", "a{0}", "(|)", "[^abc]*", "((((()))))"],
            ["[^abc]", "a[^abc]b", "[^a-c]+", "(a|b)[^abc]"],
            ["..", ".{2}", "(a|[bc]).", "aa|ab|ac|ba|bb|bc|ca|cb|cc"],
            ["a{2,4}", "aaa?a?", "aa(a{0,2})", "a{4}|a{3}|a{2}", "(aa){1,2}|aaa"],
        ],
        ids=lambda spellings: spellings[0],
    )
    def test_are_the_same_whatever_the_spelling(self, spellings: list[str]) -> None:
        first, *others = [minimise(compiled(spelling)) for spelling in spellings]
        for other in others:
            assert_same(other, first)

    @given(patterns)
    def test_are_the_same_where_nothing_is_added(self, pattern: str) -> None:
        try:
            whole = minimise(compiled(pattern))
        except TooManyStatesError:
            return
        for same in (f"({pattern})", f"(({pattern})|[^abc])", f"()({pattern})a{{0}}"):
            assert_same(minimise(compiled(same)), whole)


FAULTS = [
    ("a)", 1, "there is no ( for this )"),
    ("(a)b)c", 4, "there is no ( for this )"),
    ("(a", 0, "there is no ) for this ("),
    ("a(b(c)", 1, "there is no ) for this ("),
    ("*a", 0, "nothing to repeat"),
    ("a|+", 2, "nothing to repeat"),
    ("(?a)", 1, "nothing to repeat"),
    ("{2}", 0, "nothing to repeat"),
    ("a**", 2, "another repetition"),
    ("a+?", 2, "another repetition"),
    ("ab{2}{3}", 5, "another repetition"),
    ("a{2}*", 4, "another repetition"),
    ("a{", 2, "such as {2}"),
    ("a{}", 2, "such as {2}"),
    ("a{,3}", 2, "such as {2}"),
    ("a{x}", 2, "such as {2}"),
    ("a{2", 2, "such as {2}"),
    ("a{1,2,3}", 2, "such as {2}"),
    ("a{ 2}", 2, "such as {2}"),
    ("a{-1}", 2, "such as {2}"),
    ("a{²}", 2, "such as {2}"),
    ("a{٣}", 2, "such as {2}"),
    ("a{100}", 2, "such as {2}"),
    ("a{32}", 2, "from 0 to 31"),
    ("a{2,32}", 2, "from 0 to 31"),
    ("a{3,2}", 2, "smaller one first"),
    ("ab]", 2, "put \\ before it"),
    ("a}", 1, "put \\ before it"),
    ("^a", 0, "put \\ before it"),
    ("ab\\", 2, "should follow the backslash"),
    ("[a\\", 2, "should follow the backslash"),
    ("\\d", 0, "means nothing here"),
    ("a\\a", 1, "means nothing here"),
    ("a\\1", 1, "means nothing here"),
    ("[\\w]", 1, "means nothing here"),
    ("a$", 1, "not in the model's alphabet"),
    ("a\\$", 2, "not in the model's alphabet"),
    ("[a!]", 2, "not in the model's alphabet"),
    ("[a-!]", 3, "not in the model's alphabet"),
    ("aé", 1, "not in the model's alphabet"),
    ("a b", 1, "not in the model's alphabet"),
    ("a\x00", 1, "not in the model's alphabet"),
    ("a\ud800", 1, "not in the model's alphabet"),
    ("[ab", 0, "there is no ] for this ["),
    ("a[", 1, "there is no ] for this ["),
    ("a[^", 1, "there is no ] for this ["),
    ("a[]", 1, "should be characters in this class"),
    ("[^]", 0, "should be characters in this class"),
    ("[]a]", 0, "should be characters in this class"),
    ("[c-a]", 3, "before the first of its range"),
    ("[a-bz-y]", 6, "before the first of its range"),
    ("(" * (MAX_DEPTH + 1) + ")" * (MAX_DEPTH + 1), MAX_DEPTH, "at most 32 deep"),
    ("a" * (MAX_TYPED + 1), MAX_TYPED, "at most 256 characters"),
]


@pytest.mark.parametrize(("pattern", "position", "fault"), FAULTS, ids=[f[0][:20] for f in FAULTS])
def test_a_fault_is_reported_where_it_is(pattern: str, position: int, fault: str) -> None:
    with pytest.raises(PatternError) as raised:
        parse(pattern, LATIN)
    assert raised.value.position == position
    assert raised.value.parameter == "pattern"
    assert fault in str(raised.value)
    assert f"position {position} " in str(raised.value)


@given(st.text(st.sampled_from([*SPECIAL, *"abz-,$ é019A"]), max_size=20))
def test_any_text_is_a_pattern_or_has_a_fault_within_it(text: str) -> None:
    position = 0
    try:
        piece = parse(text, ABC)
    except PatternError as error:
        position = error.position
    else:
        re.compile(text)  # a subset of its: nothing else is taken
        determinise(piece, ABC)
    assert 0 <= position <= len(text)


@contextmanager
def counted_calls() -> Iterator[list[int]]:
    """How many functions are called: work, whatever the machine's clock says."""
    calls = [0]

    def count(frame: FrameType, event: str, argument: object) -> None:
        calls[0] += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(before)


class TestBounds:
    """What is asked for is as large as a pattern of 256 characters can make it."""

    def test_as_many_letters_as_there_may_be(self) -> None:
        assert MAX_POSITIONS == 1000
        assert compiled("(a{31}){31}a{31}a{6}").states == 998 + 2
        with pytest.raises(TooManyStatesError):
            compiled("(a{31}){31}a{31}a{9}")

    def test_as_many_states_as_there_may_be(self) -> None:
        assert compiled(".*a.{7}b").states <= 1000
        with counted_calls() as calls, pytest.raises(TooManyStatesError):
            compiled(".*a.{31}")  # 2^32 of them
        assert calls[0] < 300_000

    @pytest.mark.parametrize(
        "pattern",
        [
            "(" * 30 + "a" + "{31})" * 30,
            "(" * 30 + "a?" + "){31}" * 30,
            "(" * 30 + "a*" + "){31,}" * 30,
            "(" * 30 + "a{0}" + "){31}" * 30,
            "(" * 30 + "){31}" * 30,
            "(" * 30 + "){0,31}" * 30,
            "(" * 30 + "|" + "){31}" * 30,
        ],
        ids=["letters", "maybe", "any number", "none", "empty", "empty or more", "empty or empty"],
    )
    def test_repetitions_within_each_other_stop(self, pattern: str) -> None:
        with counted_calls() as calls, pytest.raises(TooManyStatesError):
            compiled(pattern)
        assert calls[0] < 300_000

    def test_empty_alternatives_that_are_repeated_stop(self) -> None:
        with counted_calls() as calls, pytest.raises(TooManyStatesError):
            compiled("(((" + "|" * 236 + "){31}){31}){31}")
        assert calls[0] < 300_000

    def test_brackets_as_deep_as_they_may_be(self) -> None:
        dfa = compiled("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH)
        assert_same(dfa, compiled("a"))
        # Depth, not number: brackets side by side are no deeper than one.
        assert_same(minimise(compiled("(a)" * 80)), minimise(compiled("a" * 80)))

    def test_the_longest_pattern_and_the_largest_counts(self) -> None:
        longest = "a" * MAX_TYPED
        assert compiled(longest).accepts_name([1] * MAX_TYPED)
        assert not compiled(longest).accepts_name([1] * (MAX_TYPED - 1))
        dfa = compiled("a{0,31}b{31}")
        assert dfa.accepts_name([1] * 31 + [2] * 31)
        assert not dfa.accepts_name([1] * 32 + [2] * 31)
        assert not dfa.accepts_name([1] * 31 + [2] * 30)

    @pytest.mark.parametrize(
        ("pattern", "alphabet", "states"),
        [
            ("(.{31}){31}", LATIN, 963),
            ("((a?){31}){31}", LATIN, 963),
            (f"(.{{31}}){{30}}{string.ascii_lowercase}", LATIN, 958),
            (f"(.{{31}}){{27}}({string.ascii_lowercase}){{5}}", LATIN, 969),
            (f"(.{{31}}){{4}}({''.join(HAN.characters[:200])}){{4}}", HAN, 926),
        ],
        ids=["any", "maybe", "letters", "letters repeated", "of a large alphabet"],
    )
    def test_no_pattern_takes_a_large_part_of_a_second(
        self, pattern: str, alphabet: Alphabet, states: int
    ) -> None:
        began = time.thread_time()
        dfa = minimise(compiled(pattern, alphabet))
        assert time.thread_time() - began < 0.5  # of this thread: others do not count
        assert dfa.states == states


def test_an_alphabet_as_large_as_there_may_be() -> None:
    dfa = compiled("[一-三]+.", HAN)
    inside = [token for token, c in enumerate(HAN.characters, 1) if "一" <= c <= "三"]
    for token in range(1, HAN.vocab_size):
        assert dfa.accepts_name([inside[0], token])
        assert dfa.accepts_name([token, inside[0]]) == (token in inside)
    assert np.array_equal(dfa.next_state[:, 0], np.zeros(dfa.states))

"""Which names a request accepts, beside its conditions."""

from namewright import Sampling
from namewright.acceptance import Acceptance
from namewright.joined import JoinedModel
from namewright.kernel import walk
from namewright.known_names import KnownNames
from namewright.model import Model
from tests import tiny

KNOWN = KnownNames.of(["ava", "emma"], "0" * 64)


def acceptance(**asked: bool) -> Acceptance:
    made = Acceptance.of(Sampling(safe=False, **asked), KNOWN)
    assert made is not None
    return made


def test_every_name_is_accepted_where_nothing_is_asked() -> None:
    assert Acceptance.of(Sampling(safe=False), KNOWN) is None


def test_novel_leaves_out_what_is_known_each_time() -> None:
    accepts = acceptance(novel=True)
    names = ["emma", "emmy", "ava", "emmy", "emma"]
    assert [accepts(name) for name in names] == [False, True, False, True, False]


def test_unique_leaves_out_what_was_accepted_before() -> None:
    accepts = acceptance(unique=True)
    names = ["emma", "emmy", "emma", "ava", "emmy", "ava"]
    assert [accepts(name) for name in names] == [True, True, False, True, False, False]


def test_both_leave_out_either() -> None:
    accepts = acceptance(novel=True, unique=True)
    names = ["emma", "emmy", "emma", "emmy", "avi", "ava"]
    assert [accepts(name) for name in names] == [False, True, False, False, True, False]


def test_a_known_name_is_not_taken_for_made() -> None:
    """What was left out was not made: so it is not among the names that came."""
    accepts = acceptance(novel=True, unique=True)
    assert not accepts("emma")
    assert accepts.made == set()


def test_every_request_begins_anew() -> None:
    first, second = acceptance(unique=True), acceptance(unique=True)
    assert first("emmy")
    assert second("emmy")


def test_a_request_of_several_batches_knows_what_all_of_them_made() -> None:
    model = Model("tiny", tiny.checkpoint(), walk(tiny.automaton()))
    whole = Sampling(n=12, seed=1, unique=True, safe=False)
    accept = model.acceptance(whole)
    parts = [model.draw(whole.part(first, 4), accept=accept) for first in (0, 4, 8)]
    assert [name for part in parts for name in part] == model.draw(whole)
    # Without it, each batch has names that another has.
    apart = [name for first in (0, 4, 8) for name in model.draw(whole.part(first, 4))]
    assert len(set(apart)) < 12


def test_each_part_of_a_joined_model_has_its_own() -> None:
    model = Model("tiny", tiny.checkpoint(), walk(tiny.automaton()))
    joined = JoinedModel((model, model))
    sampling = Sampling(n=12, seed=1, unique=True, novel=True, safe=False)
    first, second = joined.acceptance(sampling)
    assert first is not None
    assert second is not None
    assert first("aa")
    assert second("aa")
    assert not first("ab")
    drawn = [name.split() for name in joined.draw(sampling)]
    for parts in zip(*drawn, strict=True):
        assert len(set(parts)) == 12
    assert {a for a, _ in drawn} & {b for _, b in drawn}  # one part may have what the other has
    assert joined.acceptance(Sampling(safe=False)) == (None, None)

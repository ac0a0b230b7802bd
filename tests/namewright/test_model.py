from namewright import Model


def test_a_model_is_named_as_its_file(tiny_model: Model) -> None:
    assert tiny_model.name == "tiny"


def test_parameters_are_counted(shipped: dict[str, Model]) -> None:
    assert shipped["bigram"].parameters == shipped["bigram-net"].parameters == 27 * 27
    assert shipped["mlp"].parameters == 27 * 10 + 30 * 200 + 200 + 200 * 27 + 27


def test_a_model_is_printed_in_one_line(shipped: dict[str, Model]) -> None:
    for model in shipped.values():
        assert len(f"{model!r}") < 120
        assert "\n" not in f"{model!r}"

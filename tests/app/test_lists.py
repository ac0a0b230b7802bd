import pytest

from app.settings import read_settings
from namewright.errors import SettingError


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> object:
    for name, value in variables.items():
        monkeypatch.setenv(f"NAMEWRIGHT_{name.upper()}", value)
    return read_settings()


def test_values_are_between_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(
        monkeypatch,
        cors_origins="https://a.example,http://b:80",
        trusted_proxies="::1 , 10.0.0.0/8,",
    )
    assert settings.cors_origins == ("https://a.example", "http://b:80")  # type: ignore[attr-defined]
    assert settings.trusted_proxies == ("::1", "10.0.0.0/8")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cors_origins", "https://a.example,SECRET"),
        ("cors_origins", "https://a.example/,https://SECRET/path"),
        ("trusted_proxies", "10.0.0.0/8,SECRET"),
        ("trusted_proxies", "*"),
        ("trusted_proxies", "10.0.0.7/8"),
        ("open_paths", "/healthz,SECRET"),
        ("open_paths", "/models/,/healthz"),
        ("open_paths", "/models/{model}"),
    ],
)
def test_one_that_is_not_valid_is_refused_by_its_place(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(SettingError, match=r"separated by commas; value [12] is not$") as refused:
        read(monkeypatch, **{name: value})
    assert "SECRET" not in str(refused.value)
    assert str(refused.value).startswith(f"NAMEWRIGHT_{name.upper()} should be ")

"""Every NAMEWRIGHT_* environment variable, read once."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a process is told from outside; for each field, NAMEWRIGHT_ and its name."""

    model_config = SettingsConfigDict(env_prefix="NAMEWRIGHT_", frozen=True)

    models_dir: Path = Field(default=Path("models"), description="The folder of checkpoints.")
    default_model: str = Field(
        default="gru", description="The model that answers where none is named."
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="The port to listen on; 0 for any free."
    )
    access_log: bool = Field(
        default=True,
        description="Whether to log a line a request.",
    )

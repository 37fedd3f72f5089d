"""The settings a user can make, all optional, from the environment."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`COOP_HOME` and `COOP_EMBEDDING_MODEL`; an empty value counts as not set."""

    model_config = SettingsConfigDict(env_prefix="COOP_", env_ignore_empty=True, extra="ignore")

    home: Path = Field(default_factory=lambda: user_data_path("cooperation-assistant"))
    embedding_model: str | None = None

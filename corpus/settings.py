"""The settings a user can make, all optional, from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.errors import SettingError


class Settings(BaseSettings):
    """`COOP_HOME` and the like; an empty value counts as not set.

    `llm` is `provider:model`, without which no language model is ever called. `llm_base_url` is the
    address of a compatible server; then no key but `llm_api_key` is sent. `llm_timeout` is seconds
    for a whole answer, `llm_context` the tokens that the model can read, its reply included.
    `llm_unverified` says what becomes of a sentence that its passage does not support.

    The others make a service of it. `log`: what is logged of requests (by default "requests" where
    there is a password, else "none"). `password_hash`: what `coop password` printed; then all is
    behind the password, asked again after `session_hours`. `hosts`: further names the service is
    reached by, separated by commas. `retention_days`: after how many days conversations and
    opinions are erased. `chroma_url` and `database_url`: a Chroma server for the vectors, an
    SQLAlchemy URL for conversations and opinions; both may hold a password, hence secret.
    """

    model_config = SettingsConfigDict(env_prefix="COOP_", env_ignore_empty=True, extra="ignore")

    home: Path = Field(default_factory=lambda: user_data_path("cooperation-assistant"))
    embedding_model: str | None = None
    llm: str | None = None
    llm_base_url: str | None = None
    llm_api_key: SecretStr | None = None
    llm_timeout: Annotated[float, Field(gt=0, le=3600)] = 60.0
    llm_context: Annotated[int, Field(ge=1024)] = 4096
    llm_unverified: Literal["drop", "show"] = "drop"
    log: Literal["none", "requests", "questions"] | None = None
    password_hash: SecretStr | None = None
    session_hours: Annotated[float, Field(gt=0, le=24 * 365)] = 12.0
    hosts: str = ""
    retention_days: Annotated[int, Field(ge=1)] | None = None
    chroma_url: SecretStr | None = None
    database_url: SecretStr | None = None


def read_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingError: one of them has a value that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        name = f"COOP_{error.errors()[0]['loc'][0]}".upper()
        raise SettingError(
            f"La valeur de {name} ne convient pas.",
            f"Corrigez-la, ou retirez-la de l'environnement : unset {name}",
        ) from None  # pydantic would print the values it was given

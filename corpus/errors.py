"""The error tree. Each message is French, names the thing and says what to do.

CoopError                     exit code 1
├── UsageError                the request itself is wrong (exit code 2)
│   └── ConflictError         ... because what it changes was changed meanwhile
├── SettingError              a setting, folder or port that cannot be used
├── ModelError                the embedding model is missing, corrupt or not the library's
├── LanguageModelError        the language model gave no usable answer (assistant/llm.py)
├── CatalogueError            an entry of the bibliography or a fiche is wrong
├── DocumentError             a file that cannot be read as a PDF
│   └── EncryptedError        ... because it asks for a password
├── FetchError                a document that cannot be downloaded
├── LibraryError              the library cannot be used
│   ├── LibraryMissingError   ... because none was built yet
│   ├── LibraryCorruptError   ... because a file of it is damaged
│   ├── LibraryMismatchError  ... because another model or recipe built it
│   └── LibraryBusyError      ... because another process is writing it
├── StoreError               the Chroma server cannot be used
├── MissingToolError          an optional program or package is not installed
├── CaseError                 a case of the evaluation set is wrong (evals/case.py)
└── RunError                  a run of the evaluation cannot be read (evals/record.py)
"""

from __future__ import annotations


class CoopError(Exception):
    """An error a user can read: what is wrong, then the remedy."""

    exit_code = 1

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[CoopError], tuple[str, str]]:
        """Lets an error come back from another process."""
        return type(self), (self.message, self.remedy)


class UsageError(CoopError):
    """The request itself is wrong: a missing path, an empty question."""

    exit_code = 2


class ConflictError(UsageError):
    """What is to be changed is no longer as it was seen."""


class SettingError(CoopError):
    """A setting, a folder or a port that cannot be used."""


class ModelError(CoopError):
    """The embedding model is missing, corrupt, unreachable, or gives unusable vectors."""


class LanguageModelError(CoopError):
    """The language model gave no usable answer; the verbatim one is given, with this message."""


class CatalogueError(CoopError):
    """An entry of the bibliography, or a fiche, that is wrong; names file and line."""


class DocumentError(CoopError):
    """A file that cannot be read as a PDF."""


class EncryptedError(DocumentError):
    """A PDF that asks for a password."""


class FetchError(CoopError):
    """A document that cannot be downloaded."""


class LibraryError(CoopError):
    """The library cannot be used."""


class LibraryMissingError(LibraryError):
    """No library was built yet."""


class LibraryCorruptError(LibraryError):
    """A file of the library is missing or damaged."""


class LibraryMismatchError(LibraryError):
    """The library was built by another model or recipe than the one asked for."""


class LibraryBusyError(LibraryError):
    """Another process is writing the library."""


class StoreError(CoopError):
    """The Chroma server that holds the vectors cannot be used."""


class MissingToolError(CoopError):
    """An optional program or package is not installed."""

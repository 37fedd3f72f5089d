"""Where things live: the user's folder (`COOP_HOME`) and what the package ships."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import SettingError

PACKAGE = Path(__file__).parent
BUNDLED_DOCUMENTS = PACKAGE / "documents"
BUNDLED_MODEL = PACKAGE / "model"


@dataclass(frozen=True, slots=True)
class Home:
    """The user's folder; nothing is created until `prepare`.

    `chroma` is the URL of the Chroma server that holds the vectors, "" where files do; it may hold
    a password.
    """

    root: Path
    chroma: str = field(default="", repr=False)

    @property
    def documents(self) -> Path:
        """The shelf: the user's own PDFs."""
        return self.root / "documents"

    @property
    def library(self) -> Path:
        """The generations of the library and the pointer to the current one."""
        return self.root / "library"

    def prepare(self) -> None:
        """Create the folders and prove that they can be written.

        Raises:
            SettingError: the folder cannot be written.
        """
        try:
            for folder in (self.documents, self.library):
                folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.root):
                pass
        except OSError as error:
            raise SettingError(
                f"Le dossier COOP_HOME « {self.root} » ne peut pas être écrit ({error.strerror}).",
                "Donnez-vous les droits d'écriture, ou indiquez un autre dossier : "
                "COOP_HOME=/chemin/accessible coop …",
            ) from error

    def find(self, file: str) -> Path | None:
        """The path of a document's file, the shelf first, or None when it is nowhere.

        Names that point outside the two folders are never found.
        """
        if not file or file != os.path.basename(file):  # noqa: PTH119 — a name is compared, not a path
            return None
        for folder in (self.documents, BUNDLED_DOCUMENTS):
            path = folder / file
            if path.is_file():
                return path
        return None

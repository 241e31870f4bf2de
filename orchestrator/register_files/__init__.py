"""The registers of systems and agencies as files of spreadsheet programs.

An export writes them as XLSX or CSV; an import takes such a file back, or one that somebody made by hand: it shows what
would change, judges the folder as it would be by the folder's own reader, and writes all of it or nothing. Rows that do
not change keep their bytes, so that git shows what changed and no more.
"""

from orchestrator.register_files.columns import REGISTERS, RegisterName
from orchestrator.register_files.exporting import export_register
from orchestrator.register_files.importing import Import, apply_import, read_import
from orchestrator.register_files.merging import ChangeKind, FieldChange, RowChange
from orchestrator.register_files.rejections import RegisterFileError, RegisterMovedError, Rejection

__all__ = [
    "REGISTERS",
    "ChangeKind",
    "FieldChange",
    "Import",
    "RegisterFileError",
    "RegisterMovedError",
    "RegisterName",
    "Rejection",
    "RowChange",
    "apply_import",
    "export_register",
    "read_import",
]

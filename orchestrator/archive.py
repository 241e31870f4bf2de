"""The inputs of a plan kept beside it, so that plans can be compared when the folder has long changed.

``inputs.zip`` holds the files that the digest of ``plan.json`` covers, byte for byte; plan.json stays small.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from orchestrator.document import Document, DocumentError
from orchestrator.outputs import INPUTS_FILE
from orchestrator.province import FILES, InvalidProvinceError, Province, Text, load_province

_DATE = (1980, 1, 1, 0, 0, 0)
MOST_BYTES = 512 * 1024 * 1024


def archived_inputs(province: Province, folder: Path) -> bytes:
    """The input files of a folder as one archive; the same files give the same bytes. Raises OSError."""
    names = {name for name in FILES if (folder / name).is_file()}
    names |= {site.weather_file for site in province.sites.sites}
    for scenario in province.scenarios:
        files = (str(o.value) for o in scenario.overrides if o.path.endswith(".weather_file"))
        names |= {name for name in files if (folder / name).is_file()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member in sorted(names):
            info = zipfile.ZipInfo(member, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, (folder / member).read_bytes())
    return stream.getvalue()


def inputs_of_plan(document: Document, plan_file: Path) -> Province:
    """The province that a plan was made from: of the archive beside it, else of the folder that it remembers.

    Raises DocumentError when neither is the one whose digest the plan has.
    """
    if document["together"] is not None and document["together"]["drawn"] is not None:
        en = "a drawn scenario is no variation of the folder: verify and render read its plan, other commands do not"
        vi = "kịch bản rút mẫu không phải một biến thể của thư mục: chỉ verify và render đọc được kế hoạch của nó"
        raise DocumentError([Text(f"{plan_file}: together: {en}", f"{plan_file}: together: {vi}")])
    archive = plan_file.parent / INPUTS_FILE
    if archive.is_file():
        with tempfile.TemporaryDirectory() as place:
            if _unpacked(archive, Path(place)):
                found = _read(Path(place), document)
                if found is not None:
                    return found
    if document["folder"] is not None:
        found = _read(plan_file.parent / document["folder"], document)
        if found is not None:
            return found
    en = "the inputs of the plan are gone: neither inputs.zip beside it nor its folder has its digest"
    vi = "không còn dữ liệu của kế hoạch: cả inputs.zip bên cạnh và thư mục của nó đều không khớp mã băm"
    raise DocumentError([Text(f"{plan_file}: inputs_digest: {en}", f"{plan_file}: inputs_digest: {vi}")])


def _unpacked(archive: Path, place: Path) -> bool:
    try:
        with zipfile.ZipFile(archive) as stream:
            if sum(info.file_size for info in stream.infolist()) > MOST_BYTES:
                return False
            stream.extractall(place)  # members are made relative and cannot leave the folder
    except (zipfile.BadZipFile, OSError):
        return False
    return True


def _read(folder: Path, document: Document) -> Province | None:
    try:
        province = load_province(folder, document["scenario"])
    except InvalidProvinceError:
        return None
    return province if province.digest == document["inputs_digest"] else None

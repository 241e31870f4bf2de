"""What a synthetic year says of its making, in Vietnamese: its file holds it once, in English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from capacity.weather.synthetic import SOURCE

_SOURCE_VI = (
    "Điện mặt trời: 1.387-1.534 kWh/kWp mỗi năm ở Đồng bằng sông Cửu Long (vnanet.vn 7233682). Gió: 16 nhà máy ở "
    "Cà Mau, 870 MW, 2,3 TWh mỗi năm (vietnam.vn, 2025); Tân Thuận 3, 25 MW, 61,5 GWh mỗi năm (vtcnews.vn, 10/2025). "
    "Độ đục khí quyển: pvlib (SoDa). Nhiệt độ, độ ẩm và các mùa trong năm: giả định, các mùa theo ZNES toàn quốc."
)
_CALIBRATION = re.compile(
    r"pv (?P<pv>\S+) \(target (?P<pv_target>\S+); published (?P<range>\S+); tilt (?P<tilt>\S+), "
    r"azimuth (?P<azimuth>\S+), DC/AC (?P<ratio>\S+), losses (?P<pv_loss>\S+)\); "
    r"wind (?P<wind>\S+) \(target (?P<wind_target>\S+); (?P<basis>.*); (?P<turbine>\S+), hub (?P<hub>\S+) m, "
    r"losses (?P<wind_loss>\S+)\)"
)
_CALIBRATION_VI = (
    "điện mặt trời {pv} (mục tiêu {pv_target}; công bố {range}; nghiêng {tilt}°, phương vị {azimuth}°, DC/AC {ratio}, "
    "tổn thất {pv_loss}); gió {wind} (mục tiêu {wind_target}; {basis}; {turbine}, trục cao {hub} m, "
    "tổn thất {wind_loss})"
)
_BASES_VI = {
    "assumption: inland of the near-shore fleet of 0.28-0.30, rougher ground": (
        "giả định: sâu trong đất liền so với các nhà máy gần bờ đạt 0,28-0,30, địa hình nhám hơn"
    ),
    "published Ca Mau near-shore fleet 0.28-0.30": "công bố cho các nhà máy gần bờ của Cà Mau 0,28-0,30",
    "assumption: an inland site of the southern Mekong delta": (
        "giả định: địa điểm sâu trong đất liền ở phía nam Đồng bằng sông Cửu Long"
    ),
}


def origin_vi(provenance: Mapping[str, str]) -> dict[str, str]:
    """``source`` and ``calibration`` of the synthetic model in Vietnamese; nothing of what others wrote."""
    found = {}
    if provenance.get("source") == SOURCE:
        found["source"] = _SOURCE_VI
    if (match := _CALIBRATION.fullmatch(provenance.get("calibration", ""))) is not None:
        parts = {name: text.replace(".", ",") for name, text in match.groupdict().items()}
        basis = match["basis"]
        found["calibration"] = _CALIBRATION_VI.format_map({**parts, "basis": _BASES_VI.get(basis, basis)})
    return found

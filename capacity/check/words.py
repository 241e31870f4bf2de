"""Vietnamese terms of the messages."""

from __future__ import annotations

from capacity.demand.needs import PoolKind
from capacity.inputs.settings import CostCategory, Payer
from capacity.plan import BuildKind

PAYER_VI: dict[Payer, str] = {"state": "ngân sách nhà nước", "enterprise": "doanh nghiệp"}
CATEGORY_VI: dict[CostCategory, str] = {
    "hall": "phòng máy",
    "server": "máy chủ",
    "energy_asset": "nguồn điện và lưu trữ điện",
    "grid": "đấu nối lưới điện",
    "rent": "thuê dịch vụ đám mây",
    "network": "thuê đường truyền và lưu lượng",
    "operation": "vận hành",
    "energy": "điện năng",
}
KIND_VI: dict[BuildKind, str] = {
    "module": "mô-đun phòng máy",
    "ups": "bộ lưu điện (UPS)",
    "genset": "máy phát điện dự phòng",
    "chiller": "máy làm lạnh",
    "server": "máy chủ",
    "grid_step": "bước nâng cấp đấu nối",
    "generation": "nguồn điện",
    "battery_mw": "công suất pin lưu trữ",
    "battery_mwh": "dung lượng pin lưu trữ",
    "fuel_tank": "bồn dầu dự trữ",
    "ups_battery": "ắc quy của bộ lưu điện",
    "dppa_mw": "hợp đồng mua bán điện trực tiếp (DPPA)",
}
POOL_VI: dict[PoolKind, str] = {"cpu": "máy chủ CPU", "gpu": "máy chủ GPU", "wholesale": "cho thuê nguyên phòng máy"}

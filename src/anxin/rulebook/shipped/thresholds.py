"""Single numbers that rules turn on."""

from __future__ import annotations

from typing import Any

_COMPANY = ("公司标准", "Company standard")
_SMALL = (
    "小额理赔服务指引（保监消保〔2015〕201号）第2条，指引，非强制",
    "Guideline on small claims 2015-201 art. 2 (advisory)",
)

_ROWS = (
    ("small_motor_fen", 500_000, "fen", "小额车损：仅车损且不超过", "Small motor claim: vehicle damage only, up to", _SMALL),
    ("small_medical_fen", 300_000, "fen", "小额医疗：申报金额不超过", "Small medical claim: claimed amount up to", _SMALL),
    ("price_deviation_permille", 0, "permille", "定损价与价格标准相差多少起要说明理由", "Deviation from the price standard that needs a reason, above", _COMPANY),
    ("survey_free_fen", 100_000, "fen", "凭照片定损、可以不到现场查勘的损失不超过", "Loss assessed from photos without a survey, up to", _COMPANY),
    ("first_reserve_motor_fen", 800_000, "fen", "车损案件的初始估损", "First reserve of a motor claim", _COMPANY),
    ("first_reserve_home_fen", 1_500_000, "fen", "家财案件的初始估损", "First reserve of a home claim", _COMPANY),
    ("first_reserve_other_fen", 1_000_000, "fen", "其他案件的初始估损", "First reserve of any other claim", _COMPANY),
    ("first_reserve_injury_fen", 2_500_000, "fen", "每位伤者另加的初始估损", "First reserve added for each injured person", _COMPANY),
    ("dispute_rounds", 1, "count", "同一项定损可以提出异议的次数", "How often one line of an assessment may be disputed", _COMPANY),
)  # fmt: skip


def body() -> dict[str, Any]:
    return {
        "values": [
            {
                "name": name, "value": value, "unit": unit, "title_zh": zh, "title_en": en,
                "source_zh": source[0], "source_en": source[1],
            }
            for name, value, unit, zh, en, source in _ROWS
        ]
    }  # fmt: skip

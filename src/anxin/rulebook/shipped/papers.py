"""Lists of papers per claim type (company standard under Insurance Law art. 22: told once and complete)."""

from __future__ import annotations

from typing import Any

_INJURY = {"has_injury": [True]}
_THIRD = {"has_third_party": [True]}
_MONEY_LOSS = ["fire", "water", "storm", "theft", "other"]
_HEALTH = ["medical", "disease", "nursing", "accident"]


def _paper(code: str, zh: str, en: str, hint_zh: str = "", hint_en: str = "", **more: Any) -> dict[str, Any]:
    item = {"code": code, "title_zh": zh, "title_en": en, "hint_zh": hint_zh, "hint_en": hint_en, **more}
    return {name: value for name, value in item.items() if value not in ("", False)}


def _request() -> dict[str, Any]:
    return _paper(
        "claim_form", "索赔申请书", "Claim form",
        "在手机上填写即可，交了就算您提出赔偿请求", "Fill it in on your phone; giving it is your claim request",
        is_request=True,
    )  # fmt: skip


def _bank() -> dict[str, Any]:
    return _paper(
        "bank_card", "银行卡信息", "Bank details",
        "填写收款人和卡号，不用上传卡片照片", "Enter payee and account; no picture of the card is needed",
        given_with="payee",
    )  # fmt: skip


def _motor() -> list[dict[str, Any]]:
    return [
        _request(),
        _paper(
            "accident_report", "道路交通事故认定书", "Traffic accident report",
            "交警出具的认定书或简易程序协议书", "The police's report, or the agreement of the simplified procedure",
            where={"cause": ["collision", "injury", "other"]},
        ),
        _paper("vehicle_licence", "行驶证", "Vehicle licence", "正副本都要看清", "Both parts, readable"),
        _paper("driving_licence", "驾驶证", "Driving licence", "出险时开车那位的驾驶证", "Of the person who drove"),
        _bank(),
        _paper(
            "police_theft_report", "公安立案证明", "Police report of the theft",
            "报警后由公安机关出具", "Given by the police after you report it", where={"cause": ["theft"]},
        ),
        _paper(
            "vehicle_keys", "车辆全部钥匙和登记证书", "All keys and the registration certificate",
            "原件在赔付前交", "Originals, before payment", where={"cause": ["theft"]},
        ),
        _paper(
            "fire_certificate", "火灾事故认定书", "Fire brigade certificate",
            "消防救援机构出具", "Given by the fire and rescue service", where={"cause": ["fire"]},
        ),
        _paper(
            "repair_quote", "三者车维修报价单", "Repair quote for the other vehicle",
            "修理厂盖章或对方提供都可以", "From the repairer or from the other party",
            provider="repairer", party_kind="third_vehicle", where=_THIRD,
        ),
        _paper(
            "property_quote", "三者财产损失清单和报价", "List and quote for the damaged property", "", "",
            party_kind="third_property", where=_THIRD,
        ),
        _paper(
            "medical_invoice", "医疗费发票", "Medical invoices",
            "门诊和住院的都要，电子发票也可以", "Out-patient and in-patient; electronic ones are fine",
            provider="injured", party_kind="injured", where=_INJURY,
        ),
        _paper(
            "discharge_summary", "出院小结", "Discharge summary",
            "没有住院的交门诊病历", "Without a stay in hospital: the out-patient record",
            provider="injured", party_kind="injured", where=_INJURY,
        ),
        _paper(
            "fee_detail", "费用明细", "Itemised medical fees",
            "医院收费处可以打印", "The hospital's cashier prints it",
            provider="injured", party_kind="injured", where=_INJURY,
        ),
    ]  # fmt: skip


def _home() -> list[dict[str, Any]]:
    return [
        _request(),
        _paper("id_card", "身份证", "Identity card", "被保险人的，正反两面", "Of the insured, both sides", where={"individual": [True]}),
        _paper(
            "ownership_proof", "房屋权属或租赁证明", "Proof of ownership or lease",
            "不动产权证、购房合同或租赁合同，任一份", "Title, purchase contract or lease: any one of them",
        ),
        _paper(
            "fire_certificate", "火灾事故认定书", "Fire brigade certificate",
            "消防救援机构出具", "Given by the fire and rescue service", where={"cause": ["fire"]},
        ),
        _paper(
            "police_report", "报警回执", "Police report",
            "派出所出具", "Given by the police station", where={"cause": ["theft"]},
        ),
        _paper(
            "weather_proof", "气象证明", "Weather certificate",
            "我们向气象部门查询，不用您跑", "We ask the weather service; nothing for you to do",
            provider="us", where={"cause": ["storm"]},
        ),
        _paper(
            "property_statement", "物业情况说明", "Statement of the property manager",
            "写明漏水或爆管的位置和时间", "Where and when the leak or burst was", where={"cause": ["water"]},
        ),
        _paper(
            "loss_list", "损失清单和照片", "List of what was damaged, with photos",
            "逐件写明品名、数量，照片拍到全貌和损坏处", "Each thing and how many; the whole and the damage in the pictures",
            where={"cause": [*_MONEY_LOSS, "glass"]},
        ),
        _paper(
            "receipts", "购买凭证", "Receipts",
            "发票、订单截图都可以，找不到的写明大概价格", "Invoices or screenshots of orders; if lost, the approximate price",
            where={"cause": _MONEY_LOSS},
        ),
        _bank(),
        _paper(
            "third_loss_list", "第三方损失清单", "List of what others lost",
            "例如楼下住户的装修损失", "For example the damage to the flat below",
            party_kind="third_property", where=_THIRD,
        ),
        _paper(
            "medical_invoice", "医疗费发票", "Medical invoices", "", "",
            provider="injured", party_kind="injured", where=_INJURY,
        ),
    ]  # fmt: skip


def _other() -> list[dict[str, Any]]:
    property_lines = ["enterprise_property", "engineering", "cargo"]
    life = ["term_life", "whole_life", "endowment_life", "participating_life", "universal_life"]
    return [
        _request(),
        _paper("id_card", "身份证", "Identity card", "申请人的，正反两面", "Of the claimant, both sides", where={"individual": [True]}),
        _bank(),
        _paper("medical_record", "病历或诊断证明", "Medical record or diagnosis", "", "", where={"line": _HEALTH}),
        _paper("medical_invoice", "医疗费发票", "Medical invoices", "", "", where={"line": ["medical", "accident"]}),
        _paper("fee_detail", "费用明细", "Itemised medical fees", "", "", where={"line": ["medical", "accident"]}),
        _paper("discharge_summary", "出院小结", "Discharge summary", "", "", where={"line": _HEALTH}),
        _paper("pathology_report", "病理或检查报告", "Pathology or test report", "", "", where={"line": ["disease"]}),
        _paper("care_assessment", "护理等级评估报告", "Assessment of the level of care", "", "", where={"line": ["nursing"]}),
        _paper("accident_proof", "意外事故证明", "Proof of the accident", "", "", where={"line": ["accident"]}),
        _paper(
            "death_certificate", "死亡证明", "Death certificate", "医院、公安或法院出具", "From a hospital, the police or a court",
            where={"cause": ["death"]},
        ),
        _paper(
            "beneficiary_proof", "受益人关系证明", "Proof of relation of the beneficiary", "", "",
            where={"line": [*life, "accident"], "cause": ["death"]},
        ),
        _paper("survival_proof", "生存证明", "Proof of survival", "", "", where={"line": life, "cause": ["other"]}),
        _paper("loss_list", "损失清单和照片", "List of what was damaged, with photos", "", "", where={"line": property_lines}),
        _paper("asset_records", "资产账册或工程合同", "Asset records or works contract", "", "", where={"line": ["enterprise_property", "engineering"]}),
        _paper("fire_certificate", "火灾事故认定书", "Fire brigade certificate", "", "", where={"line": property_lines, "cause": ["fire"]}),
        _paper("waybill", "运单和装箱单", "Waybill and packing list", "", "", where={"line": ["cargo"]}),
        _paper("commercial_invoice", "贸易发票", "Commercial invoice", "", "", where={"line": ["cargo"]}),
        _paper("carrier_record", "承运人货损记录", "Carrier's record of the damage", "", "", where={"line": ["cargo"]}),
    ]  # fmt: skip


def _supplement() -> list[dict[str, Any]]:
    return [
        _paper("supp_accident_report", "事故认定书更正件或复核结论", "Corrected accident report or its review"),
        _paper("supp_driving_licence", "驾驶证清晰照片", "Readable picture of the driving licence"),
        _paper("supp_vehicle_licence", "行驶证清晰照片", "Readable picture of the vehicle licence"),
        _paper("supp_repair_invoice", "维修发票和结算清单", "Repair invoice and settlement sheet", provider="repairer"),
        _paper("supp_loss_photos", "损失部位补拍照片", "More pictures of the damage"),
        _paper("supp_discharge_summary", "出院小结", "Discharge summary", provider="injured", party_kind="injured"),
        _paper("supp_fee_detail", "费用明细", "Itemised medical fees", provider="injured", party_kind="injured"),
        _paper(
            "supp_medical_invoice",
            "医疗费发票原件",
            "Original medical invoices",
            provider="injured",
            party_kind="injured",
        ),
        _paper("supp_disability", "伤残鉴定意见", "Disability appraisal", provider="injured", party_kind="injured"),
        _paper("supp_lost_earnings", "误工证明", "Proof of lost earnings", provider="injured", party_kind="injured"),
        _paper(
            "supp_authorisation",
            "授权委托书",
            "Power of attorney",
            "由别人代办时才要",
            "Only when someone acts for you",
        ),
        _paper("supp_ownership", "权属证明", "Proof of ownership"),
        _paper("supp_receipts", "购买凭证", "Receipts"),
        _paper("supp_cause", "事故原因说明", "Statement on the cause of the loss"),
        _paper("supp_settlement", "与第三方的赔偿协议", "Settlement with the third party"),
        _paper("supp_identity", "身份证明", "Proof of identity"),
    ]


def body() -> dict[str, Any]:
    return {"lists": {"motor": _motor(), "home": _home(), "other": _other()}, "supplement": _supplement()}

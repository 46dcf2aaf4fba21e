"""Registers and administration at the desk. Rules and products are the whole company's: nobody is an outsider to them."""

from tests.matrix.rows import STAFF, WRITERS, Row, page, pages

_ADMIN = "administrator"
_AUDITED = "administrator auditor"
_HEADS = "supervisor administrator auditor"
_REVEALERS = "call_taker surveyor assessor adjudicator finance supervisor"
_EDITORS = "call_taker supervisor administrator"

_PRICE, _PAPER, _CHECK = "front_bumper", "motor/claim_form", "motor/plate_vin"


def form(path: str, may: str = _ADMIN) -> list[Row]:
    return pages(path, may, {})


# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = [
    page("GET", "/desk/search/", STAFF),
    page("GET", "/desk/cases/", STAFF),
    # -- customers
    page("GET", "/desk/customers/", STAFF),
    *form("/desk/customers/add/", _EDITORS),
    page("GET", "/desk/customers/{customer}/", STAFF),
    *form("/desk/customers/{customer}/change/", _EDITORS),
    page("POST", "/desk/customers/{customer}/reveal/", _REVEALERS, {"field": "id_number", "reason": "核对身份"}),
    *pages("/desk/customers/{customer}/sign-in/", "supervisor administrator", {}),
    page("POST", "/desk/customers/{customer}/sign-in/end/", "supervisor administrator"),
    page("POST", "/desk/customers/{customer}/contacts/", _EDITORS, {}),
    page("POST", "/desk/customers/{customer}/contacts/{contact}/verify/", _EDITORS),
    page("POST", "/desk/customers/{customer}/contacts/{contact}/remove/", _EDITORS),
    page("POST", "/desk/customers/{customer}/consents/", _EDITORS, {}),
    page("POST", "/desk/customers/{customer}/consents/service/withdraw/", _EDITORS),
    # -- policies and products
    page("GET", "/desk/policies/", STAFF),
    page("GET", "/desk/policies/{policy}/", STAFF),
    page("GET", "/desk/policies/{policy}/policy.pdf", STAFF),
    *form("/desk/policies/{policy}/endorse/suspend/", "supervisor administrator"),
    page("POST", "/desk/policies/{policy}/vehicles/{vehicle}/reveal/", _REVEALERS, {"field": "vin", "reason": "核对车架号"}),
    page("GET", "/desk/products/", STAFF),
    *form("/desk/products/add/"),
    page("GET", "/desk/products/PDAA/", STAFF),
    *form("/desk/products/PDAA/publish/"),
    page("POST", "/desk/products/PDAA/stop/", _ADMIN, {}),
    # -- people and tokens
    page("GET", "/desk/admin/", _HEADS),
    page("GET", "/desk/admin/people/", _HEADS),
    page("GET", "/desk/admin/people/roles/", _HEADS),
    *form("/desk/admin/people/add/"),
    page("GET", "/desk/admin/people/{surveyor_id}/", _HEADS),
    page("POST", "/desk/admin/people/{surveyor_id}/", _ADMIN, {}),
    page("POST", "/desk/admin/people/{surveyor_id}/password/", _ADMIN),
    page("GET", "/desk/admin/tokens/", _AUDITED),
    *form("/desk/admin/tokens/issue/"),
    page("GET", "/desk/admin/tokens/{token}/", _AUDITED),
    page("POST", "/desk/admin/tokens/{token}/revoke/", _ADMIN),
    page("GET", "/desk/admin/unmaskings/", _HEADS),
    # -- webhooks: one's own; administrators and auditors see their branch's
    page("GET", "/desk/admin/webhooks/", STAFF),
    *form("/desk/admin/webhooks/add/", WRITERS),
    page("GET", "/desk/admin/webhooks/{webhook}/", _HEADS),
    page("POST", "/desk/admin/webhooks/{webhook}/pause/", "supervisor administrator"),
    page("POST", "/desk/admin/webhooks/{webhook}/resume/", "supervisor administrator"),
    page("POST", "/desk/admin/webhooks/{webhook}/renew/", "supervisor administrator"),
    page("POST", "/desk/admin/webhooks/{webhook}/remove/", "supervisor administrator"),
    # -- imports and the journal
    page("GET", "/desk/admin/imports/", _AUDITED),
    *form("/desk/admin/imports/add/"),
    page("GET", "/desk/admin/errands/", _AUDITED),
    page("GET", "/desk/admin/errands/{errand}/", _AUDITED),
    page("GET", "/desk/admin/journal/", _AUDITED),
    page("POST", "/desk/admin/journal/checkpoint/", _ADMIN),
    page("POST", "/desk/admin/journal/deliveries/{delivery}/revive/", _ADMIN),
    # -- rules
    page("GET", "/desk/admin/rules/", STAFF),
    *form("/desk/admin/rules/redate/"),
    page("GET", "/desk/admin/rules/promises/", STAFF),
    *form("/desk/admin/rules/promises/add/"),
    page("GET", "/desk/admin/rules/promises/CS-01/", STAFF),
    page("POST", "/desk/admin/rules/promises/CS-01/", _ADMIN, {}),
    *form("/desk/admin/rules/promises/CS-01/drop/"),
    page("GET", "/desk/admin/rules/authority/", STAFF),
    page("POST", "/desk/admin/rules/authority/", _ADMIN, {}),
    page("GET", "/desk/admin/rules/thresholds/", STAFF),
    *form("/desk/admin/rules/thresholds/small_motor_fen/"),
    page("GET", "/desk/admin/rules/prices/", STAFF),
    page("GET", "/desk/admin/rules/prices/prices.csv", STAFF),
    *form("/desk/admin/rules/prices/file/"),
    *form("/desk/admin/rules/prices/add/"),
    *form(f"/desk/admin/rules/prices/{_PRICE}/"),
    *form(f"/desk/admin/rules/prices/{_PRICE}/drop/"),
    page("GET", "/desk/admin/rules/calendar/", STAFF),
    *form("/desk/admin/rules/calendar/day/"),
    page("POST", "/desk/admin/rules/calendar/day/2025-06-03/remove/", _ADMIN, {}),
    page("POST", "/desk/admin/rules/calendar/refresh/", _ADMIN, {}),
    *form("/desk/admin/rules/calendar/hours/"),
    page("GET", "/desk/admin/rules/papers/", STAFF),
    *form("/desk/admin/rules/papers/motor/add/"),
    *form(f"/desk/admin/rules/papers/{_PAPER}/"),
    *form(f"/desk/admin/rules/papers/{_PAPER}/drop/"),
    page("GET", "/desk/admin/rules/checklists/", STAFF),
    *form("/desk/admin/rules/checklists/motor/add/"),
    *form(f"/desk/admin/rules/checklists/{_CHECK}/"),
    *form(f"/desk/admin/rules/checklists/{_CHECK}/drop/"),
    page("GET", "/desk/admin/rules/promises/history/", STAFF),
    page("GET", "/desk/admin/rules/promises/history/1/", STAFF),
    *form("/desk/admin/rules/promises/history/1/again/"),
]
# fmt: on

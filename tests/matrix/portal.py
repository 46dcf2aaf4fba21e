"""The customers' pages. Staff are told that they do not exist; only from the front door they are sent on to the desk."""

from tests.matrix.rows import CUSTOMER, Row, page, pages

# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = [
    page("GET", "/portal/", CUSTOMER, sent_on="/desk/"),
    # -- policies
    page("GET", "/portal/policies/", CUSTOMER),
    page("GET", "/portal/policies/{policy}/", CUSTOMER),
    page("GET", "/portal/policies/{policy}/document.pdf", CUSTOMER),
    # -- reporting
    page("GET", "/portal/claims/", CUSTOMER),
    *pages("/portal/claims/new/", CUSTOMER, {}),
    page("POST", "/portal/claims/new/draft/", CUSTOMER, {"account": "追尾"}),
    page("GET", "/portal/claims/new/photos/{draft_photo}/", CUSTOMER),
    # -- one's claim
    page("GET", "/portal/claims/{offered}/", CUSTOMER),
    page("GET", "/portal/claims/{fresh}/reported/", CUSTOMER),
    page("POST", "/portal/claims/{offered}/answer/", CUSTOMER, {"verdict-{offered_line}": "ok"}),
    page("POST", "/portal/claims/{offered}/answer/draft/", CUSTOMER, {"verdict-{offered_line}": "ok"}),
    page("GET", "/portal/claims/{offered}/items/", CUSTOMER),
    page("GET", "/portal/claims/{offered}/items/all/", CUSTOMER),
    *pages("/portal/claims/{offered}/items/1/", CUSTOMER, {}),
    *pages("/portal/claims/{offered}/items/1/why/", CUSTOMER, {}),
    *pages("/portal/claims/{opened}/papers/", CUSTOMER, {}),
    *pages("/portal/claims/{opened}/photos/", CUSTOMER, {}),
    *pages("/portal/claims/{opened}/request/", CUSTOMER, {}),
    *pages("/portal/claims/{opened}/payee/", CUSTOMER, {}),
    page("GET", "/portal/claims/{decided}/decision/", CUSTOMER),
    page("GET", "/portal/claims/{decided}/decision.pdf", CUSTOMER),
    *pages("/portal/claims/{partial}/agree/", CUSTOMER, {}),
    *pages("/portal/claims/{partial}/object/", CUSTOMER, {"text": "请再看一次"}),
    *pages("/portal/claims/{fresh}/withdraw/", CUSTOMER, {"reason": "small", "sure": "1"}),
    *pages("/portal/claims/{closed}/rate/", CUSTOMER, {"score": "5"}),
    *pages("/portal/claims/{offered}/messages/", CUSTOMER, {"text": "什么时候赔付？"}),
    # -- oneself
    page("GET", "/portal/me/", CUSTOMER),
    *pages("/portal/me/contacts/", CUSTOMER, {}),
    *pages("/portal/me/account/", CUSTOMER, {}),
    *pages("/portal/me/consents/", CUSTOMER, {}),
    *pages("/portal/person/", CUSTOMER, {}),
]
# fmt: on

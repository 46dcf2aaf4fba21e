"""Campaigns on the desk, and the pages of those who answer. Whoever has a link needs no sign-in; its key is nobody's record."""

from tests.matrix.rows import CUSTOMER, EVERYBODY, Row, page, pages

_SEE = "analyst supervisor administrator auditor"
_ANSWERS = "analyst supervisor auditor"
_RUN = "analyst administrator"

# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = [
    page("GET", "/desk/voice/campaigns/", _SEE),
    *pages("/desk/voice/campaigns/add/", _RUN, {}),
    page("GET", "/desk/voice/campaigns/ratings/", _ANSWERS),
    *pages("/desk/voice/campaigns/optout/", "call_taker supervisor", {"who": "nobody"}),
    # -- one campaign of our branch
    page("GET", "/desk/voice/campaigns/{campaign}/", _SEE),
    *pages("/desk/voice/campaigns/{campaign}/change/", _RUN, {}),
    *pages("/desk/voice/campaigns/{campaign}/list/", _RUN, {}),
    page("POST", "/desk/voice/campaigns/{campaign}/do/pause/", _RUN),
    page("GET", "/desk/voice/campaigns/{campaign}/invitations/", _SEE),
    page("GET", "/desk/voice/campaigns/{campaign}/answers/", _ANSWERS),
    page("GET", "/desk/voice/campaigns/{campaign}/answers/{response}/", _ANSWERS),
    page("POST", "/desk/voice/campaigns/{campaign}/answers/{response}/erase/", "analyst"),
    page("GET", "/desk/voice/campaigns/{open_campaign}/code/svg/", _SEE),
    # -- the portal
    *pages("/portal/me/questionnaires/", CUSTOMER, {"stop": "1"}),
    # -- whoever has the link
    *pages("/q/{open_key}/", EVERYBODY, {"elder": "0"}, public=True, personal=True, shared=True),
    *pages("/q/{open_key}/p/first/", EVERYBODY, {"speed": "4", "response": "abcdefgh23456789"}, public=True, personal=True, shared=True),
    page("GET", "/q/{open_key}/done/", EVERYBODY, public=True, shared=True),
    *pages("/q/{open_key}/stop/", EVERYBODY, {"contact": "13912345678"}, public=True, personal=True, shared=True),
]
# fmt: on

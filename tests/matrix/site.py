"""The entry page, the switches, stored files, and everybody's account pages."""

from tests.matrix.rows import EVERYBODY, NOBODY, Row, page, pages

# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = [
    page("GET", "/", EVERYBODY, public=True),
    page("POST", "/language/", EVERYBODY, {"language": "en"}, public=True, personal=True),
    page("POST", "/elder/", EVERYBODY, {"on": "1"}, public=True, personal=True),
    page("GET", "/files/{file}/", EVERYBODY),
    *pages("/account/login/", EVERYBODY, public=True, personal=True),
    *pages("/account/logout/", EVERYBODY, public=True, personal=True),
    page("GET", "/account/inactive/", EVERYBODY, public=True),
    *pages("/account/reauthenticate/", EVERYBODY, personal=True),
    *pages("/account/password/change/", EVERYBODY, personal=True),
    # What people do not do themselves here.
    *pages("/account/signup/", NOBODY, gone=True),
    *pages("/account/email/", NOBODY, gone=True),
    *pages("/account/password/set/", NOBODY, gone=True),
    *pages("/account/password/reset/", NOBODY, gone=True),
    page("GET", "/account/confirm-email/", NOBODY, gone=True),
    page("GET", "/account/password/reset/done/", NOBODY, gone=True),
    page("GET", "/account/login/code/confirm/", NOBODY, gone=True),
    page("GET", "/api/v1/openapi.json", EVERYBODY, public=True),
    page("GET", "/api/v1/no-such-address", NOBODY, gone=True),
    page("GET", "/api/v1/", NOBODY, gone=True),
    # The second factor.
    page("GET", "/account/two-factor/", EVERYBODY),
    *pages("/account/two-factor/authenticate/", EVERYBODY, public=True, personal=True),
    *pages("/account/two-factor/reauthenticate/", EVERYBODY, personal=True),
    *pages("/account/two-factor/totp/activate/", EVERYBODY, personal=True),
    *pages("/account/two-factor/totp/deactivate/", EVERYBODY, personal=True),
    page("GET", "/account/two-factor/recovery-codes/", EVERYBODY),
    *pages("/account/two-factor/recovery-codes/generate/", EVERYBODY, personal=True),
    page("GET", "/account/two-factor/recovery-codes/download/", EVERYBODY),
]
# fmt: on

# Pages of the account library that addresses of our own stand in front of: nobody gets to them.
UNREACHABLE = {
    "account/signup/",
    "account/email/",
    "account/password/set/",
    "account/password/reset/",
    "account/confirm-email/",
    r"account/confirm-email/(?P<key>[-:\w]+)/$",
    "account/login/code/confirm/",
    "account/password/reset/done/",
    "account/password/reset/key/done/",
    r"account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
}

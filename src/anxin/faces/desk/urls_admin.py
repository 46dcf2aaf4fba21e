"""Addresses of the registers and the administration."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.faces.desk.views_admin import (
    cases,
    customers,
    errands,
    imports,
    journal,
    overview,
    people,
    policies,
    products,
    search,
    tokens,
    unmaskings,
    webhooks,
)
from anxin.faces.desk.views_admin.rules import authority, calendar, editions, lists, prices, promises, thresholds

_LISTS = {"papers": "rules-papers", "checklists": "rules-checklists"}

_rules: list[URLPattern | URLResolver] = [
    path("admin/rules/", editions.families, name="rules"),
    path("admin/rules/redate/", editions.redate, name="redate"),
    path("admin/rules/promises/", promises.rules, name="rules-promises"),
    path("admin/rules/promises/add/", promises.add, name="rule-add"),
    path("admin/rules/authority/", authority.authority, name="rules-authority"),
    path("admin/rules/thresholds/", thresholds.thresholds, name="rules-thresholds"),
    path("admin/rules/prices/", prices.prices, name="rules-prices"),
    path("admin/rules/prices/prices.csv", prices.download, name="prices-download"),
    path("admin/rules/prices/file/", prices.upload, name="prices-upload"),
    path("admin/rules/prices/add/", prices.item, name="price-add"),
    path("admin/rules/calendar/", calendar.calendar, name="rules-calendar"),
    path("admin/rules/calendar/day/", calendar.override, name="calendar-override"),
    path("admin/rules/calendar/day/<str:day>/remove/", calendar.remove, name="calendar-remove"),
    path("admin/rules/calendar/refresh/", calendar.refresh, name="calendar-refresh"),
    path("admin/rules/calendar/hours/", calendar.hours, name="calendar-hours"),
    *(path(f"admin/rules/{family}/", lists.lists, {"family": family}, name=name) for family, name in _LISTS.items()),
    # Editions before the single entries: no entry of a family is called "history".
    path("admin/rules/<str:family>/history/", editions.history, name="editions"),
    path("admin/rules/<str:family>/history/<int:number>/", editions.one, name="edition"),
    path("admin/rules/<str:family>/history/<int:number>/again/", editions.again, name="edition-again"),
    path("admin/rules/promises/<str:rule_id>/", promises.one, name="rule"),
    path("admin/rules/promises/<str:rule_id>/drop/", promises.drop, name="rule-drop"),
    path("admin/rules/thresholds/<str:name>/", thresholds.one, name="threshold"),
    path("admin/rules/prices/<str:code>/", prices.item, name="price"),
    path("admin/rules/prices/<str:code>/drop/", prices.drop, name="price-drop"),
    *(
        path(f"admin/rules/{family}/<str:name>/{rest}", view, {"family": family}, name=f"{family}-{label}")
        for family in _LISTS
        for rest, view, label in (
            ("add/", lists.item, "add"),
            ("<str:code>/", lists.item, "item"),
            ("<str:code>/drop/", lists.drop, "drop"),
        )
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", search.search, name="search"),
    path("cases/", cases.cases, name="cases"),
    path("customers/", customers.customers, name="customers"),
    path("customers/add/", customers.add, name="customer-add"),
    path("customers/<str:public_id>/", customers.customer, name="customer"),
    path("customers/<str:public_id>/change/", customers.change, name="customer-change"),
    path("customers/<str:public_id>/reveal/", customers.reveal, name="customer-reveal"),
    path("customers/<str:public_id>/sign-in/", customers.sign_in, name="customer-sign-in"),
    path("customers/<str:public_id>/sign-in/end/", customers.end_sign_in, name="customer-sign-in-end"),
    path("customers/<str:public_id>/contacts/", customers.add_contact, name="customer-add-contact"),
    path("customers/<str:public_id>/contacts/<int:contact_id>/<str:do>/", customers.contact, name="customer-contact"),
    path("customers/<str:public_id>/consents/", customers.give_consent, name="customer-consent"),
    path(
        "customers/<str:public_id>/consents/<str:purpose>/withdraw/",
        customers.withdraw_consent,
        name="customer-withdraw",
    ),
    path("policies/", policies.policies, name="policies"),
    path("policies/<str:public_id>/", policies.policy, name="policy"),
    path("policies/<str:public_id>/policy.pdf", policies.pdf, name="policy-pdf"),
    path("policies/<str:public_id>/endorse/<str:kind>/", policies.endorse, name="policy-endorse"),
    path("policies/<str:public_id>/vehicles/<int:vehicle_id>/reveal/", policies.reveal, name="policy-reveal"),
    path("products/", products.products, name="products"),
    path("products/add/", products.add, name="product-add"),
    path("products/<str:code>/", products.product, name="product"),
    path("products/<str:code>/publish/", products.publish, name="product-publish"),
    path("products/<str:code>/stop/", products.stop, name="product-stop"),
    path("admin/", overview.overview, name="admin"),
    path("admin/people/", people.people, name="people"),
    path("admin/people/add/", people.add, name="person-add"),
    path("admin/people/roles/", people.roles, name="roles"),
    path("admin/people/<int:user_id>/", people.person, name="person"),
    path("admin/people/<int:user_id>/password/", people.password, name="person-password"),
    *_rules,
    path("admin/tokens/", tokens.tokens, name="tokens"),
    path("admin/tokens/issue/", tokens.issue, name="token-issue"),
    path("admin/tokens/<int:token_id>/", tokens.token, name="token"),
    path("admin/tokens/<int:token_id>/revoke/", tokens.revoke, name="token-revoke"),
    path("admin/webhooks/", webhooks.webhooks, name="webhooks"),
    path("admin/webhooks/add/", webhooks.add, name="webhook-add"),
    path("admin/webhooks/<str:public_id>/", webhooks.webhook, name="webhook"),
    path("admin/webhooks/<str:public_id>/<str:act>/", webhooks.do, name="webhook-do"),
    path("admin/imports/", imports.imports, name="imports"),
    path("admin/imports/add/", imports.add, name="import-add"),
    path("admin/errands/", errands.errands, name="errands"),
    path("admin/errands/<str:public_id>/", errands.errand, name="errand"),
    path("admin/journal/", journal.journal, name="journal"),
    path("admin/journal/deliveries/<int:delivery_id>/revive/", journal.revive_one, name="journal-revive"),
    path("admin/journal/checkpoint/", journal.checkpoint, name="journal-checkpoint"),
    path("admin/unmaskings/", unmaskings.unmaskings, name="unmaskings"),
]

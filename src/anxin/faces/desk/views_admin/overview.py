"""The door to the administration: each place with the one thing worth knowing about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from anxin.access.actors import Actor
from anxin.access.formats import day, moment
from anxin.access.models import ApiToken
from anxin.access.permissions import SEE_PEOPLE
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.permissions import SEE_ADMINISTRATION, SEE_UNMASKINGS
from anxin.faces.desk.views_admin.pages import who
from anxin.faces.desk.views_admin.people import visible
from anxin.faces.desk.views_admin.unmaskings import visible as unmaskings_visible
from anxin.faces.desk.views_admin.webhooks import stopped_webhooks
from anxin.journal.models import Checkpoint, Delivery
from anxin.registers.policies.models import ImportBatch
from anxin.registers.products.models import Product
from anxin.registers.products.permissions import SEE_PRODUCTS
from anxin.rulebook.models import RuleEdition
from anxin.rulebook.permissions import SEE_RULES


@require_GET
@staff(SEE_PEOPLE)
def overview(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    return render(request, "desk/admin/overview.html", {"places": _places(actor, now)})


def _places(actor: Actor, now: datetime) -> list[dict[str, str]]:
    places = [
        _place("users", "/desk/admin/people/", _("People"), _("Staff, roles, authority levels"), _people(actor)),
    ]
    if actor.may(SEE_RULES):
        places.append(
            _place("scale", "/desk/admin/rules/", _("Rules and standards"),
                   _("Promises, paper lists, authority, prices, calendar"), _rules())
        )  # fmt: skip
    if actor.may(SEE_PRODUCTS):
        many = Product.objects.visible_to(actor).current().count()
        places.append(
            _place("shield", "/desk/products/", _("Products"), _("What is sold, and under which terms"),
                   ngettext("%(number)d product", "%(number)d products", many) % {"number": many})
        )  # fmt: skip
    if actor.may(SEE_ADMINISTRATION):
        places += [
            _place(
                "key", "/desk/admin/tokens/", _("API tokens"), _("Keys of programs, cut to what they need"), _tokens()
            ),
            _place("webhook", "/desk/admin/webhooks/", _("Webhooks"), _("Who is told of events"), _webhooks(actor)),
            _place(
                "upload",
                "/desk/admin/imports/",
                _("Imports"),
                _("Customers, products and policies from files"),
                _imports(),
            ),
            _place("history", "/desk/admin/journal/", _("Journal"), _("Deliveries, chains, checkpoints"), _journal()),
        ]
    if actor.may(SEE_UNMASKINGS):
        many = unmaskings_visible(actor).filter(at__gte=now - timedelta(days=7)).count()
        places.append(
            _place("eye", "/desk/admin/unmaskings/", _("Unmaskings"), _("Who saw which personal number, and why"),
                   ngettext("%(number)d in the last 7 days", "%(number)d in the last 7 days", many) % {"number": many})
        )  # fmt: skip
    return places


def _place(icon: str, href: str, name: str, what: str, now: str) -> dict[str, str]:
    return {"icon": icon, "href": href, "name": name, "what": what, "now": now}


def _people(actor: Actor) -> str:
    many = visible(actor).filter(is_active=True).count()
    return ngettext("%(number)d person works here", "%(number)d people work here", many) % {"number": many}


def _rules() -> str:
    last = RuleEdition.objects.defer("body", "shipped").order_by("-pk").first()
    if last is None:
        return _("nothing is published")
    return _("last published %(day)s: %(family)s") % {
        "day": day(last.published_at),
        "family": last.get_family_display(),
    }


def _tokens() -> str:
    many = ApiToken.objects.filter(revoked_at=None).count()
    return ngettext("%(number)d token not revoked", "%(number)d tokens not revoked", many) % {"number": many}


def _webhooks(actor: Actor) -> str:
    many = stopped_webhooks(actor)
    return (
        ngettext("%(number)d has stopped", "%(number)d have stopped", many) % {"number": many}
        if many
        else _("none has stopped")
    )


def _imports() -> str:
    last = ImportBatch.objects.first()
    return _("last import %(at)s") % {"at": moment(last.imported_at)} if last else _("nothing was imported yet")


def _journal() -> str:
    dead = Delivery.objects.filter(state=Delivery.State.DEAD).count()
    if dead:
        return ngettext("%(number)d delivery gave up", "%(number)d deliveries gave up", dead) % {"number": dead}
    mark = Checkpoint.objects.order_by("-pk").first()
    return _("last checkpoint %(at)s") % {"at": moment(mark.made_at)} if mark else _("no checkpoint yet")

"""Staff: who works here, in which roles and with how much authority; what each role may do."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access import actions
from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.access.models import Branch, Department, User
from anxin.access.permissions import (
    MANAGE_PEOPLE,
    SEE_PEOPLE,
    STAFF_ROLES,
    Role,
    all_permissions,
    entry,
    permissions_of,
)
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.forms_admin.people import AddPerson, ChangePerson
from anxin.faces.desk.people import branches, department_choices
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window

# No 0/O, 1/l/I: it is read out or copied by hand once.
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def crumbs(user: User | None = None) -> list[tuple[str, str]]:
    way = [("/desk/admin/", _("Administration")), ("/desk/admin/people/", _("People"))]
    return [*way, (f"/desk/admin/people/{user.pk}/", str(user))] if user else way


def visible(actor: Actor) -> Any:
    """Staff of the branches this person may see; head office sees all."""
    rows = User.objects.filter(kind=User.Kind.STAFF)
    return rows if actor.branch_ids is None else rows.filter(branch__in=actor.branch_ids)


def _places(actor: Actor) -> list[tuple[str, str]]:
    return [(str(item.pk), str(item)) for item in branches(actor)]


@require_GET
@staff(SEE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    roles = [(role.value, role.label) for role in Role if role in STAFF_ROLES]
    filters = Filters(
        chips=[
            Chip.of(request, "branch", _("Branch"), [(str(item.pk), item.short) for item in branches(actor)]),
            Chip.of(request, "department", _("Department"), department_choices()),
            Chip.of(request, "role", _("Role"), roles),
            Chip.of(request, "standing", _("Standing"), [("active", _("Works here")), ("left", _("Has left"))]),
        ],
        text=request.GET.get("text", "").strip()[:60], text_label=_("Name or user name"),
    )  # fmt: skip
    rows = visible(actor).select_related("branch", "department").prefetch_related("grants")
    if filters.chosen("branch"):
        rows = rows.filter(branch=int(filters.chosen("branch")))
    if filters.chosen("department"):
        rows = rows.filter(department=filters.chosen("department"))
    if filters.chosen("role"):
        rows = rows.filter(grants__role=filters.chosen("role")).distinct()
    if filters.chosen("standing"):
        rows = rows.filter(is_active=filters.chosen("standing") == "active")
    if filters.text:
        rows = rows.filter(Q(username__icontains=filters.text) | Q(display_name__icontains=filters.text))
    found = window(rows, request, size=100)
    return list_page(
        request, heading=_("People"), filters=filters, window=found, crumbs=crumbs()[:1], tabs=_tabs("people"),
        acts=[Act("/desk/admin/people/add/", _("Add a person"), main=True)] if actor.may(MANAGE_PEOPLE) else [],
        nothing=_("Nobody here"),
        table=Table(
            _("People"),
            [
                (_("Name"), ""), (_("User name"), ""), (_("Branch"), ""), (_("Department"), ""), (_("Roles"), ""),
                (_("Authority level"), "num"), (_("Standing"), ""),
            ],
            [_row(user) for user in found.rows],
        ),
    )  # fmt: skip


def _row(user: User) -> Row:
    grants = list(user.grants.all())
    roles = _(", ").join(Role(grant.role).label for grant in sorted(grants, key=lambda grant: grant.role))
    if any(grant.branch_id is None for grant in grants):
        roles = _("%(roles)s, in every branch") % {"roles": roles}
    standing = (
        Cell(_("Works here"), tone="kept", icon="circle-check") if user.is_active
        else Cell(_("Has left"), tone="paused", icon="circle-minus")
    )  # fmt: skip
    return Row(
        [
            Cell(user.display_name, f"/desk/admin/people/{user.pk}/"), Cell(user.username),
            Cell(user.branch.short if user.branch else ""), Cell(str(user.department or "")), Cell(roles),
            num(str(user.authority_level)), standing,
        ],
        css="" if user.is_active else "is-off",
    )  # fmt: skip


def _tabs(here: str) -> list[tuple[str, str, bool]]:
    return [
        ("/desk/admin/people/", _("People"), here == "people"),
        ("/desk/admin/people/roles/", _("What each role may do"), here == "roles"),
    ]


@require_GET
@staff(SEE_PEOPLE)
def roles(request: HttpRequest) -> HttpResponse:
    """Every permission against every role, as the code registers them."""
    titles = [role for role in Role if role in STAFF_ROLES]
    rows = []
    for item in all_permissions():
        if not item.roles & STAFF_ROLES:
            continue
        marks = [Cell(_("yes"), tone="kept", icon="check") if role in item.roles else Cell("–") for role in titles]
        kind = _("changes") if item.writes else _("reads")
        rows.append(Row([Cell(str(item.title), small=item.name), Cell(kind), *marks]))
    heads = [(_("Permission"), ""), (_("Kind"), ""), *((role.label, "") for role in titles)]
    return list_page(
        request, heading=_("What each role may do"), crumbs=crumbs(), tabs=_tabs("roles"), nothing="",
        under=_("Roles are fixed; a person may hold several. An auditor reads everything and changes nothing."),
        table=Table(_("What each role may do"), heads, rows),
    )  # fmt: skip


def find(user_id: int, actor: Actor) -> User:
    found = visible(actor).filter(pk=user_id).select_related("branch", "department").prefetch_related("grants").first()
    if found is None:
        raise Missing(_("There is no such member of staff."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_PEOPLE)
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    actor, now = who(request)
    user = find(user_id, actor)
    grants = list(user.grants.all())
    held = frozenset(Role(grant.role) for grant in grants)
    may_manage = actor.may(MANAGE_PEOPLE)
    if request.method == "POST":
        actor.must(MANAGE_PEOPLE)
    form = ChangePerson(
        request.POST if request.method == "POST" else None, branches=_places(actor),
        may_everywhere=actor.branch_ids is None,
        initial={
            "display_name": user.display_name, "email": user.email, "phone": user.phone,
            "branch": str(user.branch_id or ""), "department": user.department_id or "",
            "authority_level": str(user.authority_level), "is_active": user.is_active,
            "everywhere": any(grant.branch_id is None for grant in grants), "roles": sorted(held),
        },
    )  # fmt: skip
    if request.method == "POST":

        def save(given: dict[str, Any]) -> User:
            return actions.change_person(
                user_id=user_id, roles=[Role(name) for name in given["roles"]],
                authority_level=int(given["authority_level"]), branch=Branch.objects.get(pk=given["branch"]),
                department=Department.objects.get(pk=given["department"]), everywhere=given.get("everywhere"),
                is_active=given["is_active"], display_name=given["display_name"], email=given["email"],
                phone=given["phone"], actor=actor, now=now,
            )  # fmt: skip

        if attempt(form, save) is not None:
            messages.success(request, _("Changed: %(name)s.") % {"name": form.cleaned_data["display_name"]})
            return redirect("desk:person", user_id=user_id)
    return render(
        request, "desk/admin/person.html",
        {
            "person": user, "crumbs": crumbs(), "form": form, "may_manage": may_manage,
            "facts": [
                (_("User name"), user.username, ""), (_("E-mail"), user.email, ""), (_("Phone"), user.phone, ""),
                (_("Branch"), str(user.branch or ""), ""), (_("Department"), str(user.department or ""), ""),
                (_("Roles"), _(", ").join(role.label for role in sorted(held)), ""),
                (_("Authority level"), str(user.authority_level), ""),
                (_("Standing"), _("Works here") if user.is_active else _("Has left"), ""),
            ],
            "allowed": [entry(name) for name in sorted(permissions_of(held))],
        },
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_PEOPLE, MANAGE_PEOPLE)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = AddPerson(
        request.POST if request.method == "POST" else None, branches=_places(actor),
        may_everywhere=actor.branch_ids is None, initial={"branch": str(actor.branch_id or "")},
    )  # fmt: skip
    if request.method == "POST":
        password = new_password()

        def save(given: dict[str, Any]) -> User:
            rest = {name: given[name] for name in ("username", "display_name", "email", "phone")}
            return actions.add_person(
                **rest, password=password, branch=Branch.objects.get(pk=given["branch"]),
                department=Department.objects.get(pk=given["department"]),
                roles=[Role(name) for name in given["roles"]], authority_level=int(given["authority_level"]),
                everywhere=bool(given.get("everywhere")), actor=actor, now=now,
            )  # fmt: skip

        user = attempt(form, save)
        if user is not None:
            return show_password(request, user, password, crumbs(user), f"/desk/admin/people/{user.pk}/")
    page = FormPage(_("Add a person"), _("Add"), "/desk/admin/people/", crumbs())
    return page.show(request, form)


@require_POST
@staff(SEE_PEOPLE, MANAGE_PEOPLE)
def password(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new password for someone who lost theirs, shown once."""
    actor, now = who(request)
    user = find(user_id, actor)
    made = new_password()
    actions.give_new_password(user_id=user.pk, password=made, actor=actor, now=now)
    return show_password(request, user, made, crumbs(user), f"/desk/admin/people/{user.pk}/")


def new_password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _place in range(5)) for _group in range(3))


def show_password(
    request: HttpRequest, user: User, made: str, way: list[tuple[str, str]], back: str, *, name: str = ""
) -> HttpResponse:
    """Not a redirect: the password must stand in no address, no session and no log."""
    answer = render(
        request, "desk/admin/secret.html",
        {
            "crumbs": way, "heading": _("Password of %(name)s") % {"name": name or user.display_name}, "secret": made,
            "say": _("Shown this once. Hand it over in person; at the first sign-in another one is asked for."),
            "facts": [(_("User name"), user.username, "")], "back": back,
        },
    )  # fmt: skip
    add_never_cache_headers(answer)
    return answer

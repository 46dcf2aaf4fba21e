"""`anxin staff`: the first administrator of an insurer that starts without the sample, and a way back in."""

from __future__ import annotations

from typing import Annotated

import typer

from anxin.faces.cli.output import django, fail, say

app = typer.Typer(help="Add the first administrator; set a password anew.", no_args_is_help=True)

Password = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when left out.")
]


@app.command("add-admin")
def add_admin(
    username: str,
    name: Annotated[str, typer.Option(help="The name colleagues see.")],
    password: Password,
    branch: Annotated[
        str, typer.Option(help="Code of the branch; made as the head office if there is none yet.")
    ] = "HQ",
    branch_name: Annotated[str, typer.Option(help="Name of a branch that has to be made.")] = "总公司",
) -> None:
    """Add an administrator who sees every branch. Lays the departments, and a head office if there is no branch."""
    django()
    from anxin.access import actions, clock
    from anxin.access.actors import system
    from anxin.access.models import Branch, Department
    from anxin.access.permissions import Role

    _check_password(password)
    now = clock.now()
    actions.lay_departments()
    place = Branch.objects.filter(code=branch).first()
    if place is None:
        if Branch.objects.exists():
            codes = ", ".join(Branch.objects.values_list("code", flat=True))
            fail(f"There is no branch {branch}. Choose one of: {codes}")
        place = actions.add_branch(
            code=branch, name_zh=branch_name, name_en="Head Office", short_zh=branch_name[:4], short_en=branch,
            is_head_office=True, actor=system(), now=now,
        )  # fmt: skip
    actions.add_person(
        username=username, display_name=name, password=password, branch=place,
        department=Department.objects.get(pk="administration"), roles=[Role.ADMINISTRATOR], authority_level=0,
        everywhere=True, password_is_theirs=True, actor=system(), now=now,
    )  # fmt: skip
    say(f"{username} may sign in and add the others.")


@app.command("password")
def set_password(username: str, password: Password) -> None:
    """Set a member of staff's password anew, to be changed when they next sign in, and end their sessions."""
    django()
    from anxin.access import actions, clock
    from anxin.access.actors import system
    from anxin.access.models import User

    _check_password(password)
    user = User.objects.filter(username=username, kind=User.Kind.STAFF).first()
    if user is None:
        fail(f"There is no member of staff with the user name {username}.")
    actions.give_new_password(user_id=user.pk, password=password, actor=system(), now=clock.now())
    say(f"The password of {username} is set; they choose another at the next sign-in.")


def _check_password(password: str) -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.utils import translation

    try:
        with translation.override("en"):
            validate_password(password)
    except ValidationError as error:
        fail(*error.messages)

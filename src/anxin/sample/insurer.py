"""Branches, departments and the eighty people of the sample insurer."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password

from anxin.access.models import Branch, Department, RoleGrant, User
from anxin.access.permissions import Role
from anxin.sample.names import person_name

DEPARTMENTS = (
    ("call_centre", "客服中心", "Contact centre"),
    ("survey", "查勘部", "Survey"),
    ("assessment", "定损部", "Loss assessment"),
    ("adjudication", "核赔部", "Adjudication"),
    ("calculation", "理算部", "Claim calculation"),
    ("finance", "财务部", "Finance"),
    ("administration", "管理部", "Administration"),
    ("audit", "审计部", "Audit"),
)

# code, short zh, short en, province letter for number plates, address, phone
BRANCHES = (
    ("1100", "总公司", "Head office", "京A", "北京市西城区金融大街示例路1号", "010-5550 0100"),
    ("3205", "苏州", "Suzhou", "苏E", "苏州市工业园区示例路28号", "0512-5550 0120"),
    ("3201", "南京", "Nanjing", "苏A", "南京市建邺区示例路6号", "025-5550 0130"),
    ("3202", "无锡", "Wuxi", "苏B", "无锡市梁溪区示例路9号", "0510-5550 0140"),
    ("3100", "上海", "Shanghai", "沪A", "上海市静安区示例路66号", "021-5550 0150"),
    ("3301", "杭州", "Hangzhou", "浙A", "杭州市西湖区示例路15号", "0571-5550 0160"),
    ("3302", "宁波", "Ningbo", "浙B", "宁波市鄞州区示例路8号", "0574-5550 0170"),
    ("3401", "合肥", "Hefei", "皖A", "合肥市蜀山区示例路19号", "0551-5550 0180"),
    ("3501", "福州", "Fuzhou", "闽A", "福州市鼓楼区示例路5号", "0591-5550 0190"),
    ("3701", "济南", "Jinan", "鲁A", "济南市历下区示例路33号", "0531-5550 0200"),
    ("4201", "武汉", "Wuhan", "鄂A", "武汉市江汉区示例路12号", "027-5550 0210"),
    ("5101", "成都", "Chengdu", "川A", "成都市锦江区示例路77号", "028-5550 0220"),
)

# The people of the Suzhou branch and head office that the stories and the demo accounts name:
# username, name, branch, department, roles, authority level, everywhere
NAMED = (
    ("heting", "何婷", "3205", "call_centre", (Role.CALL_TAKER,), 0, False),
    ("zhouhaifeng", "周海峰", "3205", "survey", (Role.SURVEYOR,), 0, False),
    ("wujianguo", "吴建国", "3205", "assessment", (Role.ASSESSOR,), 0, False),
    ("linxue", "林雪", "3205", "assessment", (Role.ASSESSOR,), 0, False),
    ("shenmin", "沈敏", "3205", "adjudication", (Role.ADJUDICATOR,), 2, False),
    ("fangqi", "方琪", "3205", "adjudication", (Role.ADJUDICATOR,), 3, False),
    ("zhengkai", "郑凯", "3205", "calculation", (Role.FINANCE,), 3, False),
    ("qianyun", "钱云", "3205", "finance", (Role.FINANCE,), 3, False),
    ("luyan", "陆岩", "3205", "administration", (Role.SUPERVISOR,), 4, False),
    ("xujing", "许静", "1100", "adjudication", (Role.ADJUDICATOR,), 5, True),
    ("tangwei", "唐伟", "1100", "administration", (Role.SUPERVISOR,), 5, True),
    ("ruanqing", "阮青", "1100", "administration", (Role.ANALYST,), 0, True),
    ("guanli", "管立", "1100", "administration", (Role.ADMINISTRATOR,), 0, True),
    ("shenji", "沈纪", "1100", "audit", (Role.AUDITOR,), 0, True),
)

# Who works in an ordinary branch: department, role, authority level
CREW = (
    ("call_centre", Role.CALL_TAKER, 0),
    ("survey", Role.SURVEYOR, 0),
    ("assessment", Role.ASSESSOR, 0),
    ("assessment", Role.ASSESSOR, 0),
    ("adjudication", Role.ADJUDICATOR, 3),
    ("finance", Role.FINANCE, 3),
)
STAFF = 80


@dataclass(slots=True)
class Insurer:
    """What was built, by the codes the other parts of the sample look things up with."""

    branches: dict[str, Branch] = field(default_factory=dict)
    plates: dict[str, str] = field(default_factory=dict)
    staff: dict[str, User] = field(default_factory=dict)
    crews: dict[tuple[int, str], list[User]] = field(default_factory=dict)

    def crew(self, branch: Branch, department: str) -> list[User]:
        """Who works there; a branch without such a department is served by head office, then by Suzhou."""
        for place in (branch, self.branches["1100"], self.branches["3205"]):
            people = self.crews.get((place.pk, department))
            if people:
                return people
        raise LookupError(f"nobody works in {department}")


def build_insurer(rng: random.Random, *, password: str, now: datetime) -> Insurer:
    """Departments, 12 branches and 80 people; those in `NAMED` can sign in with `password`."""
    insurer = Insurer()
    Department.objects.bulk_create(
        Department(code=code, name_zh=zh, name_en=en, position=position)
        for position, (code, zh, en) in enumerate(DEPARTMENTS)
    )
    for code, zh, en, plate, address, phone in BRANCHES:
        head = code == "1100"
        insurer.branches[code] = Branch.objects.create(
            code=code,
            name_zh="CPA保险总公司" if head else f"CPA保险{zh}分公司",
            name_en="CPA Insurance head office" if head else f"CPA Insurance {en}",
            short_zh=zh, short_en=en, address=address, phone=phone, is_head_office=head,
        )  # fmt: skip
        insurer.plates[code] = plate
    _build_staff(insurer, rng, password)
    return insurer


def _build_staff(insurer: Insurer, rng: random.Random, password: str) -> None:
    # One hash serves all demo accounts: hashing on purpose takes long, and they share the password anyway.
    known = make_password(password)
    people: list[tuple[User, tuple[Role, ...], bool]] = []
    for username, name, branch, department, roles, level, everywhere in NAMED:
        people.append((_person(username, name, insurer.branches[branch], department, level, known), roles, everywhere))
    ordinary = [code for code, *_ in BRANCHES if code not in ("1100", "3205")]
    taken = {user.username for user, _, _ in people}
    for code in ordinary:
        for department, role, level in CREW:
            people.append((_ordinary(rng, insurer, code, department, level, taken), (role,), False))
    # The rest strengthen the busiest places: a second surveyor, then call takers, by size of branch.
    extra = [("3205", "call_centre", Role.CALL_TAKER, 0), ("3205", "survey", Role.SURVEYOR, 0)]
    extra += [("3205", "assessment", Role.ASSESSOR, 0), ("1100", "finance", Role.FINANCE, 5)]
    extra += [(code, "survey", Role.SURVEYOR, 0) for code in ("3100", "3301", "4201")]
    for code, department, role, level in extra[: STAFF - len(people)]:
        people.append((_ordinary(rng, insurer, code, department, level, taken), (role,), False))
    User.objects.bulk_create(user for user, _, _ in people)
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=role.value, branch=None if everywhere else user.branch)
        for user, roles, everywhere in people
        for role in roles
    )
    for user, _, _ in people:
        insurer.staff[user.username] = user
        assert user.branch is not None
        assert user.department_id is not None
        insurer.crews.setdefault((user.branch.pk, user.department_id), []).append(user)


def _ordinary(
    rng: random.Random, insurer: Insurer, code: str, department: str, level: int, taken: set[str]
) -> User:  # fmt: skip
    number = 1
    while f"{department}-{code}-{number}" in taken:
        number += 1
    username = f"{department}-{code}-{number}"
    taken.add(username)
    # "!" is Django's mark for "cannot sign in": only the named people have a password.
    return _person(username, person_name(rng), insurer.branches[code], department, level, "!sample")


def _person(username: str, name: str, branch: Branch, department: str, level: int, password: str) -> User:
    return User(
        username=username, display_name=name, branch=branch, department_id=department, authority_level=level,
        password=password, kind=User.Kind.STAFF,
    )  # fmt: skip

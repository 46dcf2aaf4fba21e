import re
from concurrent.futures import ThreadPoolExecutor

from anxin.access.permissions import Role
from anxin.registers.policies.document import policy_pdf
from anxin.registers.policies.models import Policy
from anxin.registers.policies.queries import with_terms
from anxin.registers.tests.pdf_text import text_of
from anxin.registers.tests.world import LI_ID, NOW


def words(world, actor, language, policy=None) -> str:
    found = with_terms(Policy.objects.all()).get(pk=(policy or world.motor).pk)
    return re.sub(r"\s", "", text_of(policy_pdf(found, language=language, actor=actor, now=NOW)))


def test_a_customer_reads_their_own_policy_whole(world) -> None:
    text = words(world, world.sign_in(world.li), "zh-hans")
    for part in (
        "PDAA2024-3205-018846", "李明", LI_ID, "苏E·7K38Q", "LSVAM414R21844617", "¥4,123.45", "机动车损失险", "¥2,000,000.00",
        "第九条（二）饮酒驾驶", "2024-10-1800:00", "2025-10-1724:00", "苏州分公司", "大众朗逸",
    ):  # fmt: skip
        assert part in text, part


def test_staff_get_it_masked(world) -> None:
    text = words(world, world.staff(Role.CALL_TAKER, world.suzhou), "zh-hans")
    assert "李*" in text
    assert "苏E·7K3**" in text
    for part in ("李明", LI_ID, "苏E·7K38Q", "LSVAM414R21844617"):
        assert part not in text


def test_in_english(world) -> None:
    text = words(world, world.sign_in(world.li), "en")
    for part in (
        "LiMing",
        "Third-partyliability",
        "Article9(2)Drivingafterdrinking",
        "VolkswagenLavida",
        "Suzhoubranch",
    ):
        assert part in text, part
    assert not re.search(r"[\u4e00-\u9fff]", text.replace("苏E", ""))


def test_a_home_policy_names_its_address(world) -> None:
    text = words(world, world.sign_in(world.zhang), "zh-hans", world.home)
    assert "南京市鼓楼区中山北路8号" in text
    assert "89.5m²" in text


def test_what_is_typed_is_never_markup(world) -> None:
    world.li.name = '#panic("x") *b* $y$ [z]'
    world.li.save()
    assert '#panic("x")*b*$y$[z]' in words(world, world.sign_in(world.li), "zh-hans")


def test_two_at_once(world) -> None:
    actor = world.sign_in(world.li)
    found = with_terms(Policy.objects.all()).get(pk=world.motor.pk)
    made = policy_pdf(found, language="en", actor=actor, now=NOW)
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(policy_pdf, found, language="en", actor=actor, now=NOW) for _ in range(8)]
        assert {job.result() for job in jobs} == {made}

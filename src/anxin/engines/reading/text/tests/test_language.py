import pytest

from anxin.engines.reading.text import Language, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("理赔太慢了", Language.CHINESE),
        ("理賠太慢了，等了兩個月", Language.CHINESE),
        ("APP闪退", Language.CHINESE),
        ("我用iPhone15打开你们的APP就报错", Language.CHINESE),
        ("The claim took two months", Language.ENGLISH),
        ("slow claims", Language.ENGLISH),
        ("Premium paid to 平安", Language.ENGLISH),
        ("很满意 but the hotline is always busy 希望改进 thanks", Language.MIXED),
        ("Je voudrais savoir pourquoi mon dossier n'est pas traité", Language.OTHER),
        ("Die Bearbeitung hat sehr lange gedauert und niemand hat sich gemeldet", Language.OTHER),
        ("El servicio es muy malo y no me pagan", Language.OTHER),
        ("保険金の支払いが遅いです", Language.OTHER),
        ("보험금이 너무 늦어요", Language.OTHER),
        ("Очень долго ждал выплату", Language.OTHER),
        ("المطالبة بطيئة جدا", Language.OTHER),
        ("", Language.NONE),
        ("   \n", Language.NONE),
        ("😀👍", Language.NONE),
        ("12345 67.8%", Language.NONE),
        ("！？……", Language.NONE),
    ],
)
def test_tells_languages(text: str, language: Language) -> None:
    assert language_of(text) is language


def test_only_the_beginning_counts() -> None:
    assert language_of("理赔太慢" * 1000 + " waiting for the claim" * 10_000) is Language.CHINESE

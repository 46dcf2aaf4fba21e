"""No English on a Chinese page: whatever is marked for translation is translated, once and the same everywhere."""

from anxin.site import messages


def test_every_marked_text_is_in_chinese() -> None:
    lacking = [
        f"{place.path.relative_to(messages.PACKAGE)}:{place.line}: {place.text.source}" for place in messages.missing()
    ]
    assert lacking == []


def test_no_text_has_two_translations() -> None:
    assert messages.conflicts() == []


def test_placeholders_survive_translation() -> None:
    def placeholders(text: str) -> set[str]:
        return set(messages.PLACEHOLDER.findall(text))

    lost = [
        (text.source, forms)
        for text, places in messages.translations("zh_Hans").items()
        for forms in places.values()
        if not placeholders(forms[0]) <= placeholders(text.source)
    ]
    assert lost == []


def test_catalogues_are_compiled(tmp_path) -> None:
    folder = tmp_path / "room/locale/zh_Hans/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "claim"\nmsgstr "理赔"\n', "utf-8")
    assert messages.compile_all(tmp_path) == [folder / "django.mo"]
    assert messages.compile_all(tmp_path) == []  # nothing newer
    assert "理赔".encode() in (folder / "django.mo").read_bytes()

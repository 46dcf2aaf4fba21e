"""What a file is, by its bytes."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from anxin.access.errors import Invalid
from anxin.papers import content
from anxin.papers.content import examine


def picture(kind: str, size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, kind)
    return out.getvalue()


PDF = (
    b"%PDF-1.7\n1 0 obj <</Type /Pages /Kids [2 0 R 3 0 R]>>\n2 0 obj <</Type /Page>>\n3 0 obj <</Type/Page >>\n%%EOF\n"
)


@pytest.mark.parametrize(("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_pictures_are_known_whatever_they_are_called(kind, mime) -> None:
    assert examine(picture(kind), name="我的.pdf").content_type == mime


def test_a_pdf_has_its_pages() -> None:
    found = examine(PDF)
    assert (found.content_type, found.pages) == ("application/pdf", 2)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"MZ\x90\x00" + b"\0" * 60,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
        picture("JPEG", (400, 300))[:2_000],
        picture("PNG")[:300],
        b"\xff\xd8\xff\xe0 not a picture",
        PDF.replace(b"%%EOF", b""),
        PDF.replace(b"%%EOF", b"/Encrypt 9 0 R %%EOF"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(bad) -> None:
    with pytest.raises(Invalid) as refused:
        examine(bad, name="照片.jpg")
    assert "照片.jpg" in refused.value.fields["files"]


def test_sizes_have_a_limit(monkeypatch) -> None:
    with pytest.raises(Invalid):
        examine(b"\xff\xd8\xff" + b"\0" * content.MAX_BYTES)
    monkeypatch.setattr(content, "MAX_PIXELS", 1_000)
    with pytest.raises(Invalid):
        examine(picture("PNG"))

from __future__ import annotations

import threading
from pathlib import Path

from anxin.engines.typesetting import pdf, pdf_and_notes


def test_the_same_data_give_the_same_document_from_any_thread(tmp_path: Path) -> None:
    template = tmp_path / "page.typ"
    template.write_text('#let d = json(bytes(sys.inputs.data))\n#set text(font: "Noto Sans SC")\n#d.words\n', "utf-8")
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(pdf(template, {"words": "保险"}, timestamp=1_700_000_000)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert made[0].startswith(b"%PDF-")
    assert pdf(template, {"words": "理赔"}, timestamp=1_700_000_000) != made[0]


def test_notes_are_those_of_the_document_just_set(tmp_path: Path) -> None:
    template = tmp_path / "page.typ"
    template.write_text(
        "#let d = json(bytes(sys.inputs.data))\n"
        '#set page(margin: 20mm)\n#set text(font: "Noto Sans SC")\n'
        "#for word in d.words { word; context [#metadata((word, here().position().x.mm()))<seen>]; pagebreak(weak: true) }\n",
        "utf-8",
    )
    for words in (["保险"], ["a", "b"]):
        made, notes = pdf_and_notes(template, {"words": words}, "seen", timestamp=1_700_000_000)
        assert made.startswith(b"%PDF-")
        assert [(word, round(x, 6)) for word, x in notes] == [(word, 20.0) for word in words]

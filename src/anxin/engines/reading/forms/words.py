"""The words that the engine itself prints on a form, by the form's language."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "how": "填写方法",
        "mark": "请用深色笔在方框内打叉或打勾",
        "correct": "选错时请将该框完全涂黑，再标记正确的一项",
        "keep": "请勿在四角图案和右上角二维码上书写或折叠",
        "several": "（可多选）",
        "at_most": "（最多选 {most} 项）",
        "serial": "编号",
    },
    "en": {
        "how": "How to answer",
        "mark": "Put a cross or a tick into the box with a dark pen",
        "correct": "Wrong box? Fill it completely, then mark the right one",
        "keep": "Please keep the four corner marks and the code at the top right clear and flat",
        "several": "(choose all that apply)",
        "at_most": "(choose at most {most})",
        "serial": "No.",
    },
}

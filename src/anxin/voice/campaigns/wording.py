"""What an invitation says, in both languages. Every message has the way to refuse all further ones (PIPL art. 24, 47)."""

from __future__ import annotations

from django.conf import settings

from anxin.voice.campaigns.links import personal_link, stop_link
from anxin.voice.campaigns.models import Invitation

_INVITE = {
    "zh": "【{insurer}】想听听您的意见：{title}。请点击 {link} 作答，{days}天内有效。不想再收到问卷：{stop}",
    "en": "[{insurer}] We would like to hear from you: {title}. Please answer at {link} within {days} days. No more "
    "questionnaires: {stop}",
}
_REMIND = {
    "zh": "【{insurer}】提醒：{title} 还在等您的意见。请点击 {link}，{days}天内有效；开了头的会接着来。不想再收到问卷：{stop}",
    "en": "[{insurer}] A reminder: {title} still waits for your answer at {link}, for {days} more days; what you began is "
    "kept. No more questionnaires: {stop}",
}


def invitation_words(invitation: Invitation, title: str, days: int) -> str:
    """`title` is the questionnaire's in the invitation's language; `days` how long the link is good."""
    wording = _REMIND if invitation.reminders_sent else _INVITE
    language = invitation.language if invitation.language in wording else "zh"
    insurer = settings.INSURER_NAME_EN if language == "en" else settings.INSURER_NAME_ZH
    return wording[language].format(
        insurer=insurer, title=title, link=personal_link(invitation), days=max(1, days), stop=stop_link(invitation)
    )

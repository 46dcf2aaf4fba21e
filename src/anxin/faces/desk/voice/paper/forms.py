"""Forms of paper questionnaires."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.access.actors import Actor
from anxin.faces.desk.forms_admin.base import Sheet
from anxin.voice.campaigns.models import Campaign
from anxin.voice.questionnaires.models import Version

LANGUAGES = (("zh", _("Chinese")), ("en", _("English")))


def campaigns_for(actor: Actor) -> Any:
    """Campaigns that may be printed now."""
    running = Campaign.objects.visible_to(actor).filter(state__in=[Campaign.State.RUNNING, Campaign.State.PAUSED])
    return running.exclude(version__state=Version.State.DRAFT).select_related("version__questionnaire")


class PrintSheet(Sheet):
    campaign = forms.ChoiceField(label=_("Campaign"))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    personal = forms.ChoiceField(
        label=_("For whom"),
        choices=(("", _("Anonymous: anybody may fill one in")), ("1", _("Personal: one for each invitation on paper"))),
        required=False,
        help_text=_("A personal copy is tied to its invitation by a code; no name is printed on it."),
    )
    copies = forms.IntegerField(
        label=_("Copies"), min_value=1, initial=20,
        help_text=_("Each has its own number. Print more rather than photocopy: copies of a copy count once."),
    )  # fmt: skip
    whole = frozenset({"campaign"})

    def __init__(self, *args: Any, actor: Actor, **more: Any):
        super().__init__(*args, **more)
        self.fields["campaign"].choices = [(row.public_id, str(row)) for row in campaigns_for(actor)]  # type: ignore[attr-defined]


class InviteSheet(Sheet):
    campaign = forms.ChoiceField(label=_("Campaign"))
    whole = frozenset({"campaign"})

    def __init__(self, *args: Any, actor: Actor, **more: Any):
        super().__init__(*args, **more)
        asking = campaigns_for(actor).exclude(occasion=Campaign.Occasion.OPEN).exclude(is_anonymous=True)
        self.fields["campaign"].choices = [(row.public_id, str(row)) for row in asking if row.audience]  # type: ignore[attr-defined]


class ManyFiles(forms.FileField):
    """Several files in one box."""

    def __init__(self, **options: Any):
        super().__init__(
            widget=_ManyInput(attrs={"accept": "image/*,.pdf,.tif,.tiff,.zip,application/pdf", "multiple": True}),
            allow_empty_file=True,
            **options,
        )

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(ManyFiles, self).clean(one, initial) for one in given] or [super().clean(None, initial)]


class _ManyInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class SendSheet(Sheet):
    upload = ManyFiles(
        label=_("Files"),
        help_text=_("Photographs, scans, PDF or TIFF of many pages, or a zip. In any order and any way up."),
    )
    whole = frozenset({"upload"})
    aliases = {"files": "upload"}


class NameSheet(Sheet):
    serial = forms.CharField(
        label=_("Form number"), max_length=16,
        help_text=_("At the foot of the page, such as 0012-0034."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    number = forms.IntegerField(
        label=_("Page"), min_value=1, help_text=_("At the foot on the right, before the slash.")
    )

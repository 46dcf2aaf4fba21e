"""The room's own campaign, answers and people."""

from anxin.voice.comments.tests.conftest import (  # noqa: F401 - fixtures
    analyst,
    analyst_elsewhere,
    analyst_user,
    campaign,
    comment,
    no_remembered_models,
    respond,
)

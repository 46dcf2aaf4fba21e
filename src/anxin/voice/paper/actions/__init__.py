"""The only writers of what is printed and read back."""

from anxin.voice.paper.actions.checking import check_form, hold, leave_form, set_aside, take_as_it_is
from anxin.voice.paper.actions.naming import name_page
from anxin.voice.paper.actions.printing import ask_print, invite_on_paper
from anxin.voice.paper.actions.sending import erase, send_files

__all__ = [
    "ask_print",
    "check_form",
    "erase",
    "hold",
    "invite_on_paper",
    "leave_form",
    "name_page",
    "send_files",
    "set_aside",
    "take_as_it_is",
]

from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import STAFF_ROLES, Role, register

SEE_CASES = register("journal.see_cases", _("See cases and their history"), roles=STAFF_ROLES, writes=False)
NOTE = register("journal.note", _("Write a note on a case"), roles=STAFF_ROLES - {Role.AUDITOR})
HAND_OVER = register(
    "journal.hand_over", _("Hand a case over to another person or department"), roles=STAFF_ROLES - {Role.AUDITOR}
)
EXTEND_PROMISE = register(
    "journal.extend_promise", _("Extend a time limit where the law allows it"), roles={Role.SUPERVISOR}
)
SUPERVISE = register(
    "journal.supervise", _("Watch promises of a whole branch"), writes=False,
    roles={Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
VERIFY = register("journal.verify", _("Check the chains"), roles={Role.ADMINISTRATOR, Role.AUDITOR}, writes=False)
ERASE_TEXT = register("journal.erase_text", _("Erase the words of an entry"), roles={Role.ADMINISTRATOR})
OPERATE = register("journal.operate", _("See and revive failed deliveries"), roles={Role.ADMINISTRATOR})

from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

ERASE = register("papers.erase", _("Erase an uploaded file for good"), roles={Role.ADMINISTRATOR})

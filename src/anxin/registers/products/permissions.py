from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import STAFF_ROLES, Role, register

SEE_PRODUCTS = register("products.see", _("See products and their terms"), roles=STAFF_ROLES, writes=False)
MANAGE_PRODUCTS = register("products.manage", _("Add products and publish new versions"), roles={Role.ADMINISTRATOR})

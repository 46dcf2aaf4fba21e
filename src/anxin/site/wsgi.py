"""The WSGI application granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.site.settings")
application = get_wsgi_application()

# What is loaded by now stays until the end: collecting garbage looks at what requests make only, and less often.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)

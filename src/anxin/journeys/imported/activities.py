"""What can happen to an imported case: one activity, whose data names what the log called it."""

from anxin.journal.activities import register

# Any data: which attributes a log keeps is chosen at import. The title is the log's own word for the activity.
IMPORTED_EVENT = register("imported.event", "%(activity)s", fields=None)

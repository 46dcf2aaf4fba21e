"""What the lake keeps of a claim: the facts by which cycle times are compared, and what came of it."""

from anxin.journal.lake.facts import keep, keep_amount
from anxin.journeys.claims import activities as done

keep(done.NOTIFIED, "type", "cause", *done.SCOPE)
keep(done.OPENED, *done.SCOPE)
keep(done.CLOSED, "outcome")
keep_amount(done.CLOSED, "paid")
keep_amount(done.RATED, "score")

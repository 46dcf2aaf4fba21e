"""What the appraisal engine cannot work with."""


class AppraisalError(ValueError):
    """The numbers given cannot be judged; the message names the field and the unit."""

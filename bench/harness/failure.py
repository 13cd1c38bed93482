"""What ends a run."""


class Failure(Exception):
    """Something could not be measured; the message says what."""

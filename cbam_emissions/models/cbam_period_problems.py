from typing import NamedTuple


class Problem(NamedTuple):
    """Something to mend or to know before a period is closed; ``record`` is where that is done."""

    severity: str
    kind: str
    message: str
    record: object = None


class Problems(list):
    """What was found to be missing or odd while a period was gathered."""

    def block(self, kind, message, record=None):
        """Without this the book cannot be closed."""
        self.append(Problem("blocking", kind, message, record))

    def warn(self, kind, message, record=None):
        """The book closes; the verifier will want to know."""
        self.append(Problem("warning", kind, message, record))

    @property
    def blocking(self):
        """Only those that keep the period from closing."""
        return [problem for problem in self if problem.severity == "blocking"]

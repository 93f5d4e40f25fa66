"""Long commands with progress; their failures as one clear sentence."""

import contextlib
import fcntl
import re
import shutil
import subprocess
import time

from . import settings

FULL = "The disk that holds {work} is full: free some space and call again."
NO_NETWORK = "The download failed: is this machine connected to the network? What was fetched is kept; call again."
FOREIGN = "{work} has files of another user: call as that user, or remove the folder as root."
SENTENCES = (
    (r"No space left on device|Disk quota exceeded", FULL),
    (
        r"Could not resolve|Temporary failure (resolving|in name resolution)|Network is unreachable|Failed to fetch"
        r"|Could not connect|Unable to connect|NewConnectionError|NameResolutionError|Max retries exceeded"
        r"|Connection (timed out|refused|reset)|ReadTimeoutError|No address associated|[Tt]imed out",
        NO_NETWORK,
    ),
    (r"Permission denied", FOREIGN),
)
# bytes; a program that finds less often dies without being able to say so
LITTLE = 20e6


class Problem(Exception):
    """A failure whose text is one sentence for the user."""


def disk_is_full():
    """Is there next to no room left where everything is made?"""
    return settings.WORK.exists() and shutil.disk_usage(settings.WORK).free < LITTLE


def explain(text):
    """The sentence for a well-known cause of a failure, found in a program's output or on the disk; else None."""
    sentences = [FULL] if disk_is_full() else [found for pattern, found in SENTENCES if re.search(pattern, text)]
    return sentences[0].format(work=settings.WORK) if sentences else None


def tail(path, lines=15):
    """The last lines of a text file."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def announce(text):
    """Prints a line at once, also when the output goes to a file or a pipe."""
    print(text, flush=True)


class Progress:
    """Shows every now and then that a long step still lives."""

    INTERVAL = 15

    def __init__(self, name):
        self.name = name
        self.started = self.shown = time.monotonic()

    def show(self, text):
        """Prints ``text`` unless something was printed a moment ago."""
        now = time.monotonic()
        if now - self.shown > self.INTERVAL:
            self.shown = now
            announce(f"  {self.name}, {now - self.started:.0f} s: {text.strip()[-90:]}")


def run_step(title, command, **options):
    """Runs ``command`` with its output in a log file; raises Problem when it fails.

    ``options`` go to :class:`subprocess.Popen`.
    """
    settings.LOGS.mkdir(parents=True, exist_ok=True)
    log = settings.LOGS / (re.sub(r"\W+", "-", title.lower()).strip("-") + ".log")
    progress = Progress(title)
    announce(f"{title} …")
    with log.open("w") as output, child(command, stdout=output, stderr=output, **options) as process:
        while process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1)
            progress.show(tail(log, 1))
    if process.returncode:
        text = log.read_text(errors="replace")
        raise Problem(explain(text) or f"{title}: failed, see {log}. Its last lines:\n{tail(log)}")


CHILDREN = set()


@contextlib.contextmanager
def child(command, **options):
    """A process that does not outlive the block."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    CHILDREN.add(process)
    try:
        yield process
        process.wait()
    finally:
        stop(process)
        CHILDREN.discard(process)


def stop(process, patience=10):
    """Ends a process that still runs: first politely, then not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def stop_children():
    """Ends what other threads have started, so that an interrupted command ends at once."""
    for process in list(CHILDREN):
        stop(process)


@contextlib.contextmanager
def locked(name, shared=False):
    """Holds the lock ``name`` of this clone; the system releases it even if the process is killed."""
    settings.LOCKS.mkdir(parents=True, exist_ok=True)
    with (settings.LOCKS / f"{name}.lock").open("a") as file:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            announce(f"Waiting until another has done with {name} …")
            fcntl.flock(file, kind)
        yield file

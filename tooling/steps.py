"""Long commands with progress; their failures as one clear sentence."""

import contextlib
import fcntl
import re
import subprocess
import sys
import time

from . import settings

SENTENCES = (
    (r"No space left on device|Disk quota exceeded", "The disk that holds {work} is full: free some space and call again."),
    (
        r"Could not resolve|Temporary failure (resolving|in name resolution)|Network is unreachable|Failed to fetch"
        r"|Could not connect|Unable to connect|NewConnectionError|NameResolutionError|Max retries exceeded"
        r"|Connection (timed out|refused|reset)|ReadTimeoutError|No address associated",
        "The download failed: is this machine connected to the network? (What was fetched is kept; call again.)",
    ),
)


class Problem(Exception):
    """A failure whose text is one sentence for the user."""


def explain(text):
    """The sentence for a well-known cause found in a program's output, else None."""
    for pattern, sentence in SENTENCES:
        if re.search(pattern, text):
            return sentence.format(work=settings.WORK)
    return None


def tail(path, lines=15):
    """The last lines of a text file."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def announce(text):
    """Prints a line at once, also when the output goes to a file or a pipe."""
    print(text, flush=True)


def run_step(title, command, **options):
    """Runs ``command`` (output to a log file) and shows that it lives; raises Problem when it fails.

    Returns what it printed. ``options`` go to :class:`subprocess.Popen`.
    """
    settings.LOGS.mkdir(parents=True, exist_ok=True)
    log = settings.LOGS / (re.sub(r"\W+", "-", title.lower()).strip("-") + ".log")
    started, shown = time.monotonic(), 0.0
    on_terminal = sys.stdout.isatty()
    announce(f"{title} …")
    with log.open("w") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, **options)
        try:
            while process.poll() is None:
                time.sleep(0.1)
                passed = time.monotonic() - started
                if passed - shown > (1 if on_terminal else 20):
                    shown = passed
                    last = tail(log, 1)[-90:].strip()
                    print(f"\r\033[K  {passed:.0f} s  {last}" if on_terminal else f"  {passed:.0f} s", end="", flush=True)
                    print("" if on_terminal else "\n", end="", flush=True)
        finally:
            stop_process(process)
            print("\r\033[K" if on_terminal else "", end="", flush=True)
    if process.returncode:
        text = log.read_text(errors="replace")
        raise Problem(explain(text) or f"{title}: failed, see {log}. Its last lines:\n{tail(log)}")
    return log.read_text(errors="replace")


def stop_process(process, patience=10):
    """Ends a child that still runs: first politely, then not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def locked(name, shared=False):
    """Holds the lock ``name`` of this clone; the system releases it even if the process is killed."""
    settings.WORK.mkdir(exist_ok=True)
    with (settings.WORK / f"{name}.lock").open("a") as file:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            announce(f"Waiting for another command in this folder ({name}) …")
            fcntl.flock(file, kind)
        yield file

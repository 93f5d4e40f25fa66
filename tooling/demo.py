"""``make demo`` and ``make shell``: the demo company's database, its story's table, and Odoo in the browser.

Variables: ``PORT`` (8069), ``SERVE=0`` (end after the table), ``DEMO_DB`` (the database's name).
"""

import contextlib
import json
import shutil
import socket
import subprocess
import urllib.parse

from . import odoo_source, postgres, settings, story
from .databases import Databases
from .serving import Session, free_port, served, wait_until_it_answers
from .settings import OUT
from .steps import Problem, announce, child, locked, stop, tail
from .suite import Odoo


@contextlib.contextmanager
def demo_odoo():
    """Odoo with the demo database made: yields the factory and the name of the database."""
    source = odoo_source.find()
    with postgres.running() as server:
        factory = Odoo(source, server, Databases(server))
        database = settings.variable("DEMO_DB", settings.DEMO_DATABASE)
        with locked("demo"):
            ensure(factory, database)
            write_files(factory, database)
        yield factory, database


def main():
    """Makes the demo (or finds it made), prints its table, and serves it until Ctrl-C."""
    serve_it = settings.variable("SERVE", "1") != "0"
    port = settings.variable("PORT", "8069")
    if serve_it:
        refuse_busy(port)
    with demo_odoo() as (factory, database):
        announce("\n" + story.table_file(database).read_text().rstrip() + "\n")
        announce("\n".join(["The files of the story are there:", *(f"  {path}" for path in sorted(OUT.iterdir())), ""]))
        if serve_it:
            serve(factory, database, port)
    return 0


def shell():
    """Odoo's Python shell on the demo database."""
    with demo_odoo() as (factory, database):
        command, environment = factory.command("shell", database, None, "--no-http", "--log-level=warn")
        return subprocess.run(command, env=environment, check=False).returncode


def ensure(factory, database):
    """Makes the demo database unless it is there, complete and made from the present sources."""
    wanted = story.fingerprint(factory)
    made = factory.databases.marks().get(database)
    table = story.table_file(database)
    if made == wanted and table.exists():
        announce(f"The database {database} is there already.")
        return
    if made is None and factory.databases.exists(database):
        raise Problem(f"There is a database {database} that this clone did not make: name another one with DEMO_DB.")
    if made is not None:
        announce(f"The sources changed since {database} was made: it is made again.")
    template = story.template(factory)
    with factory.databases.building(database, template, wanted):
        shutil.copyfile(story.table_file(template), table)


def write_files(factory, database):
    """Writes the story's reports, exports and documents into the folder ``out``, unless they are there and fresh."""
    mark = settings.DATA / f"{database}.files"
    wanted = story.fingerprint(factory)
    if mark.exists():
        made, *names = mark.read_text().splitlines()
        if made == wanted and all((OUT / name).exists() for name in names):
            return
    announce(f"Writing the story's files into {OUT} …")
    report = factory.run("files", database, "files", "--no-http", CBAM_OUT=str(OUT))
    if report["status"]:
        raise Problem(f"{tail(settings.LOGS / 'files.stderr')}\nThe story's files could not be written.")
    names = [*report["text"].splitlines(), *write_papers(factory, database)]
    mark.write_text("\n".join([wanted, *names]))


#: Name of the file, report of Odoo, model, and the record's domain.
PAPERS = (
    ("Emissions statement of a delivery", "cbam_reports.report_delivery_statement", "stock.picking",
     [["origin", "=", "Example delivery"]]),
    ("Carbon cost of an order", "cbam_reports.report_purchase_carbon_cost", "purchase.order",
     [["alternative_po_ids", "!=", False]]),
    ("Carbon passport", "cbam_reports.report_carbon_passport", "stock.lot", [["name", "=", "MC-0001"]]),
)  # fmt: skip


def write_papers(factory, database):
    """What a user prints; without wkhtmltopdf on the machine as a page for the browser. Returns the names."""
    kind = "pdf" if shutil.which("wkhtmltopdf") else "html"
    names = []
    with served(factory, database, free_port()) as address:
        session = Session(address, database)
        companies = session.call("res.company", "search", [])
        for title, report, model, domain in PAPERS:
            context = {"allowed_company_ids": companies}
            [number] = session.call(model, "search", domain, limit=1, order="id", context=context)
            options = urllib.parse.urlencode({"context": json.dumps(context)})
            names.append(f"{title}.{kind}")
            (OUT / names[-1]).write_bytes(session.get(f"/report/{kind}/{report}/{number}?{options}"))
    return names


def refuse_busy(port):
    """Raises Problem when the port cannot be listened on, before anything else is done."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Problem(f"PORT={port} is not a port number.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            raise Problem(
                f"Port {port} is not free ({error.strerror}): call for example `make demo PORT=8070`."
            ) from error


def serve(factory, database, port):
    """Serves the database on localhost until Ctrl-C."""
    log = settings.LOGS / "server.log"
    arguments = [f"--http-port={port}", f"--db-filter=^{database}$", "--max-cron-threads=1"]
    command, environment = factory.command("server", database, log, *arguments)
    errors = (settings.LOGS / "server.stderr").open("w")
    with errors, child(command, env=environment, stdout=errors, stderr=errors) as process:
        try:
            wait_until_it_answers(process, port, log)
            announce(f"Odoo serves http://localhost:{port} (login admin, password admin). Ctrl-C ends. Log: {log}")
            if process.wait():
                raise Problem(f"Odoo ended with status {process.returncode}: see {log}.")
        except KeyboardInterrupt:
            announce("\nStopping …")
            # Ctrl-C reached Odoo too: a second signal at once would cut its shutdown short
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            stop(process)

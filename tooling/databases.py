"""Databases with their file stores: a database appears under its name only when it is complete."""

import contextlib
import os
import shutil

import psycopg2
from psycopg2 import sql

from . import settings
from .steps import Problem

PARTIAL = "_partial"
# on a server that several clones may use, each knows its own databases
MARK = f"cbam tooling in {settings.ROOT}: " if settings.variable("DB_HOST") else "cbam tooling: "


class Databases:
    """Creates, copies and drops databases on one server.

    What the tooling of this clone made is marked with a comment on the database; nothing else is ever dropped.
    """

    def __init__(self, server):
        self.server = server

    def execute(self, statement, parameters=()):
        """Runs one statement outside a transaction; returns its rows."""
        try:
            connection = psycopg2.connect(dbname="postgres", **self.server.connection())
        except psycopg2.OperationalError as error:
            reason = str(error).splitlines()[0]
            raise Problem(f"PostgreSQL on {self.server.host} cannot be reached: {reason}") from error
        with contextlib.closing(connection):
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []

    def marks(self):
        """{name: mark} of the databases that the tooling of this clone made."""
        rows = self.execute("SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database")
        return {name: text[len(MARK) :] for name, text in rows if text and text.startswith(MARK)}

    def exists(self, name):
        """Is there a database of this name, whoever made it?"""
        return bool(self.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]))

    def create(self, name, template=None):
        """A new database, with a copy of the template's file store."""
        try:
            self.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'unicode' TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template or "template0")
                )
            )
        except psycopg2.errors.InsufficientPrivilege as error:
            raise Problem(f"The role {self.server.user} may not create databases (ALTER ROLE … CREATEDB).") from error
        self.mark(name, "")
        if template and file_store(template).exists():
            # the files' names are the hashes of their content: nobody writes into them, so links suffice
            shutil.copytree(file_store(template), file_store(name), copy_function=os.link)

    def mark(self, name, text):
        """Notes on the database that it is ours, and ``text``."""
        self.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(MARK + text)))

    def drop(self, name):
        """Removes a database of ours and its file store, if they are there."""
        if name in self.marks() or name.endswith(PARTIAL):
            self.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        elif self.exists(name):
            raise Problem(f"There is a database {name} that this clone did not make: rename or drop it.")
        shutil.rmtree(file_store(name), ignore_errors=True)

    def rename(self, old, new):
        """Gives a finished database its name."""
        if file_store(old).exists():
            file_store(old).rename(file_store(new))
        self.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))

    @contextlib.contextmanager
    def building(self, name, template, mark):
        """Yields the temporary name of a new database; it gets its name and mark if the block succeeds."""
        partial = name + PARTIAL
        self.drop(partial)
        self.create(partial, template)
        yield partial
        self.drop(name)
        self.rename(partial, name)
        self.mark(name, mark)


def file_store(name):
    """The folder in which Odoo keeps a database's files."""
    return settings.DATA / "filestore" / name

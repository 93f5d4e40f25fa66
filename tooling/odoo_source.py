"""Odoo 19: the one that ``ODOO_HOME`` names, else Debian's package ``odoo-19``, unpacked without being installed.

The package and the few browser libraries and fonts it links to come from the machine's own Debian mirror, as an
ordinary user, with apt's signature check. Odoo's Python needs come from the virtual environment instead.
"""

import dataclasses
import hashlib
import http
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path

from . import settings
from .steps import Problem, Progress, announce, locked, run_step

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
FROM_SID = [
    "odoo-19",
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
]
# Odoo wants Font Awesome 4.7, which sid no longer has
FROM_STABLE = ["fonts-font-awesome", "fonts-inconsolata"]
# Debian leaves this file out; without one every browser test fails (it only blurs webcams)
LEFT_OUT = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
USE_OWN = "Set ODOO_HOME to the source folder of an Odoo 19 instead."


@dataclasses.dataclass(frozen=True)
class OdooSource:
    """A folder for Python's path and the folders of Odoo's own addons."""

    python_path: Path
    version: str

    @property
    def addons(self):
        """Odoo's own addons folders: beside the package (git) and inside it."""
        candidates = (self.python_path / "addons", self.python_path / "odoo" / "addons")
        return [folder for folder in candidates if folder.is_dir()]


def find():
    """The Odoo to use, downloaded when there is none. Raises Problem for a foreign version."""
    own = settings.variable("ODOO_HOME")
    if own:
        return inspect(Path(own).expanduser().resolve(), "ODOO_HOME")
    with locked("setup"):
        if not settings.SOURCE.exists():
            download()
    return inspect(settings.SOURCE, "the downloaded Odoo")


def find_and_report():
    """``make setup``: everything is there before it is needed."""
    source = find()
    announce(f"Odoo {source.version} is in {source.python_path}.")


def inspect(folder, name):
    """Checks that ``folder`` (a source tree, or an unpacked package) holds Odoo of the wanted series."""
    candidates = [folder, folder / "usr/lib/python3/dist-packages"]
    if folder.name == "odoo":
        candidates.append(folder.parent)
    found = [path for path in candidates if (path / "odoo" / "release.py").is_file()]
    if not found:
        raise Problem(f"There is no Odoo in {folder} ({name}): it has no odoo/release.py.")
    python_path = found[0]
    release = python_path / "odoo" / "release.py"
    values = {}
    exec(compile(release.read_text(), str(release), "exec"), values)
    if values.get("series") != settings.ODOO_SERIES:
        raise Problem(f"{name} is Odoo {values.get('version')} and the suite needs Odoo {settings.ODOO_SERIES}.")
    return OdooSource(python_path, values["version"])


def download():
    """Downloads with apt into a folder of our own, unpacks beside the goal, and renames at the very end."""
    if not shutil.which("apt-get"):
        raise Problem(f"Odoo is taken from Debian's package, and this machine has no apt-get. {USE_OWN}")
    if not KEYRING.exists():
        raise Problem(f"Debian's signing keys are missing: apt install debian-archive-keyring. {USE_OWN}")
    options = apt_options()
    (settings.DOWNLOADS / "sources.list").write_text(
        "".join(f"deb [signed-by={KEYRING}] {mirror()} {suite} main\n" for suite in ("stable", "sid"))
    )
    run_step("Reading Debian's package lists", ["apt-get", *options, "--error-on=any", "update"])
    packages = [f"{name}/sid" for name in FROM_SID] + [f"{name}/stable" for name in FROM_STABLE]
    archives = settings.DOWNLOADS / "archives"
    listed = subprocess.run(
        ["apt-get", *options, "download", "--print-uris", *packages], capture_output=True, text=True, check=True
    ).stdout
    announce("Downloading Odoo 19 (132 MB) …")
    # one line per package: 'address' file size SHA256:digest, from the signed lists
    files = [fetch(archives, *line.replace("'", "").split()) for line in listed.splitlines()]
    unpack(files)
    shutil.rmtree(archives)


def fetch(folder, address, name, size, digest):
    """Downloads one package, going on from what an interrupted call left, and checks it. Returns its path."""
    path = folder / name
    progress = Progress("download")
    with path.open("ab") as file:
        if file.tell() < int(size):
            request = urllib.request.Request(address, headers={"Range": f"bytes={file.tell()}-"})
            with urllib.request.urlopen(request, timeout=60) as answer:
                if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
                    file.truncate(0)
                while piece := answer.read(1 << 20):
                    file.write(piece)
                    progress.show(f"{file.tell() / 1e6:.0f} of {int(size) / 1e6:.0f} MB of {name}")
    if path.stat().st_size < int(size):
        raise Problem(f"The download of {name} broke off: call again, it goes on from there.")
    if f"SHA256:{hashlib.sha256(path.read_bytes()).hexdigest()}" != digest:
        path.unlink()
        raise Problem(f"The download of {name} is not what Debian's signed list says: call again.")
    return path


def unpack(archives):
    """Unpacks the packages into one tree, which appears under its name only when complete."""
    partial = settings.SOURCE.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    script = 'for archive; do dpkg-deb --extract "$archive" "$0" || exit 1; done'
    run_step("Unpacking Odoo", ["sh", "-c", script, partial, *archives])
    left_out = inspect(partial, "the downloaded Odoo").python_path / "odoo" / LEFT_OUT
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.touch()
    partial.rename(settings.SOURCE)


def apt_options():
    """Options that keep apt entirely inside the ignored folder."""
    base = settings.DOWNLOADS
    for name in ("lists/partial", "archives/partial", "cache"):
        (base / name).mkdir(parents=True, exist_ok=True)
    return [
        f"-oDir::Etc::SourceList={base / 'sources.list'}",
        "-oDir::Etc::SourceParts=-",
        f"-oDir::State::Lists={base / 'lists'}",
        f"-oDir::Cache={base / 'cache'}",
        "-oDebug::NoLocking=1",
        "-oAPT::Sandbox::User=root",
        "-oAcquire::Retries=2",
    ]


def mirror():
    """The Debian mirror that this machine itself uses; ``DEBIAN_MIRROR`` names one where there is none."""
    named = settings.variable("DEBIAN_MIRROR")
    if named:
        return named
    mirrors = indexed_mirrors([])
    if not mirrors:
        # a machine whose package lists were never fetched (a bare container): fetch them into our own folder
        lists = settings.DOWNLOADS / "own-lists"
        (lists / "partial").mkdir(parents=True, exist_ok=True)
        options = [f"-oDir::State::Lists={lists}", "-oDebug::NoLocking=1", "-oAPT::Sandbox::User=root"]
        run_step("Asking apt for this machine's mirror", ["apt-get", *options, "update"])
        mirrors = indexed_mirrors(options)
    if not mirrors:
        raise Problem(f"This machine's apt knows no Debian mirror: set DEBIAN_MIRROR to one. {USE_OWN}")
    return mirrors[0]


def indexed_mirrors(options):
    """Mirrors of origin Debian in apt's own configuration, the security archive aside."""
    form = "$(REPO_URI) $(ORIGIN) $(RELEASE)"
    command = ["apt-get", *options, "indextargets", "--format", form, "Created-By: Packages"]
    lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    return [line.split()[0] for line in lines if re.search(r" Debian ", line) and "security" not in line]

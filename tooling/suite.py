"""The addons of this repository, how an Odoo process is started with them, and databases that have them installed."""

import ast
import hashlib
import json
import os
import subprocess

from . import settings
from .environment import PYTHON
from .steps import FULL, Problem, Progress, announce, child, disk_is_full, locked

UMBRELLA = "cbam"
# met by data, never depended on: their tests are tagged `cbam_optional` and run where these are installed
OPTIONAL = [
    "mrp_subcontracting",
    "mrp_subcontracting_purchase",
    "mrp_subcontracting_dropshipping",
    "stock_dropshipping",
    "repair",
    "mrp_repair",
    "stock_landed_costs",
    "product_expiry",
    "mrp_product_expiry",
]
UNRELATED = {"tests", "docs", "readme", "__pycache__", "i18n"}


def manifests():
    """{addon: manifest} of the addons beside each other in the repository, without the umbrella."""
    found = {}
    for path in sorted(settings.ROOT.glob("*/__manifest__.py")):
        found[path.parent.name] = ast.literal_eval(path.read_text())
    return found


def dependencies():
    """The modules of Odoo itself on which the suite stands, in a stable order."""
    ours = manifests()
    return sorted({name for manifest in ours.values() for name in manifest["depends"]} - set(ours))


def stack():
    """The addons of the repository, each after those it stands on."""
    left, done = manifests(), []
    while left:
        ready = [name for name, manifest in left.items() if not left.keys() & set(manifest["depends"])]
        done += ready
        for name in ready:
            del left[name]
    return done


def source_hash(addons=None):
    """Changes with every file that an installation of the suite (or of some of its addons) depends on."""
    digest = hashlib.sha256((settings.ROOT / "__manifest__.py").read_bytes())
    for addon in addons or manifests():
        for path in sorted((settings.ROOT / addon).rglob("*")):
            if path.is_file() and not UNRELATED.intersection(path.relative_to(settings.ROOT).parts):
                digest.update(f"{path.relative_to(settings.ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


class Odoo:
    """Starts Odoo processes on one server."""

    def __init__(self, source, server, databases):
        self.source = source
        self.server = server
        self.databases = databases
        for folder in (settings.LINKS, settings.LOGS, settings.DATA):
            folder.mkdir(parents=True, exist_ok=True)
        # an own, empty configuration: that of the user's other Odoo must not be read
        self.configuration = settings.WORK / "odoo.conf"
        self.configuration.write_text("[options]\n")
        umbrella = settings.LINKS / UMBRELLA
        if umbrella.resolve() != settings.ROOT:
            umbrella.unlink(missing_ok=True)
            umbrella.symlink_to(settings.ROOT, target_is_directory=True)

    def command(self, action, database, log, *arguments):
        """The command line of one Odoo process (see ``odoo_process``) and its environment."""
        addons = ",".join(map(str, [*self.source.addons, settings.LINKS, settings.ROOT]))
        common = [f"--config={self.configuration}", f"--addons-path={addons}", f"--data-dir={settings.DATA}"]
        common += [f"--database={database}", "--http-interface=127.0.0.1", "--max-cron-threads=0"]
        common += self.server.arguments()
        if log:
            common.append(f"--logfile={log}")
        script = settings.ROOT / "tooling" / "odoo_process.py"
        environment = {
            **os.environ,
            **settings.example_folders(),
            **self.server.environment(),
            "CBAM_ODOO": str(self.source.python_path),
            "PYTHONPYCACHEPREFIX": str(settings.WORK / "pycache"),
        }
        return [str(PYTHON), str(script), action, *common, *arguments], environment

    def run(self, action, database, name, *arguments, on_line=None, **environment):
        """Runs an Odoo process to its end and returns its report (a dict, see ``odoo_process.Report``).

        ``on_line`` receives what the process prints: one line per loaded module and per test. Other keywords are
        environment variables of the process.
        """
        log, report, errors = (settings.LOGS / f"{name}.{suffix}" for suffix in ("log", "json", "stderr"))
        for path in (log, report):
            path.unlink(missing_ok=True)
        command, common = self.command(action, database, log, *arguments)
        environment = {**common, **environment, "CBAM_REPORT": str(report)}
        on_line = on_line or Progress(name).show
        stderr = errors.open("w")
        with stderr, child(command, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True) as process:
            for line in process.stdout:
                on_line(line)
        result = json.loads(report.read_text()) if report.exists() else {"log": [], "tests": {}, "text": ""}
        result["status"] = process.returncode
        if process.returncode and not result["log"]:
            result["log"].append(f"Odoo ended with status {process.returncode}: see {log} and {errors}.")
        if process.returncode and disk_is_full():
            raise Problem(FULL.format(work=settings.WORK))
        return result

    def install(self, database, name, modules, strict):
        """Installs modules; if ``strict``, a warning in Odoo's log is a failure."""
        listed = ", ".join(modules)
        announce(f"Installing {listed} …")
        arguments = [f"--init={','.join(modules)}", "--without-demo=True", "--stop-after-init", "--no-http"]
        report = self.run("server", database, name, *arguments)
        if report["status"] or (strict and report["log"]):
            raise Problem("\n".join([*report["log"], f"Installing {listed} failed: see {settings.LOGS / name}.log"]))

    def template(self, kind, modules, base=None, mark=""):
        """The name of a database with ``modules`` installed, made on top of ``base`` when there is none yet.

        ``mark`` is what else the content depends on; an older template of the same kind is dropped.
        """
        key = json.dumps([self.source.version, str(settings.ROOT), modules, base, mark])
        name = f"cbam_{kind}_{hashlib.sha256(key.encode()).hexdigest()[:10]}"
        with locked(f"template-{kind}"):
            if not self.databases.exists(name):
                for old in self.databases.marks():
                    if old.startswith(f"cbam_{kind}_"):
                        self.databases.drop(old)
                with self.databases.building(name, base, "template") as partial:
                    strict = any(name == UMBRELLA or name in manifests() for name in modules)
                    self.install(partial, f"install-{kind}", modules, strict)
        return name

    def base_template(self):
        """A template with what the suite depends on: kept as long as the dependencies do not change."""
        return self.template("base", dependencies())

    def suite_template(self, with_optional=False):
        """A template with the suite installed, made again whenever its sources change."""
        if not with_optional:
            return self.template("suite", [UMBRELLA], self.addon_template(stack()[-1]), source_hash())
        base = self.base_template()
        base = self.template("optional_base", self.available(OPTIONAL), base)
        return self.template("optional_suite", [UMBRELLA, *manifests()], base, source_hash())

    def addon_template(self, addon):
        """A template with one of our addons and what it stands on: each of them works without those above it."""
        addons = stack()
        below = addons[: addons.index(addon)]
        base = self.addon_template(below[-1]) if below else self.base_template()
        return self.template(addon.removeprefix("cbam_"), [addon], base, source_hash([*below, addon]))

    def available(self, modules):
        """Those of the modules that this Odoo has."""
        return [name for name in modules if any((addons / name).is_dir() for addons in self.source.addons)]

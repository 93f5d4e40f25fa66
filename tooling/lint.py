"""``make lint``: ruff and its format, pylint-odoo, the OCA's checks, eslint, prettier, the rules of the house."""

import ast
import subprocess
import xml.etree.ElementTree as ElementTree

from . import javascript, settings, superuser, xml_layout
from .environment import PYTHON
from .steps import announce
from .suite import manifests

# the ledger and the rows of regulatory sets refuse create, write and unlink on purpose;
# the README is one for the whole suite, at the root; `_ = self.env._` is Odoo's own way to write several texts
NOT_OURS = "method-required-super,no-raise-unlink,missing-readme,prefer-env-translation"

# packages of an addon that know no Odoo
PURE_PACKAGES = ("engine", "workbook")


def main():
    """Runs every check, prints what they find, and returns the exit status."""
    addons = list(manifests())
    clean = True
    checks = [
        ("ruff", ["-m", "ruff", "check", "--quiet", "--output-format=concise", "."]),
        ("ruff format", ["-m", "ruff", "format", "--check", "--output-format=concise", "."]),
        ("pylint-odoo", ["-m", "pylint", "--jobs=2", f"--disable={NOT_OURS}", *addons, "tests", "__manifest__.py"]),
        ("oca-checks-odoo-module", ["-m", "oca_pre_commit_hooks.cli", *addons]),
    ]
    if translations():
        checks.append(("oca-checks-po", ["-m", "oca_pre_commit_hooks.cli_po", *translations()]))
    for name, arguments in checks:
        done = subprocess.run([str(PYTHON), *arguments], cwd=settings.ROOT, check=False)
        announce(f"{name}: {'clean' if done.returncode == 0 else 'see above'}")
        clean &= done.returncode == 0
    clean &= javascript.check()
    findings = [*engine_imports(), *relative_addon_imports(), *broken_xml(addons), *badly_laid_out_xml(addons)]
    findings += superuser.unexplained()
    for finding in findings:
        announce(finding)
    announce(f"rules of the house: {'see above' if findings else 'clean'}")
    return 0 if clean and not findings else 1


def translations():
    """The translation files of the addons, if there are any."""
    return [str(path.relative_to(settings.ROOT)) for path in sorted(settings.ROOT.glob("*/i18n/*.po*"))]


def imports_of(path):
    """(line, module, level) of every import in a Python file; level counts the leading dots."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name, 0
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or "", node.level
            if not node.module:
                for name in node.names:
                    yield node.lineno, name.name, node.level


def engine_imports():
    """Engine and workbook are pure Python: nothing of Odoo, and their own modules by relative imports only."""
    for package in PURE_PACKAGES:
        for path in sorted(settings.ROOT.glob(f"*/{package}/**/*.py")):
            tested = "tests" in path.parts
            for line, module, level in imports_of(path):
                top = module.split(".")[0]
                if top == "odoo" or (top == package and not level and not tested):
                    yield f"{path.relative_to(settings.ROOT)}:{line}: the {package} may not import {module}"


def relative_addon_imports():
    """``from ..cbam_emissions`` in the umbrella's tests would silently register the models a second time."""
    for path in sorted((settings.ROOT / "tests").rglob("*.py")):
        for line, module, level in imports_of(path):
            if module.split(".")[0].startswith("cbam_"):
                dots = "." * level
                yield f"{path.relative_to(settings.ROOT)}:{line}: import odoo.addons.{module}, never {dots}{module}"


def broken_xml(addons):
    """XML files that no parser would read."""
    for addon in addons:
        for path in sorted((settings.ROOT / addon).rglob("*.xml")):
            try:
                ElementTree.parse(path)
            except ElementTree.ParseError as error:
                yield f"{path.relative_to(settings.ROOT)}: {error}"


def badly_laid_out_xml(addons):
    """XML files that are not indented by their levels."""
    for addon in addons:
        for path in sorted((settings.ROOT / addon).rglob("*.xml")):
            for line, sentence in xml_layout.findings(path.read_text()):
                yield f"{path.relative_to(settings.ROOT)}:{line}: {sentence}"

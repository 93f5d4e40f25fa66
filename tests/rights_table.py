"""Who may do what: the table of docs/rights.md, computed from the database that answers."""

from odoo.fields import Command, Domain

#: Column of the table: groups of the user. Nobody has more than his column says by another role of the suite.
ROLES = {
    "anonymous": ["base.group_public"],
    "portal": ["base.group_portal"],
    "employee": ["base.group_user"],
    "shop floor": ["mrp.group_mrp_user", "stock.group_stock_user"],
    "buyer": ["purchase.group_purchase_user"],
    "user": ["cbam_emissions.group_cbam_user"],
    "manager": ["cbam_emissions.group_cbam_manager"],
    "verifier": ["cbam_emissions.group_cbam_verifier"],
}
OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "u"}
ADDONS = ("cbam_emissions", "cbam_procurement", "cbam_reports")


def users(env):
    """``{role: user}``, each with the groups of its column alone."""
    make = env["res.users"].with_context(no_reset_password=True)
    groups = {role: [env.ref(name).id for name in names] for role, names in ROLES.items()}
    return {
        role: make.create({"name": role, "login": f"rights {role}", "group_ids": [Command.set(groups[role])]})
        for role in ROLES
    }


def models(env, addon):
    """Names of the models that an addon brings and that have a table."""
    return sorted(
        name for name, model in env.registry.items() if model._original_module == addon and not model._abstract
    )


def rights(env, name, user):
    """`rwcu`, with a dash for what the user may not."""
    model = env[name].with_user(user)
    return "".join(letter if model.has_access(operation) else "-" for operation, letter in OPERATIONS.items())


def wall(env, name, user):
    """What keeps another company's records from a user who may read the model.

    `company` where a rule compares a company, `own` where it compares the user who made the record, `all` for what
    every company shares, and a dash for what lives in a dialog only and is its maker's.
    """
    if env[name]._transient:
        return "–"
    domain = env["ir.rule"].with_user(user)._compute_domain(name, "read")
    fields = _fields(Domain(domain))
    if fields & {"company_id", "company_ids"}:
        return "company"
    if fields & {"create_uid", "user_id"}:
        return "own"
    return "all"


def _fields(domain):
    """Names of the fields that a domain compares, also on the other side of relations."""
    found = set()
    for condition in domain.iter_conditions():
        found |= set(condition.field_expr.split("."))
        if isinstance(condition.value, Domain):
            found |= _fields(condition.value)
    return found


def written(env):
    """The text of docs/rights.md below its introduction."""
    of_role = users(env)
    lines = []
    for addon in ADDONS:
        lines += ["", f"## {addon}", "", f"| model | what it is | {' | '.join(ROLES)} | wall |"]
        lines.append("|---" * (len(ROLES) + 3) + "|")
        for name in models(env, addon):
            cells = [rights(env, name, user) for user in of_role.values()]
            cells = ["" if cell == "----" else f"`{cell}`" for cell in cells]
            reader = next((user for role, user in reversed(of_role.items()) if rights(env, name, user)[0] == "r"), None)
            kept = wall(env, name, reader) if reader else "–"
            lines.append(f"| {name} | {env[name]._description} | {' | '.join(cells)} | {kept} |")
    return "\n".join(lines) + "\n"

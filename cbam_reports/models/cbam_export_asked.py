"""What a client asks an export for, before it is believed."""

import json

from psycopg2 import DataError

from odoo.exceptions import UserError
from odoo.fields import Domain

#: ODOO: a list hands over so many selected records at most, and the domain of the view.
MOST_SELECTED = 20_000
LARGEST_ID = 2**31 - 1
#: ODOO: what a domain that is none is answered with.
UNUSABLE = (ValueError, TypeError, KeyError, AttributeError)


def asked(env):
    """``(ids, domain or None)`` of the context: ``active_ids``, or ``active_domain`` of a long list.

    :raises UserError: they are no such thing
    """
    ids = env.context.get("active_ids") or []
    if not isinstance(ids, list | tuple) or not all(type(number) is int and 0 < number <= LARGEST_ID for number in ids):
        raise UserError(env._("Choose the records to export in their list."))
    if len(ids) < MOST_SELECTED or "active_domain" not in env.context:
        return list(ids), None
    # ODOO: an empty list in a JSON field is no list
    domain = env.context["active_domain"] or [(1, "=", 1)]
    try:
        text = json.dumps(domain, ensure_ascii=False, allow_nan=False)
        text.encode()
        Domain(domain)
    except (*UNUSABLE, RecursionError) as error:
        raise UserError(env._("The filter of the list cannot be used.")) from error
    if "\\u0000" in text:
        raise UserError(env._("The filter of the list cannot be used."))
    return [], domain


def check_filter(model, domain):
    """:raises UserError: nothing can be searched by it"""
    try:
        with model.env.cr.savepoint():
            model.search(domain, limit=1)
    except (*UNUSABLE, DataError) as error:
        raise UserError(model.env._("The filter of the list cannot be used.")) from error

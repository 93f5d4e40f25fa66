from odoo.tools import SQL


def id_array(ids):
    """Ids as an array of integers.

    A list becomes ``ARRAY[1, 2, …]``, of which PostgreSQL's parser makes a node per id; it reads a literal at once.
    """
    return SQL("%s::int[]", f"{{{','.join(map(str, ids))}}}")

"""``make torture``: what comes from outside, ten thousand times wrong; many at once, and servers that die.

``doors`` names every reader of foreign files with good files to begin with, ``mutations`` makes them wrong, ``fuzz``
hands them in and judges the answer, ``command`` runs the doors beside each other in processes of bounded memory.
``odoo_doors`` names the doors that stand behind Odoo: they are tests of the umbrella, run with as many cases.

``storm`` makes a PostgreSQL of its own (``cluster``) and runs the parts inside Odoo processes (``inside``): a works
(``shop``) with people (``roles``) who are processes (``crowd``), who collide (``collisions``) and whose servers are
killed (``kills``, ``servers``), a backup (``backup``), and what must be true afterwards (``checks``, ``books``,
``repost``).
"""

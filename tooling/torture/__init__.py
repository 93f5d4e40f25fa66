"""``make torture``: what comes from outside, ten thousand times wrong.

``doors`` names every reader of foreign files with good files to begin with, ``mutations`` makes them wrong, ``fuzz``
hands them in and judges the answer, ``command`` runs the doors beside each other in processes of bounded memory.
``odoo_doors`` names the doors that stand behind Odoo: they are tests of the umbrella, run with as many cases.
"""

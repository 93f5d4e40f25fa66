"""Commands of the project; the Makefile calls them as ``python3 -m tooling COMMAND``.

Read in this order:

==================  =====================================================================
``__main__``        the commands; checks Python, enters the virtual environment
``settings``        folders, versions and the environment variables a user may set
``steps``           runs a long command with progress; turns its failure into one sentence
``environment``     the virtual environment, from the pinned ``requirements.txt``
``odoo_source``     gets Odoo 19, or checks the one that ``ODOO_HOME`` names
``postgres``        starts and stops the embedded PostgreSQL, or reaches ``DB_HOST``
``databases``       creates, copies, renames and drops databases with their file stores
``suite``           the addons of this repository, and databases that have them installed
``odoo_process``    what runs inside an Odoo process: server, tests, scenario
``testing``         ``make test``
``demo``            ``make demo`` and ``make shell``; the story itself is in ``scenario/``
``bench``           ``make bench``: ratios to yardsticks of the same run
``lint``            ``make lint``
``cleaning``        ``make clean``
``reference``       ``make reference``: official files to the data sets that the addon ships
``check_workbook``  ``make check-workbook``: recomputes the Commission's communication template
``pure``            imports the addon's packages that need no Odoo
==================  =====================================================================
"""

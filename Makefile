# Commands of the project; what they do is in tooling/ (start with tooling/__init__.py).
PYTHON ?= python3
TOOLING = @$(PYTHON) -m tooling

export ODOO_HOME DEBIAN_MIRROR DB_HOST DB_PORT DB_USER DB_PASSWORD DURABLE
export SIZE PORT SERVE DEMO_DB TAGS ONLY EXAMPLES REFERENCE FILE DIR CASES SEED SAMPLE

.PHONY: help demo test bench torture coverage mutation lint shell setup reference check-workbook clean

help:
	@echo "make demo    a demo company on a real Odoo 19: prints its table, writes out/, serves http://localhost:8069 until Ctrl-C"
	@echo "             PORT=8070 another port; SERVE=0 ends after the table; DEMO_DB=name another database"
	@echo "make test    every test; the last line counts them"
	@echo "             ONLY=engine|addons|optional|exchange|life|crowd one part; TAGS=/cbam_emissions:TestX as Odoo's --test-tags"
	@echo "             EXAMPLES=folder REFERENCE=folder of the Commission's workbooks"
	@echo "make bench   what the suite costs beside yardsticks of the same run; the last line counts aims met and missed"
	@echo "             SIZE=s to try, m (quoted) or l; ONLY=period|planning|datasets|workbook|passport|exports|correction|"
	@echo "             shopfloor|purchasing|install: one group of pairs"
	@echo "make torture hands every door to the outside 10 000 wrong cases, lets many work at once and kills servers"
	@echo "             CASES=, SEED=, ONLY=door or ONLY=workers|kills|database|restore one part"
	@echo "make coverage  which lines and branches the tests execute; ONLY=engine|addons"
	@echo "make mutation  puts small errors into the engine and counts those that its tests find"
	@echo "             ONLY=statutory/site one module or package; SAMPLE=8 every eighth error"
	@echo "make lint    ruff, pylint-odoo, the OCA's checks, the format of Python, JavaScript and XML, the rules of the house"
	@echo "make shell   Odoo's Python shell on the demo's database"
	@echo "make setup   only gets Odoo and the virtual environment"
	@echo "make reference  turns the official files of REFERENCE=folder into the data sets that the addon ships"
	@echo "make check-workbook FILE=workbook.xlsx or DIR=folder  recomputes communication templates and compares"
	@echo "make clean   removes everything that was made (the folder .odoo)"
	@echo
	@echo "ODOO_HOME=folder uses an Odoo 19 that is there; DB_HOST DB_PORT DB_USER DB_PASSWORD use a PostgreSQL"
	@echo "that is there; PYTHON=python3.12 another Python; DEBIAN_MIRROR=address where apt knows no Debian mirror;"
	@echo "DURABLE=1 makes the embedded PostgreSQL wait for the disk."

demo test bench torture coverage mutation lint shell setup reference check-workbook clean:
	$(TOOLING) $@

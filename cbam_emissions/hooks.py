def post_init_hook(env):
    """Load the regulatory data the addon ships; the same loader serves a user's newer files."""
    env["cbam.dataset.loader"]._load_shipped()


def uninstall_hook(env):
    """The tables of staged ledger lines and of visits belong to no model of the ORM: nobody else would drop them."""
    env.cr.execute("DROP TABLE IF EXISTS cbam_job_line")
    env.cr.execute("DROP TABLE IF EXISTS cbam_visit")

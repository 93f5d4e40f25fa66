def post_init_hook(env):
    """Load the regulatory data the addon ships; the same loader serves a user's newer files."""
    env["cbam.dataset.loader"]._load_shipped()


def uninstall_hook(env):
    """The table of staged ledger lines belongs to no model of the ORM: nobody else would drop it."""
    env.cr.execute("DROP TABLE IF EXISTS cbam_job_line")

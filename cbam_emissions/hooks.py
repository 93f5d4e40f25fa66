def post_init_hook(env):
    """Load the regulatory data the addon ships; the same loader serves a user's newer files."""
    env["cbam.dataset.loader"]._load_shipped()

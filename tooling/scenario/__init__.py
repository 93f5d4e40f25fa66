"""The demo's story: what ``make demo`` does in Odoo and what it prints."""


def run(env):
    """Plays the story in ``env`` and returns the table to print."""
    return f"The suite is installed: {', '.join(env['ir.module.module'].search([('name', '=like', 'cbam%'), ('state', '=', 'installed')]).mapped('name'))}"

{
    "name": "CBAM Emissions",
    "summary": "Embedded emissions of goods from actual production, for the EU Carbon Border Adjustment Mechanism",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Manufacturing",
    "author": "CBAM suite contributors",
    "license": "LGPL-3",
    "depends": ["mrp_account", "maintenance"],
    "data": [
        "security/cbam_security.xml",
        "security/ir.model.access.csv",
        "security/cbam_rules.xml",
        "views/cbam_menus.xml",
    ],
    "post_init_hook": "post_init_hook",
    "application": True,
    "installable": True,
}

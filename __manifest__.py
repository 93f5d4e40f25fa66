{
    "name": "CBAM suite",
    "summary": "Embedded emissions, carbon cost and CBAM statements from real manufacturing, purchase and stock records",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Manufacturing",
    "author": "CBAM suite contributors",
    "license": "LGPL-3",
    "description": "Installs the whole CBAM suite: embedded emissions of everything that is made, bought and delivered.",
    "depends": ["cbam_emissions"],
    "application": False,
    "installable": True,
}

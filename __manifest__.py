{
    "name": "CBAM suite",
    "summary": "Embedded emissions, carbon cost and CBAM statements from real manufacturing and purchase records",
    "version": "19.0.1.3.0",
    "category": "Supply Chain/Manufacturing",
    "author": "CBAM suite contributors",
    "license": "LGPL-3",
    "description": "Installs the suite: embedded emissions of what is made, bought and delivered, and what they cost.",
    "depends": ["cbam_emissions", "cbam_procurement", "cbam_reports"],
}

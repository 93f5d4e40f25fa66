{
    "name": "CBAM Reports",
    "summary": "Annual CBAM declaration, account of certificates and deadlines of authorised declarants",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "author": "CBAM suite contributors",
    "license": "LGPL-3",
    "depends": ["cbam_emissions", "cbam_procurement"],
    "data": [
        "security/ir.model.access.csv",
        "security/cbam_declaration_rules.xml",
        "data/cbam_declaration_data.xml",
        "wizard/cbam_declaration_correct_views.xml",
        "views/cbam_declaration_views.xml",
        "views/cbam_certificate_move_views.xml",
        "views/cbam_holding_test_views.xml",
    ],
}

{
    "name": "CBAM Procurement",
    "summary": "Carbon cost on requests for quotation, suppliers' emission data and CBAM certificate prices",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "author": "CBAM suite contributors",
    "license": "LGPL-3",
    "depends": ["cbam_emissions", "purchase_requisition_stock", "purchase_mrp"],
    "data": [
        "security/ir.model.access.csv",
        "data/cbam_price_feed_cron.xml",
        "wizard/cbam_certificate_price_entry_views.xml",
        "views/cbam_price_feed_views.xml",
        "views/purchase_order_line_views.xml",
        "views/purchase_order_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["cbam_procurement/static/src/**/*"],
        "web.assets_tests": ["cbam_procurement/static/tests/tours/**/*"],
    },
}

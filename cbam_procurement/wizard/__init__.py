from . import cbam_certificate_price_entry

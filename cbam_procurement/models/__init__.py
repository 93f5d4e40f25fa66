from . import cbam_certificate_price
from . import cbam_kit
from . import cbam_price_feed
from . import purchase_order
from . import purchase_order_line

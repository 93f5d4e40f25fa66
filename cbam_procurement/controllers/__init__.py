from . import exchange
from . import supplier_portal

from . import cbam_certificate_price_entry
from . import cbam_data_request_batch
from . import cbam_data_request_batch_line
from . import cbam_import_file
from . import cbam_import_file_error
from . import cbam_import_reverse

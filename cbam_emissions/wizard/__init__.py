from . import cbam_dataset_load
from . import cbam_opening
from . import cbam_opening_line
from . import cbam_reading_import
from . import cbam_reading_import_error
from . import cbam_period_reopen
from . import cbam_measured_import
from . import cbam_measured_import_error

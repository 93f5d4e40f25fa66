from . import cbam_dataset_load
from . import cbam_opening
from . import cbam_opening_line

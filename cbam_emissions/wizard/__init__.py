from . import cbam_dataset_load

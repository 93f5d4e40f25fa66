from . import cbam_documents

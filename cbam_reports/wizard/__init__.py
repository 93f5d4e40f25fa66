from . import cbam_declaration_correct

from odoo.tests import new_test_user


class ExportMixin:
    """A CBAM user of the company, who asks for files."""

    @classmethod
    def _export_user(cls, name):
        return new_test_user(
            cls.env,
            name,
            groups="cbam_emissions.group_cbam_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _start(self, kind, file_format, records, user=None):
        return self.env["cbam.export"].with_user(user or self.user).start(kind, file_format, records.ids)

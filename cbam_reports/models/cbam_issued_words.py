import base64
import io

import qrcode
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import file_open, format_date, formatLang, ormcache

STYLE = "cbam_reports/static/src/issued_document/issued_document.css"


class CbamIssuedWords(models.AbstractModel):
    """How documents that are issued put figures, days and addresses into words; reads no record."""

    _name = "cbam.issued.words"
    _description = "Wording of Issued Documents"

    @api.private
    def local_day(self, moment, company):
        """The day of a moment in UTC where the company is, in ISO format; None where there is none."""
        zone = self.with_context(tz=company.partner_id.tz or "UTC")
        return fields.Datetime.context_timestamp(zone, moment).date().isoformat() if moment else None

    @api.model
    @ormcache()
    def _style(self):
        """The style sheet in itself: neither the PDF nor the online page loads assets."""
        with file_open(STYLE) as file:
            return Markup(file.read())

    @api.model
    def _number(self, value, digits):
        return None if value is None else formatLang(self.env, value, digits=digits)

    @api.model
    def _share(self, value):
        return None if value is None else formatLang(self.env, value * 100.0, digits=1)

    @api.model
    def _plain(self, quantity):
        """A quantity without zeros behind the point."""
        digits = next(digits for digits in range(7) if digits == 6 or round(quantity, digits) == round(quantity, 6))
        return formatLang(self.env, quantity, digits=digits)

    @api.model
    def _day(self, text):
        """With the month by name: readers in other countries take 06/05 for another day."""
        return format_date(self.env, text, date_format="d MMM yyyy") if text else None

    @api.model
    def _qr(self, url):
        """The QR code as a data address: the token appears in no request for an image."""
        image = io.BytesIO()
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=6, border=4)
        code.add_data(url)
        code.make_image().save(image, format="PNG")
        return f"data:image/png;base64,{base64.b64encode(image.getvalue()).decode()}"

from odoo import api, fields, models
from odoo.tools import ormcache

#: Answers of one kind that are kept at most; then it begins anew.
MOST = 20000


class CbamPostingAnswers(models.AbstractModel):
    """Answers that rest on configuration and data sets alone, kept between transactions.

    What a tonne of rod from a mill carries does not change from order to order. Answers are kept per day and language,
    in Odoo's cache: whatever they rest on empties it (:mod:`cbam_configuration`, installations, data sets, units).
    """

    _name = "cbam.posting.answers"
    _description = "CBAM Posting: Answers Kept in Memory"

    @api.model
    def _kept(self, kind, questions, ask):
        """``{question: answer}``; those not known yet are asked for all at once.

        :param kind: what is asked: answers of different kinds never mix
        :param questions: iterable of plain, hashable values that decide the answer together with the configuration
        :param ask: ``ask(questions) -> {question: answer}``; answers are immutable
        """
        known = self._answers(kind, self.env.lang, fields.Date.context_today(self))
        answers = {question: known[question] for question in set(questions) if question in known}
        missing = set(questions) - answers.keys()
        if missing:
            found = ask(missing)
            if len(known) + len(found) > MOST:
                known.clear()
            known.update(found)
            answers |= found
        return answers

    @api.model
    @ormcache("kind", "lang", "day")
    def _answers(self, kind, lang, day):
        """The dictionary that :meth:`_kept` fills; a new one whenever Odoo's cache was emptied."""
        return {}

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The Commission's communication template (version 2.1), read, recomputed by the engine and compared.

==============  ====================================================================================
``cells``       where things stand in the workbook, and the constants that its formulas use
``safe_open``   opens a file that somebody sent; nothing in it is evaluated
``reader``      takes figures, texts and dates out of cells, and lists what is not as it should be
``template``    what the input sheets A to F say, as dataclasses
``read``        from the cells to ``template``
``recompute``   the engine's figures for what ``template`` says, process by process
``emissions``   the same for sheets B and C: source streams, perfluorocarbons, measurement, totals
``scope``       what of the indirect emissions is in the scope of the definitive period
``expected``    which of our figures belongs into which cell
``compare``     our figures beside the workbook's own, cell by cell; ``check`` does it all
``filling``     what is to be written into a blank template, and whether it has room for it
``entries``     from ``filling`` to cells: ``read`` the other way round
``splice``      writes cells into a workbook and leaves everything else as it is
``fill``        a blank template, filled in
``layout``      a closed period's statutory book as the template's processes; ``precursor_layout`` its precursors
==============  ====================================================================================

Pure Python: nothing here knows Odoo. No formula of the law is here either, they are in ``engine``; what is here is
the template's own way to put them together (docs/communication-template.md).
"""

"""``make bench``: what the suite costs, each time beside a yardstick that runs in the same process, turn about.

===============  ==========================================================================================
``command``      ``make bench``: a database of its own, one Odoo process, the table, the JSON file
``inside``       what runs in that process: every pair, one after the other
``measure``      time, queries and memory of a call; medians, spread and the interval of a ratio
``table``        the rows of the table, what is met and what is missed
``copies``       multiplies documents in SQL: real ones, shifted in time
``working_day``  the documents that are multiplied: some hours of a maker of fasteners, by Odoo's own actions
``period``       pairs: the close of a reporting period, and freezing it
``planning``     pairs: planned emissions of all bills of materials
``datasets``     pair: loading the default values
``workbook``     pair: reading a filled communication template
``passport``     pair: the carbon passport of a machine
``sides``        the same Odoo twice in one process, with the suite and without it; requests that take turns
``workshop``     master data of both sides
``shopfloor``    pairs: orders and receipts with the suite beside without it
``purchasing``   pairs: purchase orders, receipts of imports, the comparison of alternatives
``install``      pair: installing the suite beside what it depends on
===============  ==========================================================================================

No absolute time is an aim, only ratios are. See docs/speed.md for what the pairs are and what they showed.
"""

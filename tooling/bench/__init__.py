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
===============  ==========================================================================================

No absolute time is an aim, only ratios are. See docs/speed.md for what the pairs are and what they showed.
"""

from . import carbon_passport
from . import delivery_statement
from . import purchase_carbon_cost

from . import passport
from . import statement

"""The mutants of one module: its source with one small error each, as mutmut's operators make them.

Mutated is what stands in functions and methods, decorated ones too. Not mutated, as in mutmut: annotations,
decorators, docstrings, arguments of ``len`` and ``isinstance``, computed default values of parameters, and what stands
outside of functions.
"""

import dataclasses

import libcst
from libcst import metadata
from mutmut.mutation.mutators import mutation_operators

LEFT_ALONE = {"len", "isinstance"}
SIMPLE_DEFAULT = (libcst.Name, libcst.BaseNumber, libcst.BaseString)


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One small error: where it stands, in which function (its first line, decorators included), and the source."""

    function: str
    first_line: int
    lines: range
    line: int
    change: str
    source: str
    in_parameters: bool


def mutants(source):
    """Every mutant of a module's source that compiles, in the order of the source."""
    finder = Finder(source)
    metadata.MetadataWrapper(libcst.parse_module(source)).visit(finder)
    for mutant in finder.found:
        try:
            compile(mutant.source, "mutant", "exec")
        except (SyntaxError, ValueError):
            continue
        yield mutant


class Finder(libcst.CSTVisitor):
    """Walks through a module and collects the mutants of its functions."""

    METADATA_DEPENDENCIES = (metadata.PositionProvider,)

    def __init__(self, source):
        super().__init__()
        self.source = source
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.found = []
        self.scopes = []  # names of classes and functions around the node
        self.outer = None  # (name, first line, lines) of the outermost function around the node
        self.parameters = 0

    def position(self, node):
        """Where a node begins and ends; None where libcst does not know."""
        return self.get_metadata(metadata.PositionProvider, node, None)

    def on_visit(self, node):
        if self.is_left_alone(node):
            return False
        if isinstance(node, (libcst.ClassDef, libcst.FunctionDef)):
            self.scopes.append(node.name.value)
            if isinstance(node, libcst.FunctionDef) and self.outer is None:
                self.outer = self.described(node)
        self.parameters += isinstance(node, libcst.Param)
        if self.outer is not None:
            self.mutate(node)
        return True

    def on_leave(self, original_node):
        if self.is_left_alone(original_node):
            return
        if isinstance(original_node, (libcst.ClassDef, libcst.FunctionDef)):
            self.scopes.pop()
            if self.outer is not None and len(self.scopes) < self.outer[3]:
                self.outer = None
        self.parameters -= isinstance(original_node, libcst.Param)

    def described(self, node):
        """Name, first line (as Python's code objects have it), lines and depth of a function."""
        span = self.position(node)
        first = min([span.start.line, *(self.position(decorator).start.line for decorator in node.decorators)])
        return ".".join(self.scopes), first, range(first, span.end.line + 1), len(self.scopes)

    @staticmethod
    def is_left_alone(node):
        """Is this a part that no mutant is made of?"""
        if isinstance(node, libcst.Call):
            return isinstance(node.func, libcst.Name) and node.func.value in LEFT_ALONE
        if isinstance(node, libcst.Param) and node.default is not None:
            return not isinstance(node.default, SIMPLE_DEFAULT)
        return isinstance(node, (libcst.Annotation, libcst.Decorator))

    def mutate(self, node):
        """Collects the mutants that mutmut's operators make of one node."""
        span = self.position(node)
        if span is None:
            return
        begin = self.starts[span.start.line - 1] + span.start.column
        end = self.starts[span.end.line - 1] + span.end.column
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                for changed in operator(node):
                    self.add(span.start.line, begin, end, libcst.Module([]).code_for_node(changed))

    def add(self, line, begin, end, text):
        """One mutant: ``text`` in place of a stretch of the source."""
        name, first, lines, _depth = self.outer
        old = self.source[begin:end]
        # a statement on one line brings its own end of line
        text = text.rstrip("\n") if not old.endswith("\n") else text
        change = " ".join(f"{old} -> {text}".split())
        source = self.source[:begin] + text + self.source[end:]
        self.found.append(Mutant(name, first, lines, line, change, source, bool(self.parameters)))

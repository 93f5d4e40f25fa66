"""A rule of the house: ``sudo()`` passes by every wall, so each says why it may."""

import ast
import io
import re
import tokenize

from . import settings

#: What a docstring or a comment elsewhere in the method says when it is about that; a comment beside the call may say
#: it in any words.
ABOUT_RIGHTS = re.compile(r"\b(superuser|sudo|rights?|whoever|anybody|everybody|may (not )?(read|see|open))\b", re.I)
FEWEST_WORDS = 3


def unexplained():
    """A sentence for every ``.sudo()`` outside tests that neither its line, the one above nor its method explains."""
    for path in sorted(settings.ROOT.glob("cbam_*/**/*.py")):
        if "tests" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if ".sudo(" in text:
            for line in lines_without_reason(text):
                yield f"{path.relative_to(settings.ROOT)}:{line}: sudo() without a comment that says why"


def lines_without_reason(text):
    """Numbers of the lines with such a call in the text of a module."""
    tree, comments = ast.parse(text), comments_of(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and not hasattr(node, "body")]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sudo":
            line = node.func.end_lineno
            around = [one for one in statements if one.lineno <= line <= one.end_lineno]
            begin = max((one.lineno for one in around), default=line)
            near = [comments.get(number, "") for number in (line, line - 1, begin - 1)]
            inside = [one for one in functions if one.lineno <= line <= one.end_lineno]
            if not any(len(words.split()) >= FEWEST_WORDS for words in near) and not any(
                ABOUT_RIGHTS.search(words) for one in inside for words in said_in(one, comments)
            ):
                yield line


def said_in(function, comments):
    """The docstring and the comments of a function."""
    yield ast.get_docstring(function) or ""
    yield from (words for line, words in comments.items() if function.lineno <= line <= function.end_lineno)


def comments_of(text):
    """``{line: comment}``, without those for linters."""
    return {
        token.start[0]: token.string.lstrip("#: ")
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and not token.string.startswith(("# noqa", "# pylint"))
    }

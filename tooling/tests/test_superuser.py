from textwrap import dedent

from tooling import superuser


def lines(text):
    return list(superuser.lines_without_reason(dedent(text)))


def test_a_call_without_a_reason_is_found():
    assert lines("""
        def total(self):
            return self.sudo().amount
    """) == [3]
    assert lines("""
        def total(self):
            # fmt: skip
            return (
                self.env["x"]
                .sudo()
                .search([])
            )
    """) == [6]


def test_reasons_on_the_line_above_it_and_in_the_method():
    for text in (
        "def total(self):\n    return self.sudo().amount  # only the total is shown\n",
        "def total(self):\n    # only the total is shown\n    return (\n        self\n        .sudo()\n    )\n",
        'def total(self):\n    """Whoever sees the order sees its total."""\n    return self.sudo().amount\n',
        "def total(self):\n    # superuser: a total counts every line\n    a = 1\n    return self.sudo().amount + a\n",
    ):
        assert lines(text) == []


def test_the_addons_say_why():
    assert list(superuser.unexplained()) == []

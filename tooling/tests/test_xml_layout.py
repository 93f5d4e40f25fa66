"""What `make lint` says of the layout of XML files."""

from tooling.xml_layout import findings

GOOD = """<?xml version="1.0" encoding="UTF-8" ?>
<odoo>
    <!-- a comment: <b> is no tag -->
    <record id="x" model="y">
        <field name="domain">[('a', '>', 1)]</field>
        <field name="arch" type="xml">
            <t t-if="a &gt; b" t-value="'>'"
               t-else="">text <b>bold</b>
            </t>
        </field>
    </record>
</odoo>
"""


def test_a_file_that_is_laid_out_well():
    assert list(findings(GOOD)) == []


def test_a_tag_a_level_too_far_left():
    bad = GOOD.replace('        <field name="domain">', '    <field name="domain">')
    assert list(findings(bad)) == [(5, "indented by 4 instead of 8 spaces")]


def test_an_end_tag_that_does_not_stand_below_its_beginning():
    assert list(findings(GOOD.replace("    </record>", "  </record>"))) == [(11, "indented by 2 instead of 4 spaces")]


def test_white_space():
    assert list(findings("<odoo/> \n")) == [(1, "white space at the end of the line")]
    assert list(findings("<odoo\ta='1'/>\n")) == [(1, "a tab")]
    assert list(findings("<odoo/>")) == [(1, "the file ends with exactly one line break")]
    assert list(findings("<odoo/>\n\n")) == [(2, "the file ends with exactly one line break")]

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Order in graphs that may have cycles."""

from engine.graphs import strongly_connected


def test_what_a_node_leads_to_comes_first():
    assert strongly_connected([[1, 2], [3], [3], []]) == [[3], [1], [2], [0]]


def test_nodes_that_reach_each_other_are_one_group():
    groups = strongly_connected([[1], [2], [0, 3], [4], [3], []])
    assert [sorted(group) for group in groups] == [[3, 4], [0, 1, 2], [5]]


def test_a_long_chain_needs_no_recursion():
    length = 50_000
    chain = [[node + 1] for node in range(length - 1)] + [[]]
    assert strongly_connected(chain) == [[node] for node in reversed(range(length))]

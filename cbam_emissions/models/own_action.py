"""Documents that are fixed: some of their fields are written by their own actions only."""

#: A value that no client can send: it exists in this process alone.
_MARK = object()


def by_own_action(records):
    """The records, for a write that only their own actions may do."""
    return records.with_context(cbam_own_action=_MARK)


def is_own_action(records):
    """Whether the records were prepared by :func:`by_own_action`."""
    return records.env.context.get("cbam_own_action") is _MARK

"""What a dashboard is made of, as plain data: figures, bars, charts and tables, each with the action behind it."""


def window(name, model, domain=None, res_id=False, context=None):
    """An action that opens the records behind a figure, or one of them."""
    kinds = ("form",) if res_id else ("list", "form")
    return {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": model,
        "views": [[False, kind] for kind in kinds],
        "domain": list(domain or []),
        "res_id": res_id,
        "context": context or {},
        "target": "current",
    }


def figure(label, value, unit="", digits=0, action=None, hint="", state=""):
    """A single figure.

    :param value: number or text; ``None`` is shown as missing
    :param state: ``success``, ``warning`` or ``danger``
    """
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "digits": digits,
        "action": action,
        "hint": hint,
        "state": state,
    }


def column(label, unit="", digits=None, percent=False, signed=False, date=False):
    """A column of a table: text (or a date) where ``digits`` is ``None``."""
    return {"label": label, "unit": unit, "digits": digits, "percent": percent, "signed": signed, "date": date}


def table(title, columns, rows, empty="", hint=""):
    """Rows are ``(cells, action)``."""
    return {
        "title": title,
        "columns": columns,
        "rows": [{"cells": list(cells), "action": action} for cells, action in rows],
        "empty": empty,
        "hint": hint,
    }


def chart(title, unit, digits, labels, series, actions, hint=""):
    """Groups of bars: one per label, a bar per series ``(name, values)``, an action per label.

    Series without any figure are left out.
    """
    rows = [(name, list(values)) for name, values in series]
    return {
        "title": title,
        "unit": unit,
        "digits": digits,
        "labels": list(labels),
        "series": [{"name": name, "values": values} for name, values in rows if set(values) - {None}],
        "actions": list(actions),
        "hint": hint,
    }


def progress(title, unit, digits, parts, marks, hint=""):
    """One bar made of ``(label, value, colour, action)``, with ``(value, label)`` as marks on its scale."""
    return {
        "title": title,
        "unit": unit,
        "digits": digits,
        "parts": [
            {"label": label, "value": value, "color": color, "action": action} for label, value, color, action in parts
        ],
        "marks": [{"value": value, "label": label} for value, label in marks],
        "hint": hint,
    }


def nothing(title, text, label, action):
    """What to do first, where there is nothing to show yet."""
    return {"empty": {"title": title, "text": text, "label": label, "action": action}}

"""Filling in the desk's forms as a browser does: take the page, change some fields, send everything."""

from html import unescape

from django.urls import reverse


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def filled_in(response, **changes):
    """The values of every field of the page, as a browser would send them, with `changes`."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in forms:
        data |= values_of(form)
    data |= {"_version": response.context.get("version", ""), "change_reason": "Prøve"}
    return data | changes


def values_of(form):
    values = {field.html_name: field.value() for field in form}
    values = {name: "on" if value is True else value for name, value in values.items() if value is not False}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def add_row(response, data, prefix, **values):
    """Do what «Legg til ny» does: one more row in the list `prefix`, with its defaults and `values`."""
    formset = next(i.formset for i in response.context["inline_admin_formsets"] if i.formset.prefix == prefix)
    number = data[f"{prefix}-TOTAL_FORMS"]
    for name, value in values_of(formset.empty_form).items():
        data[name.replace("__prefix__", number)] = value
    for name, value in values.items():
        data[f"{prefix}-{number}-{name}"] = getattr(value, "pk", value)
    data[f"{prefix}-TOTAL_FORMS"] = str(int(number) + 1)


def text_of(response):
    return unescape(response.content.decode())

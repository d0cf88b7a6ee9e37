from django import template
from django.contrib.admin.templatetags.admin_modify import submit_row

register = template.Library()


@register.inclusion_tag("desk/_submit.html", takes_context=True)
def entry_buttons(context):
    """The buttons of an entry's form: Django's own rules for who may press what, with drafts beside them."""
    return submit_row(context).flatten()

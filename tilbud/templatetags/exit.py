from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def exit_url():
    """The neutral site the exit leads to."""
    return settings.EXIT_URL

from django.views.generic import TemplateView


class Survey(TemplateView):
    template_name = "survey.html"

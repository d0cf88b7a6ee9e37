"""Who is let in at the desk, and as what."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import admin as auth
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp import devices_for_user
from django_otp.plugins.otp_static import admin as codes
from django_otp.plugins.otp_totp import admin as apps

from tilbud.desk.base import AddressMixin, FrozenAdmin
from tilbud.desk.roles import ADMINISTRATOR, TOLD
from tilbud.desk.sessions import end_sessions

# Importing the libraries' own admins has registered them. Nobody looks at the secrets of a second factor.
admin.site.unregister([Group, User, codes.StaticDevice, apps.TOTPDevice])


class AccountForm(forms.ModelForm):
    """An account without its password. Who edits it cannot shut themselves out."""

    # Set for each request.
    editor = None

    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email", "is_active", "groups"]
        field_classes = {"username": UsernameField}
        labels = {"is_active": _("Kontoen er åpen")}
        help_texts = {"is_active": _("Fjern haken for å stenge kontoen. Ingen kontoer slettes.")}

    def clean(self):
        data = super().clean()
        if self.instance.pk == self.editor.pk:
            if not data.get("is_active", True):
                self.add_error("is_active", _("Du kan ikke stenge din egen konto."))
            is_administrator = any(group.name == ADMINISTRATOR for group in data.get("groups", []))
            if not (is_administrator or self.editor.is_superuser or "groups" in self.errors):
                self.add_error("groups", _("Du kan ikke ta fra deg selv rollen som administrator."))
        return data


@admin.register(User)
class UserAdmin(AddressMixin, auth.UserAdmin):
    """Accounts have a role and nothing else; they are closed, never deleted."""

    form = AccountForm
    list_display = ["username", "get_full_name", "roles", "has_second_factor", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]
    filter_horizontal = []
    readonly_fields = ["password_link", "has_second_factor", "last_login", "date_joined"]
    actions = ["reset_second_factor"]
    fieldsets = [
        (_("Hvem"), {"fields": ["username", ("first_name", "last_name"), "email"]}),
        (_("Tilgang"), {"fields": ["is_active", "groups"]}),
        (_("Innlogging"), {"fields": ["password_link", "has_second_factor", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            _("Ny bruker"),
            {
                "fields": ["username", "password1", "password2", "groups"],
                "description": _(
                    "Gi brukeren passordet på en trygg måte, ikke i e-post. Ved første innlogging setter brukeren "
                    "opp det andre trinnet, og bør så bytte passord."
                ),
            },
        )
    ]

    def get_queryset(self, request):
        app = apps.TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return super().get_queryset(request).annotate(second_factor=Exists(app)).prefetch_related("groups")

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.editor = request.user
        return form

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        if db_field.name == "groups":
            told = format_html_join(" ", "<b>{}:</b> {}", TOLD.items())
            kwargs |= {"widget": forms.CheckboxSelectMultiple, "label": _("Rolle"), "help_text": told}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not is_above

    def has_delete_permission(self, request, obj=None):
        return False

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        user = form.instance
        # Whoever has a role is let in, and nobody else.
        user.is_staff = user.is_superuser or user.groups.exists()
        user.save(update_fields=["is_staff"])

    @admin.display(description=_("rolle"))
    def roles(self, user):
        return ", ".join(group.name for group in user.groups.all())

    @admin.display(description=_("andre trinn"), boolean=True)
    def has_second_factor(self, user):
        return bool(user.pk) and user.second_factor

    @admin.display(description=_("passord"))
    def password_link(self, user):
        address = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a href="{}">{}</a>', address, _("Gi brukeren et nytt passord"))

    @admin.action(description=_("Nullstill det andre trinnet i innloggingen"), permissions=["change"])
    def reset_second_factor(self, request, queryset):
        users = [
            user for user in queryset if user.pk != request.user.pk and self.has_change_permission(request, user)
        ]
        if not users:
            self.message_user(request, _("Ditt eget bytter du under «Innlogging i to trinn»."), messages.WARNING)
            return None
        if "confirmed" not in request.POST:
            title = _("Nullstille det andre trinnet?")
            context = self.admin_site.each_context(request) | {"title": title, "users": users}
            return TemplateResponse(request, "desk/login_reset.html", context)
        for user in users:
            for device in devices_for_user(user, confirmed=None):
                device.delete()
            end_sessions(user)
            self.log_change(request, user, str(_("Nullstilte det andre trinnet i innloggingen.")))
        said = ngettext("Nullstilt for %(n)s bruker.", "Nullstilt for %(n)s brukere.", len(users))
        self.message_user(request, said % {"n": len(users)})
        return None


@admin.register(Group)
class GroupAdmin(FrozenAdmin):
    """The roles, as the migrations made them: to look at."""

    list_display = ["name", "told"]
    search_fields = ["name"]
    fields = ["name", "told", "members"]

    @admin.display(description=_("hva den kan"))
    def told(self, group):
        return TOLD.get(group.name, "")

    @admin.display(description=_("hvem"))
    def members(self, group):
        return ", ".join(group.user_set.order_by("username").values_list("username", flat=True))

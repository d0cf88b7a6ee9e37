from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.models import Group, User
from django_otp.plugins.otp_static import admin as codes
from django_otp.plugins.otp_totp import admin as apps

from tilbud.desk.base import AddressMixin

# Importing the libraries' own admins has registered them. Nobody looks at the secrets of a second factor.
admin.site.unregister([Group, User, codes.StaticDevice, apps.TOTPDevice])


@admin.register(User)
class UserAdmin(AddressMixin, auth.UserAdmin):
    pass


@admin.register(Group)
class GroupAdmin(AddressMixin, auth.GroupAdmin):
    pass

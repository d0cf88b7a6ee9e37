from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.models import Group, User

from tilbud.desk.base import AddressMixin

# Importing Django's own admin of users has registered it.
admin.site.unregister([Group, User])


@admin.register(User)
class UserAdmin(AddressMixin, auth.UserAdmin):
    pass


@admin.register(Group)
class GroupAdmin(AddressMixin, auth.GroupAdmin):
    pass

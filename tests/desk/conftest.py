from tests.staff import (  # noqa: F401
    admin_client,
    admin_user,
    administrator_client,
    approver_client,
    editor_client,
    reader_client,
)

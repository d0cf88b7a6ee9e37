"""How it goes, for whoever watches over the server: nothing about visitors, and no secrets."""

import time

from django.conf import settings
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tilbud.web import database
from tilbud.web.snapshot.ahead import finished
from tilbud.web.snapshot.store import Disk


@require_safe
def health(request):
    """Well, degraded (pages are shown from copies: 200) or dead (503)."""
    watch = database.watch
    if not watch.is_running:
        watch.look()
    pages = Disk(settings.SNAPSHOT_DIR, 0).count() if settings.SNAPSHOT else 0
    status = "ok" if watch.is_up else "degraded" if pages else "dead"
    return JsonResponse(
        {
            "status": status,
            "database": "up" if watch.is_up else "gone",
            "read_only": database.is_read_only(),
            "data_version": watch.number,
            "data_age_seconds": age(watch.changed_at and watch.changed_at.timestamp()),
            "snapshot_pages": pages,
            "snapshot_age_seconds": age(finished(settings.SNAPSHOT_DIR).get("at")) if settings.SNAPSHOT else None,
            "backup_age_seconds": age(newest_backup()),
            "time": timezone.now().isoformat(timespec="seconds"),
        },
        status=503 if status == "dead" else 200,
    )


def age(moment):
    # A clock that was set back makes nothing younger than new.
    return None if moment is None else max(0, round(time.time() - moment))


def newest_backup():
    """When the newest finished backup was written; None without one."""
    try:
        return max((path.stat().st_mtime for path in settings.BACKUP_DIR.glob("katalog-*.zip")), default=None)
    except OSError:
        return None

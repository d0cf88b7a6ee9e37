"""The whole database in one file: the directory, its history and the desk's accounts."""

from tilbud.open_data.backup.archive import BackupError, backups_in, open_backup
from tilbud.open_data.backup.making import make_backup
from tilbud.open_data.backup.restoring import restore_backup

__all__ = ["BackupError", "backups_in", "make_backup", "open_backup", "restore_backup"]

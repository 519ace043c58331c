"""What the page of backups says: steps, how the last one went, and what to do."""

STEPS = {"rows": "正在备份记录", "enclosures": "正在备份影像", "reading": "正在读回核对", "copying": "正在复制到U盘"}
FAILED = {
    "no_recovery_code": "还没有恢复码。",
    "backup_file_limit": "U盘放不下这么大的一个文件（FAT32 格式最大 4 GB），请换 exFAT 格式的U盘。",
    "backup_read_back": "写好后读回来核对不上，这个U盘或磁盘不可靠，没有保留。请换一个。",
    "backup_folder": "存放备份的文件夹不在了，或U盘已拔出。",
    "backup_exists": "同一时刻已经有一份备份。",
    "disk_full": "磁盘或U盘空间不够，没有写成。请清理后再试，或换一个大的U盘。",
    "failed": "磁盘或数据库出错，没有写成。请换一个U盘再试；仍不成功请联系技术人员。",
}
"""Why a backup failed, by the code that is remembered."""

"""What the commands of scanning say."""

SCAN_SENTENCES = {
    "scan_without_extra": "没有安装自动找纸边的组件，四个角要手工放。安装：在程序文件夹里运行 pip install -r requirements-scan.txt",
    "scan_file_wrong": "文件 {file}：{why}",
    "scan_unreadable": "文件打不开（{why}）。请看文件名对不对、有没有权限。",
    "scan_no_page": "没有找到纸边",
    "scan_packed": "第 {page} 页\t{width}×{height}\t{kib} KB\t{warnings}",
}

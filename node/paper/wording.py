"""What is printed on the sheets of the road on paper."""

SHEET_TITLE = "纸上带件单"
SHEET_NOTICE = "把这张纸带到{hop}，在“纸上收件”里扫码。影像不在纸上，随后由网络或U盘补到。"
ROWS = {"case_number": "办件编号", "short_number": "短号", "item": "事项", "applicant": "申请人", "from": "发出站点", "to": "送到"}
CODE = "第 {number} 码，共 {of} 码"
CARE = "保持平整，不要折在码上；打印要清楚。码里的内容是加密的，只有路上的收件站点能打开。"
"""Stands on the first sheet alone."""

ANSWER_TITLE = "收件回执"
ANSWER_NOTICE = "把这张纸带回{hop}，在“纸上收件”里扫码，那边就知道已经收到。"

"""What the pages of people, of switching and of leaving say: hints, reasons, and what was done."""

ROLE_HINTS = {
    "agent": "替村民填报、送材料。",
    "village_head": "查看本村办件，确认代办员离岗移交。",
    "reviewer": "受理、退回、上报。",
    "leader": "乡镇决定的事项由其批准。",
    "approver": "县级决定的事项由其批准。",
    "key_officer": "签发、解锁、吊销密钥。",
    "supervisor": "查看全县办件和期限。",
    "admin": "管理本站的人员、备份和更新。",
}
LEAVING_REASONS = {"affiliation_changed": "调到别处工作", "cessation_of_operation": "不再担任"}
DONE = {
    "roles": "岗位已改。新岗位的签章权限要等重新签发证书后生效。",
    "disable": "已停用，这个人的登录已全部退出。",
    "enable": "已重新启用。",
    "unlock": "口令已解锁，可以重新输入。",
    "wiped": "练习办件已全部清除。",
    "key": "申请已经发出，请按下面写的报核对码。",
    "answer": "答复已收下，证书可以用了。",
    "password": "密码已改。",
    "pin": "口令已改。请记住新的口令。",
    "kin": "已登记，以后办件里有这个号码就要回避。",
    "kin_gone": "已删除，并留下了记录。",
    "village": "申请已经发出，请按下面写的报核对码；签发后就能为这个村办理。",
    "dismissed": "已停止。",
    "setup": "密码已设好，请登录。",
}
SETUP_MISMATCH = "两次输入的密码不一样，请重新输入。"

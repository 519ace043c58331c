"""What the filling pages say of a newer version of an item; the codes are listed in `forms.changes.CODES`."""

from forms.changes import Change

CHANGES = {
    "field_added": "新增加的一栏，换版本后请填写。",
    "field_removed": "这一栏取消了。",
    "field_renamed": "原来叫“{before}”，内容照旧。",
    "kind_changed": "填写的形式变了，原来的内容不能沿用，请重新填写。",
    "now_required": "现在必须填写。",
    "not_required": "现在可以不填。",
    "rules_changed": "填写的规则变了，换版本后请按页面提示核对。",
    "choices_changed": "可选的项变了，请核对选过的一项。",
    "hint_changed": "填写说明变了，请照新的说明核对。",
    "material_added": "新增加的材料，请按要求提交。",
    "material_removed": "这份材料不用再交。",
    "material_changed": "材料的要求变了，请核对已交的材料。",
    "limits_changed": "办理时限变了，请告知申请人。",
}
OPTIONS = ("不再有：{gone}。", "新增加：{new}。")


def change_text(change: Change) -> str:
    """The sentence of a change; of options, also which went and which came."""
    text = CHANGES[change.code].format(before=change.before, after=change.after)
    if change.code != "choices_changed":
        return text
    gone, new = OPTIONS
    return text + (gone.format(gone=change.before) if change.before else "") + (new.format(new=change.after) if change.after else "")

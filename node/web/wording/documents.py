"""What is said about documents (文书) on pages."""

NAMES = {
    "form": "申请表",
    "receipt": "接收回执",
    "notice": "一次性告知单",
    "acceptance": "受理通知书",
    "result": "决定书",
    "certificate": "电子证照",
}
STATES = {
    "sealed": ("green", "有电子印章"),
    "unverified": ("orange", "有电子印章，未核验"),
    "faulty": ("red", "电子印章有问题"),
    "print": ("", "打印件，无电子印章"),
}
"""How a document stands: the tone of its badge, and the words."""
ASK = {
    "unverified": "本机还缺少材料，判断不了这些印章。请点“核验”看缺什么。",
    "faulty": "印章或文件有问题，不要使用这份文书。请点“核验”看原因，并告诉技术人员。",
}

ERRORS: dict[tuple[str, str | None], str] = {
    ("DrawingError", None): "文书没有做成，请再试一次；还不行就用网页上的“打印”，并告诉技术人员。",
    ("DrawingError", "glyph"): "字库里没有这些字：{characters}。文书做不出来，请用网页上的“打印”；名字里有生僻字的，请联系技术人员。",
    ("DrawingError", "drawing_slow"): "做文书用的时间太长，没有做成。请过一会儿再试，急用就用网页上的“打印”。",
    ("DrawingError", "drawing_failed"): "文书没有做成，请再试一次；还不行就用网页上的“打印”，并告诉技术人员。",
    ("DrawingError", "picture_kind"): "印章图片只能是 PNG 格式，请让制章单位提供 PNG 图片。",
    ("DrawingError", "picture_large"): "印章图片太大：最大 {most_kb} KB，长宽各不超过 {most_px} 点。请缩小后再传。",
    ("DrawingError", "picture_damaged"): "这张印章图片打不开，请换一张。",
    ("DrawingError", "seal_size"): "印章尺寸要在 {least} 至 {most} 毫米之间，请重填。",
    ("DrawingError", "seal_name"): "印章上的字数不合适：这一处要 {least} 至 {most} 个字，请改短或改用图片。",
    ("DrawingError", "seal_shape"): "印章的形状不对：圆章长宽要一样，请重填。",
}

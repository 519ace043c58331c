"""What the commands about unit seals say."""

from node.web.wording.documents import ERRORS as DRAWING_ERRORS
from node.web.wording.seals import ERRORS, STATES

STATE_WORDS = STATES

SEAL_SENTENCES = {
    **{code: sentence for (name, code), sentence in DRAWING_ERRORS.items() if code and name == "DrawingError"},
    **{code: sentence for (_, code), sentence in ERRORS.items() if code},
    "seal_line": "{state}\t{seal}\t{kind}\t{name}\t{station}\t{until}\t{custodians}\t{reason}",
    "seal_asked_for": "印章“{name}”的申请已做好，核对码 {code}。线路通的话会自动送到县里。",
    "seal_file_request": "申请已收下。用 seals make 制作，或在“印章登记册”里办理。",
    "seal_file_granted": "答复已收下，印章已在本站；什么时候能用，看 seals list 里的状态。",
    "seal_file_refused": "县里没有同意，理由见 seals list。",
    "seal_file_list": "印章名单已收下。",
    "seal_made_now": "印章“{name}”已制作，编号 {seal}。",
    "seal_changed": "“{name}”现在的状态：{state}。",
    "ask_slot_pin": "您自己的签名密钥在 UKey 里，请另定一个开这枚印章的口令（至少 6 位）：",
    "ask_seal_pin": "{name} 的 PIN：",
}

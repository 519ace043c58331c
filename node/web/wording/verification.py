"""What verification says, for the page 核验, the API and the command `verify`: one sentence on top, and a reason for each step and code.

`REASONS` are by (step, code); `PASSED` by step, where it is in order. `{…}` are the facts of a finding; one that is not there is left out.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from node.evidence.findings import FileFinding
from node.web.local_time import moment_text
from signing.report import NOT_REACHED, SEAL_ALONE, STEPS, Step

VERDICTS = {"valid": "通过", "invalid": "不通过", "undetermined": "不能确定", "not_applicable": "不适用"}
TONES = {"valid": "green", "invalid": "red", "undetermined": "orange", "not_applicable": "grey"}
TOP = {"valid": "可信", "invalid": "有问题", "undetermined": "不能完全确定"}
KINDS = {"export": "办件导出文件", "pdf": "PDF 文书", "ofd": "OFD 文书", "seal": "电子印章", "signature": "电子签章数据"}
SEAL_KINDS = {"person": "个人签名章", "unit": "单位公章", "service": "便民服务专用章", "approval": "行政审批专用章", "": "印章"}
PROOFS = {
    "receipts": "由收件站点签过名的回执证明",
    "station": "由本站自己的收件记录证明",
    "": "没有别的站点能证明时间，只有签章人自己写的时间",
}

STEP_NAMES = {
    "form": "数据格式",
    "algorithm": "签名算法",
    "signature": "签章签名",
    "listed": "有权用这枚章",
    "seal": "印章本身",
    "maker": "制章单位",
    "signer": "签章人证书",
    "time": "签章时间",
    "content": "内容没改动",
    "timestamp": "时间戳",
    "status": "印章状态",
    "policy": "用章规矩",
}

PASSED = {
    "form": "数据格式符合国家标准，没有多余的内容。",
    "algorithm": "用的是全县统一规定的签名算法。",
    "signature": "签名是这位签章人的密钥签的，签后没有改过。",
    "listed": "签章人在这枚印章的使用名单里。",
    "seal": "印章是制章单位做的，图样和内容没有改过。",
    "maker": "制章单位由本县授权，做章时有效。",
    "signer": "签章人的证书由本县逐级签发，签章时有效，没有吊销。",
    "time": "签章时间在印章和证书的有效期内，也和收件记录对得上。",
    "content": "内容和签章时记下的一致。第 3 步也通过，就说明盖章以后没有改动。",
    "timestamp": "时间戳没有问题。",
    "status": "登记册里，这枚印章当时没有停用、挂失或更换。",
    "policy": "章是这个单位的，用在该用的地方，顺序也对。",
}

_IN_FORCE = "印章在有效期内，到{valid_to}为止。"

_CERTIFICATE = {
    "certificate": "{whose}的证书不是本县格式的证书，或用途写得不对。",
    "bad_signature": "{whose}的证书不是发证单位签的，是伪造的。",
    "foreign_root": "{whose}的证书不是本县签发的。",
    "issuer_name": "{whose}的证书和发证单位对不上。",
    "issuer_usage": "给{whose}发证的人没有发证的权力。",
    "authority_not_allowed": "给{whose}发证的单位超出了它的权限。",
    "outside_issuer": "{whose}不在发证单位管辖的范围内。",
    "not_yet_valid": "那时{whose}的证书还没有生效。",
    "expired": "那时{whose}的证书已经过期。",
    "revoked": "{whose}的证书在别的站点收到这份材料以前就已吊销（{at}，原因：{reason}）。",
    "revoked_unproven": "{whose}的证书后来吊销了（{at}），又没有证据证明章是吊销以前盖的。",
    "issuer_missing": "缺少给{whose}发证的上级证书，本机不能判断。请到本县任一站点核验，或向县里要完整的材料。",
}
REVOKED_WHY = {
    "unspecified": "没有写明", "key_compromise": "密钥丢失或被盗", "ca_compromise": "发证单位密钥被盗", "affiliation_changed": "调离",
    "superseded": "换了新证书", "cessation_of_operation": "不再使用", "privilege_withdrawn": "取消权限",
}  # fmt: skip

_ANY = {
    NOT_REACHED: "前面的数据已经读不出来，这一步没有做。",
    SEAL_ALONE: "这里只有印章，没有盖过章的文件，这一步不用做。",
}


def _of_certificate(step: str, whose: str) -> dict[tuple[str, str], str]:
    return {(step, code): sentence.replace("{whose}", whose) for code, sentence in _CERTIFICATE.items()}


REASONS: dict[tuple[str, str], str] = {
    **{(step, code): sentence for step in STEPS for code, sentence in _ANY.items()},
    **_of_certificate("maker", "制章单位"),
    **_of_certificate("signer", "签章人"),
    ("form", "malformed"): "数据不合国家标准的格式，或后面多出了内容，读不出来。",
    ("form", "version"): "这是别的版本的印章或签章，本程序只认 GB/T 38540-2020 第 4 版。",
    ("form", "critical_extension"): "里面有本程序不认识、又必须认识的内容，不能当作通过。",
    ("algorithm", "not_of_suite"): "用的不是全县统一规定的签名算法。",
    ("signature", "bad_signature"): "签名对不上：不是这位签章人签的，或签后内容被改过。",
    ("listed", "not_listed"): "签章人不在这枚印章的使用名单里，是别人拿这枚章盖的。",
    ("seal", "bad_signature"): "印章上制章单位的签名是假的，或印章的图样、名称被换过。",
    ("maker", "not_a_seal_maker"): "做这枚章的人没有制章的资格。",
    ("maker", "outside_maker"): "制章单位没有权力做这一级、这一类的印章。",
    ("signer", "usage"): "签章人的证书不是用来签章的（{usage}）。",
    ("time", "seal_not_in_force"): "盖章时这枚印章不在有效期内（有效期 {valid_from} 到 {valid_to}）。",
    ("time", "outside_seal"): "所写的签章时间不在印章有效期内（有效期 {valid_from} 到 {valid_to}）。",
    ("time", "outside_certificate"): "所写的签章时间不在签章人证书的有效期内。",
    ("time", "clock"): "所写的签章时间（{claimed}）和收件记录对不上，多半是那台电脑的钟不准。请向签章单位核实时间。",
    ("time", "unproven"): "签章时间（{claimed}）只有签章人自己写的，没有别的站点的回执证明。请到经办的站点核验，或核验整个办件的导出文件。",
    ("time", "seal_not_yet"): "这枚印章还没有到启用日期（{valid_from}）。",
    ("time", "seal_expired"): "这枚印章已经过了有效期（{valid_to}）。",
    ("content", "other_content"): "盖章以后内容被改动过。",
    ("content", "no_content"): "没有给出盖章的原文，不能核对内容有没有改动。请连同原文一起核验。",
    ("timestamp", "malformed"): "时间戳读不出来。",
    ("timestamp", "other_signature"): "时间戳是别的签章的，被人挪到了这里。",
    ("timestamp", "timestamp_not_verified"): "带有时间戳，但本县没有时间戳机构，不能据此证明时间。",
    ("timestamp", ""): "没有带时间戳；时间另由收件回执证明。",
    ("status", "made"): "登记册里这枚印章只是做好了，还没有启用。",
    ("status", "stopped"): "登记册里这枚印章当时已停用（{since} 起）。",
    ("status", "lost"): "登记册里这枚印章当时已挂失（{since} 起）。",
    ("status", "replaced"): "登记册里这枚印章当时已被新章更换（{since} 起）。",
    ("status", "revoked"): "登记册里这枚印章当时已注销（{since} 起）。",
    ("status", "listed_unproven"): "这枚印章后来停用、挂失或更换了（{since} 起），又没有证据证明章是以前盖的。",
    ("status", "no_register"): "手里没有县里的印章登记册，没有查这一项。",
    ("policy", "other_purpose"): "这个签章不是给这里用的，是从别处挪来的。",
    ("policy", "other_organ"): "这枚章不是该单位的。",
    ("policy", "first_not_person"): "第一个章应是经办人本人的签名章，这里不是。",
    ("policy", "seal_kind"): "印章的种类和证书的种类对不上。",
    ("policy", "seal_order"): "章的先后不对：先是经办人，单位的章在最后，而且只有一枚。",
    ("policy", "unit_of_other_organ"): "单位的章不是经办单位的，是别的单位的。",
    ("policy", "head_missing"): "盖了村民委员会公章，却没有村负责人的签名章。",
    ("policy", "organ_of_seal"): "印章编号里的单位（{seal_id}）和签章人的单位（{division}）不一致。",
    ("policy", "off_the_route"): "签章人不是这个办件经办单位的人。",
    ("policy", "tier_order"): "上下级的顺序不对：应先村、后镇、再县。",
    ("policy", "outside_tier"): "上一级的章不是管这个地方的单位盖的。",
    ("policy", "other_case"): "这是另一个办件（{case}）的签章，被挪到了这里。",
    ("policy", "not_allowed"): "按办理流程，这个人在这一步不能这样办。",
}

PROBLEMS = {
    "part": "文件里有一部分和目录对不上，被改过、多出来或缺少：{what}。",
    "certificate": "里面有一张证书读不出来。",
    "revocations": "里面有一份吊销名单不是本县的。",
    "register": "里面的印章登记册不是本县签的，或被改过。",
    "letter": "里面有一步办理记录读不出来：{what}。",
    "receipt": "里面有一份回执是假的或被改过：{what}。",
    "chain": "办理的前后顺序对不上，可能少了一步，或被人换过：{what}。",
    "package": "附的表单版本不是当时用的那个。",
    "seal": "有一个签章缺少证书或印章，或对不上：{what}。",
    "seal_signature": "有一个签章的完整数据和办理记录对不上：{what}。",
    "enclosure": "有一页附件被改过或缺少：{what}。",
    "document": "文书里的签章读不出来。",
    "size": "文书太大，或里面的部分太多。",
    "package_bytes": "文书的压缩包不合规定，可能被别的软件改过。",
    "package_name": "文书的压缩包里有不该有的文件：{what}。",
    "package_size": "文书的压缩包太大，或里面的文件太多。",
    "unaccounted": "文书里有没盖过章的文件，或少了盖过章的文件：{what}。",
    "xml": "文书里有读不出来的部分：{what}。",
    "syntax": "文书的内部结构不合规定，可能被别的软件改过。",
    "structure": "文书的结构不是驿站做的，可能被改过。",
    "revision": "最后一枚章盖好以后，文书又被改动或加了内容。",
    "pages": "文书里有能改变显示内容的东西，不能相信看到的样子。",
    "picture": "文书上显示的章样和电子印章里的图样不一样。",
    "place": "章样显示的位置不对。",
    "signature": "文书里的签章数据摆放得不对。",
    "key": "给普通阅读软件看的签名用的密钥不对。",
    "document_key": "给普通阅读软件看的签名用的密钥不对。",
    "holder": "盖章人不在印章的使用名单里。",
    "cms_bad_signature": "给普通阅读软件看的那一份签名是假的。",
    "cms_other_content": "盖章以后，文件里的内容被改过（给普通阅读软件看的那一份签名也对不上）。",
    "cms_other_organ": "给普通阅读软件看的那一份签名，是别的单位的证书签的。",
    "cms_root": "给普通阅读软件看的那一份签名，不是本县的证书签的。",
}
FACTS = {
    "cms": "给普通阅读软件看的那一份签名完好，由旁边的国家标准印章一并担保；手里没有本县的文书根证书，没有另外查它的来历。",
    "register": "按县印章登记册第 {register} 号（{register_at}）查印章状态。",
    "revocations_at": "按 {revocations_at} 的吊销名单查证书。",
}
_EMPTY = "文件里一枚电子印章也没有，不能证明是真是假。如果是没有盖章的打印件，请核对纸上的二维码。"
_NO_ROOT = "没有给出县根证书，不能确定是不是本县的章。"
_OTHER_PROBLEM = "文书的内部结构不合规定，可能被改过。"
_OTHER_REASON = "这一步没有通过，请联系县级密钥管理员。"
_ALL_GOOD = {
    "export": "办件的每一步、每一枚章都核对过了，没有改动。",
    "seal": "印章由本县制章单位制作，现在可以使用。",
}
_GOOD = "每一枚章都是真的，盖章以后没有改动。"


def filled(sentence: str, facts: Mapping[str, str]) -> str:
    """The sentence with its facts; days and reasons as people say them."""
    said = {name: REVOKED_WHY.get(value, value) if name == "reason" else _day(value) for name, value in facts.items()}
    return sentence.format_map(defaultdict(str, said))


def _day(value: str) -> str:
    """A moment (ISO, with its zone) as the county's clocks show it; anything else as it is."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return moment_text(moment) if moment.tzinfo else value


def reason(step: Step) -> str:
    """What a step found, as a sentence."""
    if step.verdict == "valid":
        # A seal by itself was put on nothing yet: no receipt speaks of it.
        return filled(_IN_FORCE, step.evidence) if step.name == "time" and "valid_to" in step.evidence else PASSED[step.name]
    return filled(REASONS.get((step.name, step.code), _OTHER_REASON), step.evidence)


def problem_text(code: str, what: str) -> str:
    """What is wrong with a file as a whole."""
    return PROBLEMS.get(code, _OTHER_PROBLEM).format(what=what[:80])


def top(finding: FileFinding) -> tuple[str, str]:
    """(可信 / 有问题 / 不能完全确定, why): the sentence on top."""
    what, code = finding.why
    if what == "problem":
        why = next(problem_text(*one) for one in _all_problems(finding) if one[0] == code)
    elif what == "empty":
        why = _EMPTY
    elif what == "root":
        why = _NO_ROOT
    elif what:
        why = reason(_deciding(finding, what, code))
    else:
        why = _ALL_GOOD.get(finding.kind, _GOOD)
    return TOP[finding.verdict], why


def _all_problems(finding: FileFinding) -> list[tuple[str, str]]:
    return [problem for one in (finding, *finding.documents) for problem in one.problems]


def _deciding(finding: FileFinding, name: str, code: str) -> Step:
    seals = [seal for one in (finding, *finding.documents) for seal in one.seals]
    return next(step for seal in seals for step in seal.report.steps if (step.name, step.code) == (name, code))


def problem_lines(finding: FileFinding) -> list[str]:
    """What is wrong with a file as a whole, each sentence once: of three seals that were broken by one change it says the same."""
    return list(dict.fromkeys(problem_text(*one) for one in finding.problems))


def notes(finding: FileFinding) -> list[str]:
    """Facts about how it was checked, as sentences."""
    return [filled(sentence, finding.facts) for name, sentence in FACTS.items() if name in finding.facts]


CODES = {
    "unreadable": "这不是驿站文书上的二维码内容，请照原样输入，中间的空格也要。",
    "unknown": "本站没有这个办件，或还没有这份文书，不能核对。请到经办的站点核验。",
    "same": "和本站的记录一致：这份文书的内容就是本站现在记录的内容。请再核对纸上的字有没有涂改。",
    "older": "这是以前报送的版本，后来补正过，现在以新的为准。请打开办件，看最新的内容。",
    "other": "和本站的记录不一致：可能是没有报送过的版本，也可能被改过。请打开办件，逐项对照。",
}
"""What a printed code is, by `node.evidence.codes`."""
NUMBER_ONLY = "这个码只有办件编号，没有核对码，不能证明纸上的内容。请打开办件，逐项对照。"
NUMBER_UNKNOWN = "这是办件编号，本站没有这个办件。请到经办的站点查询。"
CODE_TONES = {"unreadable": "red", "unknown": "orange", "same": "green", "older": "orange", "other": "red"}

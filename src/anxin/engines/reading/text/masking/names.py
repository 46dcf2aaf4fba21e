"""Names of people, where the words around them give them away, and the house numbers of addresses.

A Chinese name alone cannot be told from a word with safety (高兴, 方便, 安全 begin with surnames), so a name needs a cue: "my name
is", a title after the surname, a role before it. The caller knows the customer's own name and hands it in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from anxin.engines.reading.text.masking.kinds import Kind, Span
from anxin.engines.reading.text.word_lists import word_list
from anxin.engines.reading.text.words import tagged

# The most frequent surnames, nine tenths of all people; without those that are mostly read as another word (于, 向, 和, 车, 单, 时).
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白"
    "邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤康易乔赖文庞樊兰殷施洪翟安颜倪牛温芦季俞章鲁葛伍申尤毕聂焦向柳邢岳齐梅庄"
    "辛管祝左涂谷祁耿牟卜路詹关苗凌费纪靳盛童欧甄项裴席解卫阮"
)
_DOUBLE = "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|司徒|令狐|端木"
_SURNAME = rf"(?:{_DOUBLE}|[{_SURNAMES}])"
_TITLES = (
    "先生|女士|小姐姐|小姐|太太|夫人|老师|经理|主任|师傅|科长|处长|店长|组长|主管|总监|总(?!公司|部|是|算|之|共|体|的)|阿姨|大姐|大哥|大爷|大妈|叔叔|医生|大夫|护士|"
    "律师|警官|同志|工(?=[，。,.!！、\\s]|$)|姐(?!妹|夫|姐)|哥(?!哥)"
)
_ROLES = "客服|业务员|代理人|经纪人|经理|专员|顾问|查勘员|定损员|理赔员|核赔员|服务人员|工作人员|接线员|坐席|柜员|柜面|护士|姑娘|小伙子?|保险员|推销员|销售"
_TITLED = re.compile(rf"({_SURNAME}[\u4e00-\u9fff]{{0,2}}?)(?:{_TITLES})")
_NICKNAMED = re.compile(rf"([小老阿]{_SURNAME})(?![\u4e00-\u9fff]?(?:公司|银行|路|街|区|县|市|镇|村))")
_CUED = re.compile(
    rf"(?:我叫|我的名字[叫是]|本人(?:姓名)?(?:叫|是)?|我是|姓名|投保人|被保险人|受益人|联系人|经办人|签名|署名|叫做|名叫|{_ROLES})(?:[叫是为]|[:：\s])*"
    rf"({_SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?=[，。,.;；、!！?？\s)）（(]|$|的|[，,]?(?:身份证|电话|手机|今年|男|女|说|对|给|在|态度|服务|接待|告诉|让|把|来|很|特别|非常|讲|跟|处理|办理))"
)
_SIGNED = re.compile(rf"(?:此致|敬礼|敬上|申请人|投诉人|客户)[:：\s]+({_SURNAME}[\u4e00-\u9fff]{{1,2}})\s*$", re.M)

_NO_NICKNAME = word_list("no_nickname")
_ROLE, _TWO = re.compile(_ROLES), re.compile(_DOUBLE)
_ROLE_BEFORE = re.compile(rf"(?:{_ROLES}|叫|找|是|谢谢|感谢|表扬|的|，|。|！|^)$")

_WORD = r"[A-Z][a-z'’-]+(?:[A-Z][a-z]+)?"
_ENGLISH_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Madam)\b\.? ((?:{_WORD})(?: {_WORD})?)")
_ENGLISH_CUED = re.compile(
    rf"\b(?:[Mm]y (?:full )?name is|[Nn]ame ?:|[Nn]amed|[Cc]alled|[Ss]poke (?:to|with)|[Ss]igned by|[Pp]olicyholder:?|[Ii]nsured:|[Aa]gent|[Aa]dviser|[Hh]andler|[Aa]djuster) ((?:{_WORD})(?: [A-Z]\.)?(?: {_WORD})?)"
)
_ENGLISH_PRESENTED = re.compile(rf"\b(?:I am|I'm|I’m|[Tt]his is) ({_WORD} {_WORD})(?=[,.;!?]|$| and\b| from\b| with\b)")
_ENGLISH_SIGNED = re.compile(
    rf"(?:[Rr]egards|[Ss]incerely|[Yy]ours(?: truly| faithfully)?|[Tt]hanks|[Tt]hank you|[Bb]est wishes),?[ \t]{{0,9}}\n\s{{0,9}}((?:{_WORD})(?: (?:{_WORD}|[A-Z]\.)){{0,2}})\s*$",
    re.M,
)
_NO_NAME = word_list("no_name_en")

_HOUSE = re.compile(r"(?:路|街|大道|巷|弄|胡同|村|里)\s?(\d{1,5}(?:[-—之]\d{1,3})?[A-Za-z]?)(?=号(?!线|文|公告|令)|弄)")
_UNITS = re.compile(r"(?:\d{1,5}[A-Za-z]?(?:号楼|号(?!线)|栋|幢|座|单元|楼|层|室|房)){2,}")
_ROOM = re.compile(
    r"(?:小区|花园|家园|公寓|大厦|广场|苑|园|府|庭|湾|城|楼|座|栋|幢|单元)\s?(\d{1,2}-\d{1,2}-\d{2,5}|\d{1,5}[A-Za-z]?(?=\s?(?:号楼|栋|幢|座|单元|室|房)))"
)
_DIGITS = re.compile(r"\d{1,5}[A-Za-z]?")
_STREET = re.compile(
    r"(?<![\w.])(\d{1,6}[A-Za-z]?)(?=,? (?:[A-Z][\w'’.]* ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Terrace|"
    r"Close|Square|Crescent|Gardens|Highway|Hwy|Parkway|Pkwy)\b)"
)
_FLAT = re.compile(r"\b(?:Flat|Apt|Apartment|Unit|Suite|Room)\.? ?#?(\d{1,5}[A-Za-z]?)\b")


def known(text: str, names: Iterable[str]) -> Iterator[Span]:
    """Names the caller knows, wherever they stand; letters as whole words, in any case."""
    for name in {name.strip() for name in names}:
        if len(name) < 2:
            continue
        edges = (r"(?<![A-Za-z])", r"(?![A-Za-z])") if name.isascii() else ("", "")
        for found in re.finditer(edges[0] + re.escape(name) + edges[1], text, re.I):
            yield Span(found.start(), found.end(), Kind.NAME)


def names(text: str) -> Iterator[Span]:
    yield from _chinese(text)
    for pattern in (_ENGLISH_TITLED, _ENGLISH_CUED, _ENGLISH_PRESENTED, _ENGLISH_SIGNED):
        for found in pattern.finditer(text):
            start, end = found.span(1)
            parts = found[1].split(" ")
            while parts and parts[-1] in _NO_NAME:
                end -= len(parts.pop()) + 1
            if parts and not _NO_NAME.intersection(parts):
                yield Span(start, end, Kind.NAME)


def _chinese(text: str) -> Iterator[Span]:
    for pattern in (_CUED, _SIGNED, _TITLED):
        for found in pattern.finditer(text):
            if _reads_as_name(text, *found.span(1)):
                yield Span(*found.span(1), Kind.NAME)
    for found in _NICKNAMED.finditer(text):
        start, end = found.span(1)
        if found[1] not in _NO_NICKNAME and _ROLE_BEFORE.search(text, max(0, start - 5), start):
            starts = _words_around(text, start)
            if start in starts and (end in starts or end == len(text)):
                yield Span(start, end, Kind.NAME)


def _reads_as_name(text: str, start: int, end: int) -> bool:
    """Whether a word begins in this place, and the dictionary takes it for a surname alone or for a name, here and on its own."""
    here = _words_around(text, start).get(start)
    name = text[start:end]
    if here is None or _ROLE.match(name):  # the dictionary takes 顾问 for a name
        return False
    return bool(_TWO.match(name)) or all(
        len(word) == 1 or tag.startswith("nr") for word, tag in (here, tagged(name)[0])
    )


def _words_around(text: str, at: int) -> dict[int, tuple[str, str]]:
    """The words near a place by where they start, with their part of speech."""
    start = max(0, at - 6)
    found = {}
    for word, tag in tagged(text[start : at + 6]):
        found[start] = (word, tag)
        start += len(word)
    return found


def addresses(text: str) -> Iterator[Span]:
    """Numbers of houses, buildings, units and rooms; street and town stay, they say where customers have trouble."""
    for pattern in (_HOUSE, _ROOM, _STREET, _FLAT):
        for found in pattern.finditer(text):
            yield Span(*found.span(1), Kind.ADDRESS)
    for chain in _UNITS.finditer(text):
        for found in _DIGITS.finditer(text, *chain.span()):
            yield Span(found.start(), found.end(), Kind.ADDRESS)

"""How surnames are read where they are read otherwise than the same characters elsewhere; a dictionary of words has them wrong."""

from collections.abc import Mapping
from typing import Final

ONE: Final[Mapping[str, str]] = {
    "单": "shan", "仇": "qiu", "区": "ou", "曾": "zeng", "查": "zha", "盖": "ge gai", "解": "xie", "朴": "piao",
    "任": "ren", "华": "hua", "翟": "zhai di", "乐": "yue le", "覃": "qin tan", "缪": "miao", "员": "yun", "黑": "he",
    "种": "chong", "郗": "xi chi", "冼": "xian", "洗": "xian", "折": "she", "隗": "wei kui", "逄": "pang", "乜": "nie",
    "佴": "nai", "句": "gou", "召": "shao", "纪": "ji", "燕": "yan", "应": "ying", "葛": "ge", "盛": "sheng",
    "宁": "ning", "卜": "bu", "车": "che", "石": "shi", "秘": "bi", "费": "fei bi", "祭": "zhai", "贲": "ben",
    "柏": "bai bo", "都": "du", "过": "guo", "钭": "tou", "繁": "po", "殷": "yin", "能": "nai", "幺": "yao",
    "么": "yao", "撒": "sa", "冯": "feng", "笪": "da", "谌": "chen shen", "牟": "mu mou", "郇": "xun huan",
    "訾": "zi", "亓": "qi", "仉": "zhang", "瞿": "qu", "尉": "wei", "圈": "juan", "行": "xing", "曲": "qu",
    "宓": "mi fu", "适": "kuo", "强": "qiang", "相": "xiang", "占": "zhan", "藏": "zang", "沈": "shen",
    "尹": "yin", "阚": "kan", "眭": "sui", "甄": "zhen", "晁": "chao", "褚": "chu", "俞": "yu", "郝": "hao",
    "万": "wan", "长": "zhang", "宿": "su", "哈": "ha", "那": "na", "角": "jue", "重": "chong", "参": "shen",
    "訚": "yin", "戏": "xi", "会": "gui", "冒": "mao mo", "洪": "hong", "莘": "shen xin", "吕": "lv", "律": "lv",
}  # fmt: skip
"""Readings of one character, the usual one first."""

TWO: Final[Mapping[str, str]] = {
    "欧阳": "ou yang", "尉迟": "yu chi", "万俟": "mo qi", "单于": "chan yu", "长孙": "zhang sun", "澹台": "tan tai",
    "令狐": "ling hu", "夏侯": "xia hou", "诸葛": "zhu ge", "司马": "si ma", "上官": "shang guan", "司徒": "si tu",
    "东方": "dong fang", "皇甫": "huang fu", "慕容": "mu rong", "公孙": "gong sun", "宇文": "yu wen", "轩辕": "xuan yuan",
    "端木": "duan mu", "百里": "bai li", "南宫": "nan gong", "西门": "xi men", "独孤": "du gu", "呼延": "hu yan",
    "司空": "si kong", "钟离": "zhong li", "闻人": "wen ren", "太史": "tai shi", "公羊": "gong yang", "申屠": "shen tu",
    "淳于": "chun yu", "濮阳": "pu yang", "宗政": "zong zheng", "赫连": "he lian", "鲜于": "xian yu", "闾丘": "lv qiu",
    "亓官": "qi guan", "仲孙": "zhong sun", "乐正": "yue zheng", "漆雕": "qi diao", "拓跋": "tuo ba", "谷梁": "gu liang",
    "段干": "duan gan", "梁丘": "liang qiu", "左丘": "zuo qiu", "东郭": "dong guo", "羊舌": "yang she", "贺兰": "he lan",
}  # fmt: skip
"""Surnames of two characters."""

"""Japan's 47 prefectures by their ISO 3166-2 codes: the finest places that are ever kept."""

from __future__ import annotations

_NAMES = (
    "Hokkaido 北海道,Aomori 青森県,Iwate 岩手県,Miyagi 宮城県,Akita 秋田県,"
    "Yamagata 山形県,Fukushima 福島県,Ibaraki 茨城県,Tochigi 栃木県,Gunma 群馬県,"
    "Saitama 埼玉県,Chiba 千葉県,Tokyo 東京都,Kanagawa 神奈川県,Niigata 新潟県,"
    "Toyama 富山県,Ishikawa 石川県,Fukui 福井県,Yamanashi 山梨県,Nagano 長野県,"
    "Gifu 岐阜県,Shizuoka 静岡県,Aichi 愛知県,Mie 三重県,Shiga 滋賀県,Kyoto 京都府,"
    "Osaka 大阪府,Hyogo 兵庫県,Nara 奈良県,Wakayama 和歌山県,Tottori 鳥取県,"
    "Shimane 島根県,Okayama 岡山県,Hiroshima 広島県,Yamaguchi 山口県,"
    "Tokushima 徳島県,Kagawa 香川県,Ehime 愛媛県,Kochi 高知県,Fukuoka 福岡県,"
    "Saga 佐賀県,Nagasaki 長崎県,Kumamoto 熊本県,Oita 大分県,Miyazaki 宮崎県,"
    "Kagoshima 鹿児島県,Okinawa 沖縄県"
)
PREFECTURES: dict[str, tuple[str, str]] = {
    f"JP-{number:02}": (pair.split()[0], pair.split()[1])
    for number, pair in enumerate(_NAMES.split(","), 1)
}
"""By code: the name in English and in Japanese."""

CODES: dict[str, str] = {english: code for code, (english, _) in PREFECTURES.items()}
"""Codes by the English name."""


def prefecture_name(code: str, language: str) -> str:
    """Return the name of *code* in *language* (``ja`` or another); *code* when it is none.

    >>> prefecture_name("JP-13", "ja"), prefecture_name("JP-13", "en"), prefecture_name("X", "en")
    ('東京都', 'Tokyo', 'X')
    """
    names = PREFECTURES.get(code)
    return code if names is None else names[1] if language == "ja" else names[0]

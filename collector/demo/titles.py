"""The titles of the made-up town's pages, as its operator would list them; some pages have none."""

from __future__ import annotations

from collections.abc import Mapping

from oboro.page_titles import Title

TITLES: Mapping[str, Mapping[str, Title]] = {
    "city.oboro.example": {
        "/": Title(ja="おぼろ市ホームページ", en="City of Oboro"),
        "/kurashi": Title(ja="くらし・手続き", en="Living and procedures"),
        "/kurashi/gomi": Title(ja="ごみ・リサイクル", en="Waste and recycling"),
        "/kurashi/gomi/calendar": Title(ja="ごみ収集カレンダー", en="Waste collection calendar"),
        "/kurashi/gomi/sodai": Title(ja="粗大ごみの申し込み", en="Collection of bulky waste"),
        "/kurashi/juminhyo": Title(ja="住民票の写しの請求", en="Certificates of residence"),
        "/kurashi/mynumber": Title(ja="マイナンバーカードの申請", en="My Number cards"),
        "/kurashi/hikkoshi": Title(ja="引っ越しの手続き", en="Moving house"),
        "/kurashi/zei": Title(ja="市税のご案内", en="City taxes"),
        "/kurashi/zei/shinkoku": Title(ja="市民税・県民税の申告", en="Tax returns"),
        "/kurashi/kokuho": Title(ja="国民健康保険", en="National Health Insurance"),
        "/kurashi/suido": Title(ja="水道の使用開始・中止", en="Starting and stopping water"),
        "/kurashi/bus": Title(ja="コミュニティバスの時刻表", en="Community bus timetable"),
        "/kosodate/hoikuen": Title(ja="保育園の入園申し込み", en="Applying for nursery school"),
        "/kosodate/yobosesshu": Title(ja="子どもの予防接種", en="Vaccinations for children"),
        "/kenko/kyujitsu": Title(ja="休日・夜間の診療", en="Doctors at night and on holidays"),
        "/bousai": Title(ja="防災・緊急情報", en="Disaster prevention"),
        "/bousai/hazardmap": Title(ja="ハザードマップ", en="Hazard maps"),
        "/news": Title(ja="お知らせ一覧", en="News"),
        "/en": Title(en="Oboro City in English"),
    },
}
"""By site, and by the name of the page."""

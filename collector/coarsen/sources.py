"""Name the places visits come from, and say what kind of place each is.

A key is a host; the longest one that a referrer's host ends with decides. Keys with a final
dot stand for the same name under any public suffix (``google.`` for google.com, google.co.jp).
"""

from __future__ import annotations

from typing import NamedTuple


class Source(NamedTuple):
    """A place visits come from, by name and kind."""

    name: str
    channel: str


SEARCH, SOCIAL, MAIL, AI = "search", "social", "mail", "ai"
DIRECT_CHANNEL, REFERRAL, CAMPAIGN, PAID = "direct", "referral", "campaign", "paid"
CHANNELS = (DIRECT_CHANNEL, SEARCH, SOCIAL, MAIL, AI, REFERRAL, CAMPAIGN, PAID)

_BY_CHANNEL: dict[str, dict[str, tuple[str, ...]]] = {
    SEARCH: {
        "AOL Search": ("search.aol.com",),
        "Ask": ("ask.com",),
        "au Web Portal": ("search.auone.jp", "auone.jp"),
        "Baidu": ("baidu.com",),
        "Biglobe": ("search.biglobe.ne.jp",),
        "Bing": ("bing.com", "com.microsoft.bing"),
        "Brave Search": ("search.brave.com",),
        "Coc Coc": ("coccoc.com",),
        "Daum": ("search.daum.net",),
        "docomo d menu": ("search.smt.docomo.ne.jp", "service.smt.docomo.ne.jp"),
        "DuckDuckGo": ("duckduckgo.com", "com.duckduckgo.mobile.android"),
        "Ecosia": ("ecosia.org",),
        "Excite": ("excite.co.jp", "excite.com"),
        "goo": ("search.goo.ne.jp", "goo.ne.jp"),
        "Google": (
            "google.",
            "com.google.android.googlequicksearchbox",
            "googleusercontent.com",
        ),
        "Kagi": ("kagi.com",),
        "Lycos": ("lycos.com",),
        "MetaGer": ("metager.org", "metager.de"),
        "Mojeek": ("mojeek.com",),
        "Naver": ("search.naver.com", "naver.com"),
        "Nifty": ("search.nifty.com",),
        "OCN": ("ocn.ne.jp",),
        "Petal Search": ("petalsearch.com",),
        "Qwant": ("qwant.com",),
        "Rakuten Infoseek": ("websearch.rakuten.co.jp", "infoseek.co.jp"),
        "Seznam": ("seznam.cz",),
        "Shenma": ("sm.cn",),
        "So-net": ("search.so-net.ne.jp",),
        "So.com": ("so.com",),
        "Sogou": ("sogou.com",),
        "Startpage": ("startpage.com", "ixquick.com"),
        "Swisscows": ("swisscows.com",),
        "Yahoo! JAPAN": (
            "search.yahoo.co.jp",
            "yahoo.co.jp",
            "jp.co.yahoo.android.yjtop",
        ),
        "Yahoo!": ("search.yahoo.com", "yahoo."),
        "Yandex": ("yandex.", "ya.ru"),
    },
    SOCIAL: {
        "5ch": ("5ch.net",),
        "Ameba": ("ameblo.jp", "ameba.jp"),
        "Bilibili": ("bilibili.com",),
        "Bluesky": ("bsky.app", "bsky.social", "xyz.blueskyweb.app"),
        "Digg": ("digg.com",),
        "Discord": ("discord.com", "discordapp.com", "com.discord"),
        "Facebook": ("facebook.com", "fb.com", "fb.me", "messenger.com", "com.facebook.katana"),
        "FC2": ("fc2.com",),
        "Hacker News": ("news.ycombinator.com",),
        "Hatena": ("hatena.ne.jp", "hatenablog.com", "hatenablog.jp", "hateblo.jp"),
        "Instagram": ("instagram.com", "com.instagram.android"),
        "KakaoTalk": ("kakao.com",),
        "Lemon8": ("lemon8-app.com",),
        "LINE": ("line.me", "liff.line.me", "jp.naver.line.android", "lin.ee"),
        "LinkedIn": ("linkedin.com", "lnkd.in", "com.linkedin.android"),
        "livedoor Blog": ("livedoor.jp", "livedoor.blog", "blog.jp"),
        "Mastodon": ("mastodon.social", "mstdn.jp", "pawoo.net", "fedibird.com"),
        "Microsoft Teams": ("teams.microsoft.com", "com.microsoft.teams"),
        "Misskey": ("misskey.io",),
        "mixi": ("mixi.jp", "mixi.social"),
        "niconico": ("nicovideo.jp", "nico.ms"),
        "note": ("note.com", "note.mu"),
        "Odnoklassniki": ("ok.ru",),
        "Pinterest": ("pinterest.", "com.pinterest"),
        "pixiv": ("pixiv.net",),
        "Quora": ("quora.com",),
        "Reddit": ("reddit.com", "redd.it", "com.reddit.frontpage"),
        "Seesaa": ("seesaa.net",),
        "Slack": ("slack.com", "com.slack"),
        "Snapchat": ("snapchat.com",),
        "StumbleUpon": ("stumbleupon.com",),
        "Telegram": ("telegram.org", "t.me", "org.telegram.messenger"),
        "Threads": ("threads.net", "threads.com"),
        "TikTok": ("tiktok.com",),
        "Togetter": ("togetter.com", "posfie.com"),
        "Tumblr": ("tumblr.com",),
        "Twitch": ("twitch.tv",),
        "Vimeo": ("vimeo.com",),
        "VK": ("vk.com",),
        "WeChat": ("weixin.qq.com", "com.tencent.mm"),
        "Weibo": ("weibo.com", "weibo.cn"),
        "WhatsApp": ("whatsapp.com", "com.whatsapp"),
        "X": ("x.com", "t.co", "twitter.com", "com.twitter.android"),
        "Xiaohongshu": ("xiaohongshu.com",),
        "XING": ("xing.com",),
        "YouTube": ("youtube.com", "youtu.be", "com.google.android.youtube"),
    },
    MAIL: {
        "AOL Mail": ("mail.aol.com",),
        "docomo mail": ("mail.smt.docomo.ne.jp",),
        "Fastmail": ("app.fastmail.com",),
        "Gmail": ("mail.google.com", "com.google.android.gm"),
        "GMX": ("gmx.net", "gmx.com"),
        "iCloud Mail": ("icloud.com",),
        "Outlook": (
            "mail.live.com",
            "outlook.live.com",
            "outlook.office.com",
            "outlook.office365.com",
            "outlook.cloud.microsoft",
            "com.microsoft.office.outlook",
        ),
        "Proton Mail": ("mail.proton.me", "ch.protonmail.android"),
        "Yahoo! JAPAN Mail": ("mail.yahoo.co.jp", "jp.co.yahoo.android.ymail"),
        "Yahoo! Mail": ("mail.yahoo.com",),
        "Zoho Mail": ("mail.zoho.com", "mail.zoho.jp"),
    },
    AI: {
        "ChatGPT": ("chatgpt.com", "chat.openai.com", "openai.com", "com.openai.chatgpt"),
        "Claude": ("claude.ai", "com.anthropic.claude"),
        "Copilot": ("copilot.microsoft.com", "copilot.com", "m365.cloud.microsoft"),
        "DeepSeek": ("deepseek.com",),
        "Doubao": ("doubao.com",),
        "Duck.ai": ("duck.ai",),
        "Felo": ("felo.ai",),
        "Gemini": ("gemini.google.com", "bard.google.com", "com.google.android.apps.bard"),
        "Genspark": ("genspark.ai",),
        "Grok": ("grok.com",),
        "iAsk": ("iask.ai",),
        "Kimi": ("kimi.com", "kimi.moonshot.cn"),
        "Manus": ("manus.im",),
        "Meta AI": ("meta.ai",),
        "Mistral": ("chat.mistral.ai", "mistral.ai"),
        "NotebookLM": ("notebooklm.google.com", "notebooklm.google"),
        "Perplexity": ("perplexity.ai", "ai.perplexity.app.android"),
        "Phind": ("phind.com",),
        "Poe": ("poe.com",),
        "Qwen": ("chat.qwen.ai", "qwen.ai"),
        "You.com": ("you.com",),
        "Yuanbao": ("yuanbao.tencent.com",),
        "Z.ai": ("z.ai",),
    },
    REFERRAL: {
        "Antenna": ("antenna.jp",),
        "Apple News": ("apple.news",),
        "e-Gov": ("e-gov.go.jp",),
        "Feedly": ("feedly.com",),
        "Flipboard": ("flipboard.com", "flipboard.app"),
        "GitHub": ("github.com", "github.io"),
        "goo News": ("news.goo.ne.jp",),
        "Google News": ("news.google.com", "com.google.android.apps.magazines"),
        "Google Translate": ("translate.google.com", "translate.goog"),
        "Gunosy": ("gunosy.com",),
        "Inoreader": ("inoreader.com",),
        "LINE NEWS": ("news.line.me",),
        "livedoor News": ("news.livedoor.com",),
        "Medium": ("medium.com",),
        "Microsoft Translator": ("translatetheweb.com", "microsofttranslator.com"),
        "MSN": ("msn.com",),
        "NewsPicks": ("newspicks.com",),
        "Notion": ("notion.so", "notion.site"),
        "Qiita": ("qiita.com",),
        "SmartNews": ("smartnews.com", "jp.gocro.smartnews.android"),
        "Stack Overflow": ("stackoverflow.com",),
        "Wikipedia": ("wikipedia.org",),
        "Yahoo! JAPAN Chiebukuro": ("chiebukuro.yahoo.co.jp", "detail.chiebukuro.yahoo.co.jp"),
        "Yahoo! JAPAN News": ("news.yahoo.co.jp", "topics.smt.news.yahoo.co.jp"),
        "Zenn": ("zenn.dev",),
    },
}

SOURCES: dict[str, Source] = {
    host: Source(name, channel)
    for channel, names in _BY_CHANNEL.items()
    for name, hosts in names.items()
    for host in hosts
}

NAMES: dict[str, Source] = {
    source.name.lower().replace("!", "").replace(" ", ""): source for source in SOURCES.values()
} | {"twitter": SOURCES["x.com"], "fb": SOURCES["facebook.com"], "ig": SOURCES["instagram.com"]}
"""Sources by the way people write them in ``utm_source``."""


def source_of(host: str, registrable: str) -> Source | None:
    """Return the named source that *host*, under its *registrable* domain, belongs to."""
    labels = host.split(".")
    for start in range(len(labels)):
        if found := SOURCES.get(".".join(labels[start:])):
            return found
    return SOURCES.get(registrable.partition(".")[0] + ".")

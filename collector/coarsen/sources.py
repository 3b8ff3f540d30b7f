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
        "Ask": ("ask.com",),
        "Baidu": ("baidu.com",),
        "Bing": ("bing.com", "com.microsoft.bing"),
        "Biglobe": ("search.biglobe.ne.jp",),
        "Brave Search": ("search.brave.com",),
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
        "Mojeek": ("mojeek.com",),
        "Naver": ("search.naver.com", "naver.com"),
        "Nifty": ("search.nifty.com",),
        "OCN": ("ocn.ne.jp",),
        "Qwant": ("qwant.com",),
        "Seznam": ("seznam.cz",),
        "Sogou": ("sogou.com",),
        "Startpage": ("startpage.com", "ixquick.com"),
        "Swisscows": ("swisscows.com",),
        "Yahoo!": ("search.yahoo.com", "yahoo."),
        "Yahoo! JAPAN": (
            "search.yahoo.co.jp",
            "yahoo.co.jp",
            "jp.co.yahoo.android.yjtop",
        ),
        "Yandex": ("yandex.", "ya.ru"),
    },
    SOCIAL: {
        "Ameba": ("ameblo.jp", "ameba.jp"),
        "Bluesky": ("bsky.app", "go.bsky.app"),
        "Digg": ("digg.com",),
        "Discord": ("discord.com", "discordapp.com", "com.discord"),
        "Facebook": ("facebook.com", "fb.com", "fb.me", "messenger.com", "com.facebook.katana"),
        "Hacker News": ("news.ycombinator.com",),
        "Hatena": ("hatena.ne.jp", "hatenablog.com", "hatenablog.jp", "hateblo.jp"),
        "Instagram": ("instagram.com", "com.instagram.android"),
        "KakaoTalk": ("kakao.com",),
        "LINE": ("line.me", "liff.line.me", "jp.naver.line.android", "lin.ee"),
        "LinkedIn": ("linkedin.com", "lnkd.in", "com.linkedin.android"),
        "Mastodon": ("mastodon.social", "mstdn.jp", "pawoo.net", "fedibird.com"),
        "Misskey": ("misskey.io",),
        "mixi": ("mixi.jp", "mixi.social"),
        "note": ("note.com", "note.mu"),
        "Pinterest": ("pinterest.", "com.pinterest"),
        "Quora": ("quora.com",),
        "Reddit": ("reddit.com", "redd.it", "com.reddit.frontpage"),
        "Slack": ("slack.com", "com.slack"),
        "Snapchat": ("snapchat.com",),
        "StumbleUpon": ("stumbleupon.com",),
        "Telegram": ("telegram.org", "t.me", "org.telegram.messenger"),
        "Threads": ("threads.net", "threads.com"),
        "TikTok": ("tiktok.com",),
        "Tumblr": ("tumblr.com",),
        "Vimeo": ("vimeo.com",),
        "VK": ("vk.com",),
        "Weibo": ("weibo.com", "weibo.cn"),
        "WhatsApp": ("whatsapp.com", "com.whatsapp"),
        "X": ("x.com", "t.co", "twitter.com", "com.twitter.android"),
        "YouTube": ("youtube.com", "youtu.be", "com.google.android.youtube"),
    },
    MAIL: {
        "docomo mail": ("mail.smt.docomo.ne.jp",),
        "Gmail": ("mail.google.com", "com.google.android.gm"),
        "GMX": ("gmx.net", "gmx.com"),
        "iCloud Mail": ("icloud.com",),
        "Outlook": (
            "mail.live.com",
            "outlook.live.com",
            "outlook.office.com",
            "outlook.office365.com",
            "com.microsoft.office.outlook",
        ),
        "Proton Mail": ("mail.proton.me",),
        "Yahoo! Mail": ("mail.yahoo.com",),
        "Yahoo! JAPAN Mail": ("mail.yahoo.co.jp", "jp.co.yahoo.android.ymail"),
    },
    AI: {
        "ChatGPT": ("chatgpt.com", "chat.openai.com", "openai.com", "com.openai.chatgpt"),
        "Claude": ("claude.ai", "com.anthropic.claude"),
        "Copilot": ("copilot.microsoft.com", "copilot.cloud.microsoft"),
        "DeepSeek": ("deepseek.com",),
        "Felo": ("felo.ai",),
        "Gemini": ("gemini.google.com", "bard.google.com", "com.google.android.apps.bard"),
        "Genspark": ("genspark.ai",),
        "Grok": ("grok.com",),
        "Meta AI": ("meta.ai",),
        "Mistral": ("chat.mistral.ai",),
        "Perplexity": ("perplexity.ai", "ai.perplexity.app.android"),
        "Phind": ("phind.com",),
        "Poe": ("poe.com",),
        "You.com": ("you.com",),
    },
    REFERRAL: {
        "Feedly": ("feedly.com",),
        "GitHub": ("github.com", "github.io"),
        "Google News": ("news.google.com", "com.google.android.apps.magazines"),
        "Google Translate": ("translate.google.com", "translate.goog"),
        "Inoreader": ("inoreader.com",),
        "Medium": ("medium.com",),
        "Qiita": ("qiita.com",),
        "SmartNews": ("smartnews.com", "jp.gocro.smartnews.android"),
        "Stack Overflow": ("stackoverflow.com",),
        "Wikipedia": ("wikipedia.org",),
        "Yahoo! JAPAN News": ("news.yahoo.co.jp", "topics.smt.news.yahoo.co.jp"),
        "Yahoo! JAPAN Chiebukuro": ("chiebukuro.yahoo.co.jp", "detail.chiebukuro.yahoo.co.jp"),
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

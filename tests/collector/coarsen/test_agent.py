"""An agent becomes names of a closed list and a major version; nothing else of it stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.coarsen.agent import Agent, read_agent, refine
from collector.coarsen.agent_marks import MARKED_BROWSERS, MARKED_SYSTEMS
from collector.coarsen.agent_names import BROWSERS, SYSTEMS
from oboro.facts import OTHER, UNKNOWN
from tests.support.arrivals import CHROME, IPHONE

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
ANDROID = "Mozilla/5.0 (Linux; Android 14; {}) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("agent", "browser", "system", "device"),
    [
        (CHROME, "Chrome 120", "Windows 10", "desktop"),
        (IPHONE, "Safari 17", "iOS 17", "mobile"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0",
            "Firefox 121",
            "Windows 10",
            "desktop",
        ),
        (f"{MAC}Version/17.2 Safari/605.1.15", "Safari 17", "macOS 10.15", "desktop"),
        (f"{CHROME} Edg/120.0.0.0", "Edge 120", "Windows 10", "desktop"),
        (
            ANDROID.format("Pixel 8") + "Chrome/121.0.0.0 Mobile Safari/537.36",
            "Chrome 121",
            "Android 14",
            "mobile",
        ),
        (
            ANDROID.format("SM-X700") + "Chrome/121.0.0.0 Safari/537.36",
            "Chrome 121",
            "Android 14",
            "tablet",
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
            "Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
            "Safari 16",
            "iOS 16",
            "tablet",
        ),
        (
            "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/4.0 Chrome/76.0.3809.146 TV Safari/537.36",
            None,
            "Tizen",
            "tv",
        ),
        (f"{IPHONE} Line/13.20.0", "LINE 13", "iOS 17", "mobile"),
        (
            f"{IPHONE} YJApp-IOS jp.co.yahoo.ipn.appli/4.98.1",
            "Yahoo! JAPAN app",
            "iOS 17",
            "mobile",
        ),
        (
            "Mozilla/5.0 (Linux; Android 9; AFTKA) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Silk/118.3.1 like Chrome/118.0.5993.155 Safari/537.36",
            "Amazon Silk 118",
            "Fire OS",
            "tv",
        ),
        (
            "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/68.0.3440.106 Safari/537.36 HbbTV/1.5.1 (+DRM; LGE; 43UM7100)",
            "Chrome 68",
            "webOS",
            "tv",
        ),
    ],
)
def test_an_agent_is_named_as_people_know_it(
    agent: str, browser: str | None, system: str, device: str
) -> None:
    read = read_agent(agent)

    assert (read.os_version, read.device, read.program) == (system, device, False)
    assert browser in (None, read.browser_version)


@pytest.mark.parametrize("agent", ["", "-", "   "])
def test_no_agent_is_unknown_and_a_program(agent: str) -> None:
    read = read_agent(agent)

    assert (read.browser, read.os, read.device, read.program) == (UNKNOWN,) * 3 + (True,)


@pytest.mark.parametrize(
    ("hints", "browser", "system"),
    [
        ({"sec-ch-ua-platform-version": '"15.0.0"'}, "Chrome 120", "Windows 11"),
        ({"sec-ch-ua-platform-version": '"10.0.0"'}, "Chrome 120", "Windows 10"),
        ({"sec-ch-ua": '"Brave";v="120", "Not A";v="8"'}, "Brave 120", "Windows 10"),
        ({"sec-ch-ua": '"Taro";v="120"', "x": "y"}, "Chrome 120", "Windows 10"),
        ({"sec-ch-ua-platform-version": "geheim"}, "Chrome 120", "Windows 10"),
        ({"sec-ch-ua-platform": '"Android"'}, "Chrome 120", "Android"),
        ({"sec-ch-ua-platform": '"Chrome OS"'}, "Chrome 120", "ChromeOS"),
        (
            {"sec-ch-ua-platform": '"macOS"', "sec-ch-ua-platform-version": '"15.1"'},
            "Chrome 120",
            "macOS 15",
        ),
        ({"sec-ch-ua-platform": '"Windows"'}, "Chrome 120", "Windows 10"),
        ({"sec-ch-ua-platform": '"geheim"'}, "Chrome 120", "Windows 10"),
    ],
)
def test_client_hints_say_more_exactly_what_the_agent_hides(
    hints: dict[str, str], browser: str, system: str
) -> None:
    refined = refine(read_agent(CHROME), hints)

    assert (refined.browser_version, refined.os_version) == (browser, system)


@pytest.mark.parametrize(
    ("mobile", "device"), [("?1", "mobile"), ("?0", "desktop"), ("geheim", "desktop")]
)
def test_a_telephone_that_asks_for_a_desktops_page_is_told_by_its_hint(
    mobile: str, device: str
) -> None:
    assert refine(read_agent(CHROME), {"sec-ch-ua-mobile": mobile}).device == device


@pytest.mark.parametrize("hint", ['"Android"', '"Linux"'])
def test_a_system_built_on_another_keeps_its_own_name(hint: str) -> None:
    fire = read_agent(
        "Mozilla/5.0 (Linux; Android 9; KFMAWI) Silk/118.3 like Chrome/118 Safari/537"
    )

    assert refine(fire, {"sec-ch-ua-platform": hint}).os == "Fire OS"


MODELS = {
    # Telephones whose numbers look a little like a television's or a tablet's.
    **dict.fromkeys(
        ("SO-52A", "SC-55B", "SH-53C", "SOG04", "A201SH", "SM-A325F", "SM-S921Q", "Pixel 8 Pro",
         "2201117TG", "M2101K6G", "CPH2211", "V2031", "RMX3241", "XQ-BC52", "moto g(50)", "F-52B",
         "SM-F946B", "LG-H961N", "Coolpad 7295", "KYG03", "LE2115", "FP5", "Nokia G50"),
        "mobile",
    ),
    **dict.fromkeys(
        ("SM-X710", "Lenovo TB-X605F", "TB350FU", "AGS3-W09", "23073RPBFG", "OPD2203", "KFMAWI",
         "d-52C Tab", "MediaPad M5", "SlidePad 3"),
        "tablet",
    ),
    **dict.fromkeys(
        ("BRAVIA 4K VH2", "AFTMM", "X96mini", "UGOOS-AM6", "TF-LED32S55T2S", "43LU1204",
         "HTY-43F11B-VS", "Smart TV Pro", "MiTV-AYFR0", "DEXP Shell LC390TU1A"),
        "tv",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("model", "device"), MODELS.items())
def test_a_model_tells_the_device_whether_or_not_it_says_mobile(model: str, device: str) -> None:
    agent = f"{ANDROID.format(model)}Chrome/121.0.0.0 {{}}Safari/537.36"
    silent = read_agent(agent.format(""))

    assert read_agent(agent.format("Mobile ")).device == device
    # An Android that does not say it is a telephone is taken for none.
    assert silent.device == device or device == "mobile"


_VERSION_OF_SYSTEM = re.compile(r"(?<!Java) (10\.\d{1,2}|\d{1,2}|8\.1|2000|NT|ME|XP|Vista)$")


def of_the_allowed_form(agent: Agent) -> bool:
    """Tell whether nothing in *agent* can be a visitor's own text."""
    browsers = {OTHER, UNKNOWN, *BROWSERS.values(), *MARKED_BROWSERS}
    systems = {OTHER, UNKNOWN, *SYSTEMS.values(), *MARKED_SYSTEMS}
    return (
        agent.browser in browsers
        and re.sub(r" \d{1,3}$", "", agent.browser_version) in browsers
        and agent.os in systems
        and re.sub(
            r"(?<!Java) (10\.\d{1,2}|\d{1,2}|8\.1|2000|NT|ME|XP|Vista)$", "", agent.os_version
        )
        in systems
        and agent.device in ("desktop", "mobile", "tablet", "tv", OTHER, UNKNOWN)
    )


@given(
    st.text()
    | st.lists(
        st.sampled_from(
            ["Mozilla/5.0 ", "(Windows NT ", "10.0", ")", "Chrome/", "99999999", "12", ".", "; ",
             "Taro/1.0 ", "CFNetwork/808 ", "Mac OS X ", "_", "Android ", "Firefox/", "iPhone ",
             "YaBrowser/", "Line/", "Silk/", "HarmonyOS", "Chr0me/", "Version/",
             " Safari/", "UP.Browser"]
        )
    ).map("".join)
)  # fmt: skip
def test_any_text_becomes_an_agent_of_the_allowed_form(text: str) -> None:
    assert of_the_allowed_form(read_agent(text))


@given(st.text(), st.text())
def test_any_hint_leaves_an_agent_of_the_allowed_form(brands: str, version: str) -> None:
    hints = {"sec-ch-ua": f'"{brands}";v="9"', "sec-ch-ua-platform-version": version}

    assert of_the_allowed_form(refine(read_agent(CHROME), hints))

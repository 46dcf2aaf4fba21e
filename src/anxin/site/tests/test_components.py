"""The components: what they write, in both languages, and nothing the content policy would refuse."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.paginator import Paginator
from django.shortcuts import render as django_render
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from anxin.access import clock
from anxin.site import styleguide


def render(source: str, language: str = "zh-hans", **context) -> str:
    with clock.held_at(styleguide.MORNING), translation.override(language):
        # The loader turns components into tags; from_string does not go through it.
        from django_cotton.compiler_regex import CottonCompiler

        return engines["django"].from_string(CottonCompiler().process(source)).render(context)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_running_promise_reads_as_a_sentence():
    html = render('<c-promise :line="line" />', line=styleguide.RUNNING)
    assert words(html).startswith(
        "进行中 告诉您整案核定结果 还有 22 天 3月6日 起 4月5日 前 清明顺延至 4月7日 由 核赔部 沈敏 保险法 第23条"
    )
    assert 'data-state="running"' in html
    assert '<line class="pl-rail" x1="0" x2="93.8%" y1="50%" y2="50%"/>' in html
    assert '<line class="pl-roll" x1="93.8%" x2="100.0%" y1="50%" y2="50%"/>' in html
    assert '<use class="pl-now" href="#pl-running" x="23.1%" y="50%"/>' in html
    assert '<time datetime="2025-04-05">4月5日</time>' in html


def test_a_promise_in_english():
    html = render('<c-promise :line="line" />', "en", line=styleguide.RUNNING)
    assert "In progress" in html
    assert "22 days left" in words(html)
    assert "by 5 Apr" in words(html)
    assert "rolled to 7 Apr" in words(html)


def test_a_row_names_the_person_alone_and_the_rolled_date_shortly():
    html = render('<c-promise-row :line="line" href="/desk/x/" />', line=styleguide.RUNNING)
    assert 'class="promise promise--row"' in html
    assert "顺延 4月7日" in words(html)
    assert "清明" not in words(html)
    assert "由 沈敏" in words(html)
    assert '<a href="/desk/x/">' in html


def test_elder_mode_asks_in_plain_words():
    html = render('<c-promise :line="line" />', line=styleguide.RUNNING, elder=True)
    assert "为什么是这一天" in html
    assert "保险法 第23条" in html


@pytest.mark.parametrize("line", styleguide.LINES, ids=lambda line: f"{line.state}-{line.klass}-{line.unit}")
@pytest.mark.parametrize("name", ["promise", "promise-row"])
def test_every_state_is_drawn_without_inline_style(line, name):
    html = render(f'<c-{name} :line="line" />', line=line)
    assert "style=" not in html
    assert "None" not in html
    assert line.state_word
    assert (f'href="#pl-{line.state}"' in html) == (line.drawn and line.state != "void")
    assert ("pl-over" in html) == (line.state == "broken")


def test_a_paused_promise_shows_no_due_date():
    paused = next(line for line in styleguide.LINES if line.state == "paused")
    html = render('<c-promise :line="line" />', line=paused)
    assert "复钟后余" in html
    assert "顺延" not in html
    assert not re.search(r'promise__due">.*<time', html)


def test_done_late_says_when():
    broken = next(line for line in styleguide.LINES if line.state == "broken")
    late = replace(broken, settled_at=styleguide.MORNING)
    assert "3月17日 办完" in words(render('<c-promise :line="line" />', line=late))


def test_a_field_keeps_what_was_typed_and_tells_its_error():
    html = render(
        '<c-field name="plate" label="车牌" :value="typed" :error="error" help="行驶证上写着" />',
        typed='苏E"><script>', error="少一位",
    )  # fmt: skip
    assert 'value="苏E&quot;&gt;&lt;script&gt;"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="f-plate-help f-plate-error"' in html
    assert 'id="f-plate-error"' in html


def test_a_field_in_a_quoted_attribute_is_escaped_once():
    html = render('<c-field name="plate" label="x" value="{{ typed }}" />', typed="a&b")
    assert 'value="a&amp;b"' in html


def test_choices_keep_the_choice():
    options = ((1, "车险"), (2, "家财险"))
    html = render('<c-field name="line" type="select" label="险种" :options="options" :value="2" />', options=options)
    assert '<option value="2" selected>' in html
    html = render('<c-field name="line" type="radio" label="险种" :options="options" value="1" />', options=options)
    assert 'value="1" checked' in html
    assert "<legend" in html


def test_a_password_is_never_written_back():
    assert "secret" not in render('<c-field name="p" type="password" label="x" value="secret" />')


def test_money_stands_inside_a_sentence():
    assert render('共<c-money fen="805000" unit="1" />，') == '共<span class="fen">8,050.00<small>元</small></span>，'


def test_pager_counts():
    html = render('<c-pager :page="page" query="q=1" />', page=Paginator(range(38), 19).page(1))
    assert "第 1–19 件，共 38 件" in words(html)
    assert 'href="?q=1&amp;page=2"' in html
    assert "上一页" not in html


def test_flash_tones():
    assert 'role="alert"' in render('<c-flash tone="error">坏了</c-flash>')
    assert 'data-tone="kept"' in render('<c-flash tone="success">好了</c-flash>')


@pytest.mark.parametrize("kit", ["portal", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_style_page_obeys_the_content_policy(kit, language, db):
    request = RequestFactory().get("/styleguide/", {"kit": kit})
    with translation.override(language):
        html = styleguide.page(request).content.decode()
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\son[a-z]+=", html)
    assert f'<html lang="{"en" if language == "en" else "zh-CN"}"' in html
    assert '<main id="main"' in html


@pytest.mark.parametrize("path", ["/portal/nowhere/", "/desk/nowhere/"])
@pytest.mark.parametrize(
    "template", ["400.html", "403.html", "404.html", "500.html", "errors/409.html", "errors/429.html"]
)
def test_error_pages_speak_plainly(path, template, db):
    request = RequestFactory().get(path)
    with translation.override("zh-hans"):
        html = django_render(request, template).content.decode()
    kit = "desk" if path.startswith("/desk/") and template != "500.html" else "portal"
    assert f'data-kit="{kit}"' in html
    assert len(re.findall(r"<h1", html)) == 1
    assert " style=" not in html
    # What the person reads is Chinese; the brand's phone number and the status are figures.
    body = words(html[html.index("<main") : html.index("</main>")])
    assert not re.search(r"[A-Za-z]{4,}", body), body


def test_the_page_for_our_own_faults_needs_nothing():
    with translation.override("en"):
        html = engines["django"].get_template("500.html").render({})
    assert "This did not work" in html


def test_a_customer_who_strays_to_the_desk_is_led_home(client, customer_user) -> None:
    client.force_login(customer_user)
    page = client.get("/desk/")
    assert page.status_code == 404
    assert 'data-kit="portal"' in page.content.decode()
    assert 'href="/desk/"' not in page.content.decode()

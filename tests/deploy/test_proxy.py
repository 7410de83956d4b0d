"""Who may say for whom they ask: the server's own settings, and the proxies' files."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import suppress

import httpx
import pytest

from bot.cli.server import server_config
from bot.core.config import Config, load_settings
from bot.core.errors import BadInput
from bot.onboarding.setup_pages import LARGEST_FORM


async def says_who_asks(scope, receive, send):
    said = f"{scope['client'][0]} {scope['scheme']}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": said})


pytestmark = pytest.mark.usefixtures("own_loop")

WHO = [
    ("127.0.0.1", "127.0.0.1", {}, "127.0.0.1 http"),
    (
        "127.0.0.1",
        "127.0.0.1",
        {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"},
        "203.0.113.9 https",
    ),
    # What a visitor put before the proxy's own word counts for nothing.
    ("127.0.0.1", "127.0.0.1", {"x-forwarded-for": "6.6.6.6, 203.0.113.9"}, "203.0.113.9 http"),
    (
        "172.30.8.0/24",
        "172.30.8.4",
        {"x-forwarded-for": "6.6.6.6, 203.0.113.9, 172.30.8.9"},
        "203.0.113.9 http",
    ),
    # A client that is no proxy of ours is taken by its own address.
    ("127.0.0.1", "198.51.100.7", {"x-forwarded-for": "203.0.113.9"}, "198.51.100.7 http"),
    ("172.30.8.0/24", "127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, "127.0.0.1 http"),
    ("", "127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, "127.0.0.1 http"),
]


@pytest.mark.parametrize(("proxies", "peer", "headers", "told"), WHO)
def test_only_a_proxy_of_ours_may_say_for_whom_it_asks(proxies, peer, headers, told):
    config = server_config(says_who_asks, Config(proxies=proxies))
    config.load()

    async def ask():
        transport = httpx.ASGITransport(config.loaded_app, client=(peer, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://bell.example") as client:
            return (await client.get("/", headers=headers)).text

    assert asyncio.run(ask()) == told


@pytest.mark.parametrize("proxies", ["*", "127.0.0.1,*", "10.0.0.5/8", "proxy.example", "127.0.0.1;::1"])
def test_a_proxy_range_that_trusts_everyone_is_refused(proxies):
    with pytest.raises(BadInput, match=r"HANDBELL_PROXIES.*is no address and no network"):
        load_settings(proxies=proxies)


def test_several_proxies_are_named_with_commas():
    assert load_settings(proxies="127.0.0.1, ::1,10.0.0.0/8").proxies == "127.0.0.1, ::1,10.0.0.0/8"


def test_a_short_token_is_refused_by_its_name():
    with pytest.raises(BadInput, match=r"HANDBELL_METRICS_TOKEN.*fewer than 16 can be guessed"):
        load_settings(metrics_token="short")


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_sets_the_header_keeps_no_addresses_and_takes_what_the_largest_form_does(deploy, name):
    text = (deploy / "proxy" / name).read_text(encoding="utf-8")
    said = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    (size,) = re.findall(r"(?:max_size|client_max_body_size) (\d+)(?:MB|m;)", said)
    assert int(size) * 1_000_000 >= LARGEST_FORM - 1_000_000
    assert "/metrics" in said
    if name == "nginx.conf":
        assert "proxy_set_header X-Forwarded-For $remote_addr;" in said
        assert "$proxy_add_x_forwarded_for" not in said
        assert said.count("access_log off;") == said.count("server {")
        assert re.findall(r"error_log \S+ (\w+);", said) == ["emerg"] * said.count("server {")
    else:
        assert "trusted_proxies" not in said
        assert {"request>uri delete", "request>headers delete"} <= {one.strip() for one in said.splitlines()}
        site = said[said.index("{$HANDBELL_SITE} {") :]
        assert not re.search(r"^\s*log\b", site, re.MULTILINE)


SECRET = "WyJkdXR5Il0.a-personal-link"


def start(command, port, log, **env):
    """Start a proxy; once it takes connections, give it."""
    with log.open("wb") as file:
        proxy = subprocess.Popen(command, stdout=file, stderr=file, env=os.environ | env)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and proxy.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return proxy
        time.sleep(0.05)
    proxy.kill()
    pytest.fail(log.read_text())


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def nginx(deploy, folder, port, nobody):
    """The file as it is, for this port and folder, over an upstream where nobody listens, without TLS."""
    text = (deploy / "proxy" / "nginx.conf").read_text(encoding="utf-8")
    text = text[: text.index("server {")] + text[text.rindex("server {") :]
    text = re.sub(r"^\s*(ssl_\w+ .*|listen \[::\].*)$", "", text, flags=re.MULTILINE)
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{nobody}").replace("/var/log/nginx", str(folder))
    places = "".join(
        f"{one}_temp_path {folder}/{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; events {{}} http {{ {places}\n{text}\n}}", encoding="utf-8"
    )
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "start.log")]
    return command, {}


def caddy(deploy, folder, port, nobody):
    command = [CADDY, "run", "--adapter", "caddyfile", "--config", str(deploy / "proxy" / "Caddyfile")]
    named = {"HANDBELL_SITE": f"http://127.0.0.1:{port}", "HANDBELL_UPSTREAM": f"127.0.0.1:{nobody}"}
    kept = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    return command, named | kept


NGINX, CADDY = shutil.which("nginx") or "", shutil.which("caddy") or ""


@pytest.mark.parametrize(
    "proxy",
    [
        pytest.param(nginx, marks=pytest.mark.skipif(not NGINX, reason="no nginx on this machine")),
        pytest.param(caddy, marks=pytest.mark.skipif(not CADDY, reason="no Caddy on this machine")),
    ],
)
def test_a_request_that_failed_leaves_no_link_in_the_log_of_a_proxy(deploy, tmp_path, proxy):
    port, nobody = free_port(), free_port()
    command, env = proxy(deploy, tmp_path, port, nobody)
    running = start(command, port, tmp_path / "said.log", **env)
    try:
        page = f"http://127.0.0.1:{port}/d/{SECRET}"
        answer = httpx.get(page, headers={"referer": page, "cookie": f"handbell={SECRET}"}, timeout=60)
        assert answer.status_code in {502, 503, 504}
    finally:
        running.terminate()
        running.wait(timeout=30)
    logs = [one for one in tmp_path.iterdir() if one.suffix == ".log"]
    assert logs
    assert [one.name for one in logs if SECRET in one.read_text(encoding="utf-8", errors="replace")] == []

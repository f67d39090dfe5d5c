"""Two processes behind nginx, with the configuration of the README as it stands there."""

import asyncio
import getpass
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
import streamlit
from browser import ROOT, find_browser, free_port, launched, ready, running, thumb
from filelock import FileLock
from visitor import visiting

from regviz.ui import assets

SLIDER = "constraint_balls.lambda_"
DEEP = f"constraint_balls.seed=3&{SLIDER}=0.501"
AROUND = """
daemon off;
user {user};
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{}}
http {{
    log_format served "$request_uri $upstream_addr";
    access_log {folder}/access.log served;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {readme}
}}
"""


def in_a_thread(work):
    """Return work(), done in a thread of its own: the browser of other tests keeps a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def find_nginx():
    """Return the path of nginx, or of Debian's package where the tests run as root; nothing where none is to be had."""
    with FileLock(Path(sys.prefix) / "nginx.lock"):
        found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        if not found and shutil.which("apt-get") and os.geteuid() == 0:
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}  # starts no service
            for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "nginx-light"]):
                subprocess.run(command, capture_output=True, check=False, timeout=300, env=environment)
            found = shutil.which("nginx", path="/usr/sbin")
        return found


def configuration(folder, port, ports):
    """Return the README's configuration for this machine: other ports and folders, no certificate."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    readme = re.search(r"```nginx\n(.*?)```", text, re.DOTALL)[1]
    readme = re.sub(r"^ *ssl_certificate.*\n", "", readme, flags=re.MULTILINE)
    changes = {"443 ssl": f"127.0.0.1:{port}", "/var/cache/nginx": str(folder)}
    changes |= {f"127.0.0.1:{8501 + i}": f"127.0.0.1:{own}" for i, own in enumerate(ports)}
    for old, new in changes.items():
        assert readme.count(old) == 1, old
        readme = readme.replace(old, new)
    return AROUND.format(folder=folder, user=getpass.getuser(), readme=readme)


@dataclass
class Site:
    """The site behind nginx: its address, its processes by their own addresses, and what nginx noted."""

    address: str
    servers: dict[str, subprocess.Popen]
    log: Path

    def get(self, path, **headers):
        """Return the answer to a request, whose body is read to its end."""
        with urlopen(Request(f"{self.address}/{path}", headers=headers), timeout=20) as answer:
            answer.read()
            return answer

    def cookie(self):
        """Return the cookie that a new visitor is given with the first page."""
        return self.get("constraint_balls").headers["Set-Cookie"].partition(";")[0]

    def visiting(self, query="", cookie="", session=""):
        """Return a visitor's page, opened as a browser does: with the cookie, and with where the page came from.

        Streamlit takes every page of this machine for its own, so the visitor knows the site by another name.
        """
        port = urlsplit(self.address).port
        named = f"http://regviz.example:{port}"
        headers, route = {"Cookie": cookie, "Origin": named}, {"host": "127.0.0.1", "port": port}
        return visiting(f"{named}/regviz", "constraint_balls", query, session, headers, 20, **route)

    def asked(self, path):
        """Return which processes nginx asked for a path; of the last request it may not have taken note yet."""
        lines = map(str.split, self.log.read_text(encoding="utf-8").splitlines())
        return {process for address, process in lines if address == f"/regviz/{path}" and process != "-"}


def sessions(address):
    """Return how many pages a process serves."""
    with urlopen(f"{address}/_stcore/metrics", timeout=20) as answer:
        return int(re.search(rb"^active_sessions (\d+)", answer.read(), re.MULTILINE)[1])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    nginx = find_nginx()
    if not nginx:
        pytest.skip("no nginx on PATH, and no Debian package that could be installed")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    with ExitStack() as stack:
        with ThreadPoolExecutor() as pool:  # both start at once
            started = list(pool.map(lambda _: stack.enter_context(running(path="/regviz")), range(2)))
        servers = {address: server for server, address in started}
        text = configuration(folder, port, [urlsplit(address).port for address in servers])
        (folder / "nginx.conf").write_text(text, encoding="utf-8")
        proxy = subprocess.Popen([nginx, "-e", folder / "error.log", "-c", folder / "nginx.conf"])
        stack.callback(proxy.wait, 10)
        stack.callback(proxy.terminate)
        site = Site(f"http://127.0.0.1:{port}/regviz", servers, folder / "access.log")
        _wait_for(site, proxy)
        yield site


def _wait_for(site, proxy):
    for _ in range(200):
        with suppress(URLError):
            site.get("_stcore/health")
            return
        assert proxy.poll() is None, "nginx does not take the configuration"
        time.sleep(0.02)
    raise AssertionError("nginx did not start")


def test_deep_link_opens_with_its_state_and_commits(site):
    async def visit():
        async with site.visiting(DEEP, site.cookie()) as visitor:
            arrived = visitor.value(SLIDER), visitor.value("constraint_balls.seed")
            await visitor.commit(SLIDER, "1")
            return arrived, visitor.value(SLIDER)

    assert in_a_thread(lambda: asyncio.run(visit())) == (("0.501", "3"), "1")


def test_visitors_of_one_address_spread_and_stay(site):
    for _ in range(24):
        site.get("_stcore/health")
    assert len(site.asked("_stcore/health")) == 2
    cookie = site.cookie()
    for _ in range(24):
        site.get("_stcore/health?stay", Cookie=cookie)
    assert len(site.asked("_stcore/health?stay")) == 1


@pytest.mark.parametrize(
    "path",
    [assets.plotly_address().removeprefix("/"), assets.script_address().removeprefix("/"), "static/js/{bundle}"],
)
def test_what_never_changes_is_asked_for_once_and_comes_packed(site, path):
    bundle = next((Path(streamlit.__file__).parent / "static/static/js").glob("index.*.js")).name
    path = path.format(bundle=bundle)
    answers = [site.get(path, **{"Accept-Encoding": "gzip"}) for _ in range(4)]
    assert [answer.headers["Content-Encoding"] for answer in answers] == ["gzip"] * 4
    assert site.log.read_text(encoding="utf-8").count(f"/regviz/{path} 127") == 1


def test_frames_come_by_address(site):
    async def folder():
        async with site.visiting(DEEP, site.cookie()) as visitor:
            return visitor.frames()

    path = in_a_thread(lambda: asyncio.run(folder())).removeprefix("/regviz/")
    assert path
    assert site.get(f"{path}constraint_balls/noise?seed=3").status == 200


def test_a_drag_in_a_browser_follows_the_thumb_and_commits(site):
    in_a_thread(lambda: drag(site))


def drag(site):
    with launched(find_browser()) as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{site.address}/constraint_balls?{DEEP}")
        ready(page)
        before = page.locator(".rv-caption").inner_text()
        assert "At λ = 0.501 " in before
        x, y = thumb(page, "constraint_balls", "lambda_")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 120, y, steps=8)
        page.wait_for_function("(old) => document.querySelector('.rv-caption').textContent !== old", arg=before)
        assert f"{SLIDER}=0.501" in page.url
        page.mouse.up()
        value = page.locator(".st-key-constraint_balls-lambda_ input").get_attribute("aria-valuetext")
        page.wait_for_url(re.compile(f"{SLIDER}={re.escape(value)}"))


@pytest.mark.parametrize("slug", ["constraint_balls"])
def test_small_pictures_are_kept_by_the_proxy(site, slug):
    path = assets.still_address(slug).removeprefix("/")
    for _ in range(3):
        assert site.get(path).status == 200
    assert site.log.read_text(encoding="utf-8").count(f"/regviz/{path} 127") == 1


def test_a_readers_file_passes_and_touches_no_disk(site):
    """2 MB are more than nginx lets through by itself, and the process that takes the file must have the session."""

    async def upload():
        cookie = site.cookie()
        async with site.visiting(cookie=cookie) as visitor:
            token = site.get("_stcore/health", Cookie=cookie).headers["Set-Cookie"].partition(";")[0]
            part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n'
            form = part + bytes(2 << 20) + b"\r\n--b--\r\n"
            headers = {
                "Cookie": f"{cookie}; {token}",
                "X-Xsrftoken": token.partition("=")[2],
                "Content-Type": "multipart/form-data; boundary=b",
            }
            address = f"{site.address}/_stcore/upload_file/{visitor.session}/file"
            with urlopen(Request(address, form, headers, method="PUT"), timeout=20) as answer:
                return answer.status

    assert in_a_thread(lambda: asyncio.run(upload())) == 204
    notes = site.log.with_name("error.log").read_text(encoding="utf-8")
    assert "temporary file" not in notes  # which nginx warns of whenever it writes one


def test_visitors_of_a_killed_process_go_on_at_the_other(site):
    async def visit():
        cookie = site.cookie()
        async with site.visiting(DEEP, cookie) as visitor:
            await visitor.commit(SLIDER, "1")
            (mine,) = (server for address, server in site.servers.items() if sessions(address))
            mine.kill()
            await asyncio.wait_for(visitor.socket.wait_closed(), 5)
        async with site.visiting(urlencode(visitor.query), cookie, visitor.session) as again:
            await again.commit("constraint_balls.n", "60")
            return again.session != visitor.session, again.value(SLIDER), again.value("constraint_balls.seed")

    assert in_a_thread(lambda: asyncio.run(visit())) == (True, "1", "3")

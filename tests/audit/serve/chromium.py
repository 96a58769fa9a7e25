"""A real Chromium without a window, driven over the pipe of its DevTools protocol; no library is needed for that."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
ON_3_AND_4 = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
for end, wanted in zip(ends, (3, 4)):
    os.dup2(end, wanted)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Where the browser reads and writes, whatever numbers the pipes have here."""
PATIENCE_S = 60
"""For one answer, on a machine that has much else to do."""


class Browser:
    """One page of a browser. Its profile is new, and it reaches nothing but loopback."""

    def __init__(self, to: int, back: int) -> None:
        self._to = to
        self._back = back
        self._rest = b""
        self._last = 0
        self._session = ""
        self.console: list[str] = []
        """What the browser complained of: scripts that failed, and what a policy stopped."""

    def open(self) -> None:
        """Attach to a new page."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return the answer to one command. Raises AssertionError with what the browser says against it."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        for answer in self._messages():
            if answer.get("id") == self._last:
                assert "error" not in answer, answer["error"]
                result: dict[str, Any] = answer["result"]
                return result
        raise AssertionError("the browser is gone")

    def go(self, address: str) -> None:
        """Open an address and wait until what it leads to is there."""
        self.call("Page.navigate", url=address)
        self.settle()

    def settle(self) -> None:
        """Wait until the page is whole and leads nowhere else by itself."""
        ready = 'document.readyState === "complete" && !document.querySelector("meta[http-equiv=refresh]")'
        self.until(f'{ready} && location.protocol === "http:"')

    def until(self, condition: str) -> None:
        """Wait until an expression is true."""
        ends = time.monotonic() + PATIENCE_S
        while not self.call("Runtime.evaluate", expression=condition, returnByValue=True)["result"].get("value"):
            assert time.monotonic() < ends, f"never true: {condition}"
            time.sleep(0.05)

    def run(self, script: str) -> Any:
        """Return what an expression, or the promise it gives, comes to."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def click(self, selector: str) -> None:
        """Click with the mouse in the middle of an element, as a person does."""
        place = self.run(
            f"(() => {{ const one = document.querySelector({json.dumps(selector)}); one.scrollIntoView({{block: 'center',"
            " behavior: 'instant'}); const box = one.getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def submit(self, selector: str) -> None:
        """Click on something that leads to another page, and wait for that."""
        self.run("window.here = true")
        self.click(selector)
        self.until("!window.here")
        self.settle()

    def type(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.click(selector)
        self.call("Input.insertText", text=text)

    def look(self, width: int, *, dark: bool = False, phone: bool = False) -> None:
        """Show the page in a window of a width, by day or by night."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=phone)
        scheme = "dark" if dark else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, file: Path) -> None:
        """Keep what the whole page looks like."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))

    def _messages(self) -> Iterator[dict[str, Any]]:
        while True:
            while b"\0" not in self._rest:
                data = os.read(self._back, 1 << 20)
                if not data:
                    return
                self._rest += data
            message, _, self._rest = self._rest.partition(b"\0")
            found: dict[str, Any] = json.loads(message)
            self._note(found)
            yield found

    def _note(self, message: dict[str, Any]) -> None:
        match message.get("method"):
            case "Runtime.exceptionThrown":
                self.console.append(message["params"]["exceptionDetails"]["text"])
            case "Log.entryAdded" if message["params"]["entry"]["level"] == "error":
                self.console.append(message["params"]["entry"]["text"])


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Start a browser while the block runs."""
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", f"--user-data-dir={profile}",
        "--remote-debugging-pipe",
    ]  # fmt: skip
    theirs, to = os.pipe()
    back, out = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", ON_3_AND_4, str(theirs), str(out), *command],
        pass_fds=(theirs, out),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(theirs)
        os.close(out)
        try:
            page = Browser(to, back)
            page.open()
            yield page
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
            os.close(to)
            os.close(back)

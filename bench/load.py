"""A light HTTP client: many keep-alive connections, one request each in flight, latencies kept.

Runs in a process of its own (`python -m bench.load`), so that it shares no interpreter with what it measures:
a JSON job on standard input, a JSON result on standard output.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import count
from typing import Any


@dataclass(frozen=True)
class Result:
    """seconds: wall time; latencies in ms, ascending; statuses: HTTP status → how many; sample: an answer's start."""

    seconds: float
    latencies: list[float]
    statuses: dict[str, int]
    sample: str

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


def run(
    port: int,
    targets: list[tuple[str, str, str]],
    *,
    token: str = "",
    cookie: str = "",
    clients: int = 16,
    seconds: float = 5.0,
    most: int = 100_000,
) -> Result:
    """Ask for `seconds` or `most` requests, in turn among targets (method, path, body). "{n}" in a body is a number."""
    job = {
        "port": port, "targets": targets, "token": token, "cookie": cookie, "clients": clients, "seconds": seconds,
        "most": most,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(job).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Result(**json.loads(done.stdout))


class _Client(asyncio.Protocol):
    """One connection: sends the next request as soon as the answer to the last is complete."""

    def __init__(self, job: dict[str, Any], shared: dict[str, Any]) -> None:
        self.job, self.shared = job, shared
        self.buffer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        number = next(self.shared["numbers"])
        self.began = time.perf_counter()
        if self.began >= self.shared["deadline"] or number >= self.job["most"]:
            self.done.set_result(None)
            self.transport.close()
            return
        head, body = self.shared["requests"][number % len(self.shared["requests"])]
        if body:
            body = body.replace(b"{n}", b"%d" % number)
            head = head.replace(b"{n}", b"%d" % number) + b"Content-Length: %d\r\n" % len(body)
        self.transport.write(head + b"\r\n" + body)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        if len(self.buffer) < end + 4 + length:
            return
        status = head[9:12].decode()
        self.shared["latencies"].append((time.perf_counter() - self.began) * 1000)
        self.shared["statuses"][status] = self.shared["statuses"].get(status, 0) + 1
        if not self.shared["sample"]:
            self.shared["sample"] = self.buffer[end + 4 : end + 400].decode(errors="replace")
        self.buffer = b""
        self.send()

    def connection_lost(self, problem: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(problem or ConnectionError("the server closed the connection"))


async def _run(job: dict[str, Any]) -> dict[str, Any]:
    requests = []
    for method, path, body in job["targets"]:
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
        if job["token"]:
            lines.append(f"Authorization: Bearer {job['token']}")
        if job["cookie"]:
            lines.append(f"Cookie: {job['cookie']}")
        if body:
            lines.append("Content-Type: application/json")
        requests.append((("\r\n".join(lines) + "\r\n").encode(), body.encode()))
    began = time.perf_counter()
    shared: dict[str, Any] = {
        "numbers": count(), "deadline": began + job["seconds"], "requests": requests, "latencies": [], "statuses": {},
        "sample": "",
    }  # fmt: skip
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(lambda: _Client(job, shared), "127.0.0.1", job["port"]))[1]
        for _ in range(job["clients"])
    ]
    await asyncio.gather(*(client.done for client in clients))
    return {
        "seconds": time.perf_counter() - began,
        "latencies": sorted(shared["latencies"]),
        "statuses": shared["statuses"],
        "sample": shared["sample"],
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_run(json.load(sys.stdin)))))

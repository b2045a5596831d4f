#!/usr/bin/python3
"""Times a run's iterations with nobody at its page, with a page open, and with strangers at its port, taking turns.

    live.py [--seconds 90] [--phase 5] [--size 256]

One run of `run.sh stylize --live`. What a page does is done without drawing it: its events are read, its picture and
its curve asked for as often as it asks for them. Strangers are threads that send requests as fast as they are let: some
with a wrong Host in a connection each, some with valid paths in connections that stay, some with a body of 100 MB, some
that never read. A flood is 10,000 requests a second, as far as connections take them. A second at each phase's begin
does not count. Printed are the medians over the phases of the mean milliseconds of an iteration, and their ratio to the
phases with nobody, beside it the requests that were answered.
"""

import argparse
import csv
import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlparse

ROOT = Path(__file__).resolve().parents[1]


class Visitors:
    """Threads that visit until they are told to stop."""

    def __init__(self, port, *visits):
        self.answered, self.port, self.stopped = 0, port, threading.Event()
        self.threads = [threading.Thread(target=self.repeat, args=[visit], daemon=True) for visit in visits]
        for thread in self.threads:
            thread.start()

    def repeat(self, visit):
        while not self.stopped.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                    visit(self, connection)
            except OSError:
                pass

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def send(self, connection, text):
        connection.sendall(text.replace("HOST", f"127.0.0.1:{self.port}").encode())

    def ask(self, connection, path):
        self.send(connection, f"GET /{path} HTTP/1.1\r\nHost: HOST\r\n\r\n")
        answer = connection.recv(1 << 16)
        self.answered += answer.startswith(b"HTTP/1.1 2")
        return answer


def events(visitors, connection):
    visitors.send(connection, "GET /events HTTP/1.1\r\nHost: HOST\r\n\r\n")
    while not visitors.stopped.is_set() and connection.recv(1 << 16):
        pass


def picture(visitors, connection):
    connection.settimeout(30)
    visitors.send(connection, "GET /picture?after=-1 HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
    answer = b""
    while part := connection.recv(1 << 16):
        answer += part
    steps = answer.split(b"X-Steps: ")[1].split(b"\r\n")[0].decode()
    while not visitors.stopped.is_set():
        with socket.create_connection(("127.0.0.1", visitors.port), timeout=30) as other:
            visitors.send(
                other, f"GET /picture?after={steps} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
            other.settimeout(1)
            answer = b""
            while not visitors.stopped.is_set():
                try:
                    part = other.recv(1 << 16)
                except TimeoutError:
                    continue
                if not part:
                    break
                answer += part
            if b"X-Steps: " in answer:
                steps = answer.split(b"X-Steps: ")[1].split(b"\r\n")[0].decode()
                visitors.answered += 1


def curve(visitors, connection):
    visitors.ask(connection, "chart-wide")
    visitors.stopped.wait(2)


def wrong_host(visitors, connection):
    connection.sendall(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    visitors.answered += bool(connection.recv(1 << 16))


def valid_path(visitors, connection):
    while not visitors.stopped.is_set():
        visitors.ask(connection, "page.css")


def large_body(visitors, connection):
    visitors.send(connection, "POST /save HTTP/1.1\r\nHost: HOST\r\nContent-Length: 104857600\r\n\r\n")
    for _ in range(1600):
        connection.sendall(bytes(1 << 16))


def silent(visitors, connection):
    visitors.send(connection, "GET /events HTTP/1.1\r\nHost: HOST\r\n\r\n")
    visitors.stopped.wait()


# Two of these threads send 10,000 requests a second.
FLOOD_PAUSE, FLOOD_AT_ONCE = 0.02, 100


def flood(visitors, connection):
    connection.setblocking(False)
    request = f"GET /page.css HTTP/1.1\r\nHost: 127.0.0.1:{visitors.port}\r\n\r\n".encode()
    while not visitors.stopped.wait(FLOOD_PAUSE):
        try:
            connection.send(request * FLOOD_AT_ONCE)
        except BlockingIOError:
            pass
        try:
            visitors.answered += connection.recv(1 << 20).count(b"HTTP/1.1 2")
        except BlockingIOError:
            pass


KINDS = {
    "nobody": [],
    "a page": [events, picture, curve],
    "a flood": [flood] * 2,
    "strangers": [wrong_host] * 8 + [valid_path] * 8 + [large_body] * 2 + [silent] * 8,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--phase", type=float, default=5, help="seconds")
    parser.add_argument("--size", default="256")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.csv"
        run = subprocess.Popen([
            ROOT / "run.sh", "stylize", "--content", ROOT / "samples" / "landscape.png", "--style",
            ROOT / "samples" / "painting.png", "--size", options.size, "--weights", "synthetic", "--iterations",
            "1000000", "--checkpoint-every", "never", "--live", "--log", log, "--output", Path(folder) / "out.png"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ})
        phases = []
        for line in run.stderr:
            if line.startswith("live view: "):
                port = urlparse(line.split()[2]).port
            if line.startswith("iteration 1 of"):
                break
        begun = time.monotonic()
        while time.monotonic() - begun < options.seconds:
            kind = list(KINDS)[len(phases) % len(KINDS)]
            first = time.monotonic() - begun
            visitors = Visitors(port, *KINDS[kind])
            time.sleep(options.phase)
            phases.append((kind, first + 1, time.monotonic() - begun, visitors.answered))
            visitors.stop()
        run.terminate()
        run.stderr.read()
        run.wait()
        iterations, clock = [], 0
        for row in list(csv.DictReader(log.open()))[1:]:
            clock += float(row["milliseconds"]) / 1000
            iterations.append((clock, float(row["milliseconds"])))

    means = {kind: [] for kind in KINDS}
    answered = {kind: [] for kind in KINDS}
    for kind, first, last, count in phases:
        of_phase = [milliseconds for at, milliseconds in iterations if first <= at <= last]
        if of_phase:
            means[kind].append(statistics.mean(of_phase))
            answered[kind].append(count / options.phase)
    print("| at the page | phases | ms per iteration | ratio | answers per second |")
    print("| --- | --- | --- | --- | --- |")
    base = statistics.median(means["nobody"])
    for kind, values in means.items():
        median = statistics.median(values)
        print(f"| {kind} | {len(values)} | {median:.1f} | {median / base:.3f} | "
              f"{statistics.median(answered[kind]):.1f} |")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""shaped_proxy: a bad network link in one Python file (standard library only).

A TCP proxy on loopback that behaves like a slow, unreliable line: limited
rate, latency, jitter, stalls, resets after so many kilobytes, dead ("hung")
connections, byte corruption, and outages on a schedule or on command.  It
counts every byte in each direction and prints its statistics as one JSON
line when it ends (SIGTERM, SIGINT, --duration).

All connections of one proxy share ONE link: two connections at 128 kbit/s get
64 kbit/s each.  "up" is client -> target, "down" is target -> client.

Output on stdout is JSON lines: {"event": "ready", "listen": [...]} first,
{"event": "stats", ...} last.  SIGUSR1 prints a stats line without stopping.

Examples
  128 kbit/s each way, 300 ms one way, reset about every 256 KB:
    shaped_proxy.py --map 127.0.0.1:7001=127.0.0.1:7000 \\
        --kbit 128 --latency-ms 300 --reset-every-kb 256 --reset-jitter 0.5
  1 Mbit/s, link down 10 s out of every 30 s, first at t=5 s:
    shaped_proxy.py --map 127.0.0.1:7001=127.0.0.1:7000 \\
        --kbit 1000 --outage 5:10:30 --outage-mode refuse
  Under test control (see --control): echo down | nc 127.0.0.1 7002

In a test:
    with ShapedProxy([("127.0.0.1:0", "127.0.0.1:7000")], kbit=128) as link:
        requests.get("http://%s:%d/" % link.listen[0])
        link.down(); link.up(); link.reset(); print(link.stats())

What it is not: it works on byte streams, so it cannot lose or reorder
packets.  Packet loss shows up in TCP as stalls; --stall-pct imitates that.
The bytes it counts are TCP payload, without TCP/IP headers (--ip-overhead
charges headers against the rate, never to the byte counts).  Bytes that the
proxy has handed to the kernel count as delivered; a few KB of them can still
be thrown away by a reset.
"""

import argparse
import asyncio
import ipaddress
import json
import os
import random
import signal
import socket
import struct
import sys
import threading
import time

UP, DOWN = "up", "down"
MAX_CHUNK = 16384


def loopback_address(text):
    """'127.0.0.1:80', '[::1]:80' or 'localhost:80' -> (host, port); ValueError otherwise."""
    host, sep, port = text.rpartition(":")
    if not sep or not port.isdigit() or int(port) > 65535:
        raise ValueError("%r is not HOST:PORT" % text)
    host = host.strip("[]") or "127.0.0.1"
    if host == "localhost":
        host = "127.0.0.1"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise ValueError("%r: only literal loopback addresses" % text) from None
    if not address.is_loopback:
        raise ValueError("%r is not a loopback address" % text)
    return host, int(port)


class Rate:
    """Serialises bytes onto the line at `rate` bytes/s (0: no limit).

    Keeps the instant when the line falls idle.  Each caller books the next
    free stretch and sleeps to its end, so several connections take turns and
    timer error does not add up: up to burst_s of unused line time may be
    caught up, and a timer that fires late (busy machine) costs nothing below that.
    """

    def __init__(self, rate, burst_s=0.1, ip_overhead=False):
        self.rate, self.burst_s, self.ip_overhead = rate, burst_s, ip_overhead
        self.free_at = 0.0
        self.latest = 0.0  # worst lateness of a timer, seconds

    def chunk(self):
        if not self.rate:
            return MAX_CHUNK
        return max(256, min(MAX_CHUNK, int(self.rate * 0.02)))

    async def send(self, count):
        """Waits for the line, and returns when the last byte has left."""
        if not self.rate:
            return time.monotonic()
        if self.ip_overhead:
            # 40 header bytes per 1460 of payload, charged pro rata because
            # our chunks are not segments.
            count *= 1 + 40.0 / 1460
        now = time.monotonic()
        done = self.free_at = max(self.free_at, now - self.burst_s) + count / self.rate
        if done > now:
            await asyncio.sleep(done - now)
            self.latest = max(self.latest, time.monotonic() - done)
        return max(done, now)


class Every:
    """Says when a byte count crosses the next of a series of (random) marks."""

    def __init__(self, every, jitter, rng):
        self.every, self.jitter, self.rng = every, jitter, rng
        self.left = self._next()

    def _next(self):
        if not self.every:
            return None
        spread = self.jitter * self.every
        return max(1, int(self.every + self.rng.uniform(-spread, spread)))

    def cross(self, count):
        """How many of `count` bytes come up to the next mark; None: mark not reached."""
        if self.left is None:
            return None
        if count < self.left:
            self.left -= count
            return None
        upto, self.left = self.left, self._next()
        return upto


class Connection:
    """One client connection and its connection to the target."""

    def __init__(self, link, reader, writer):
        self.link = link
        self.ends = {"client": (reader, writer)}
        self.dead = asyncio.Event()  # torn down
        self.hung = False  # keeps sockets open, moves nothing

    def tear(self, mode):
        """Ends both sides: 'rst' or 'fin'; 'hang' leaves them open and mute."""
        if mode == "hang":
            self.hung = True
            return
        for _, writer in self.ends.values():
            if mode == "rst":
                sock = writer.get_extra_info("socket")
                try:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                except (OSError, AttributeError):
                    pass
                writer.transport.abort()
            else:
                writer.close()
        self.dead.set()


class Link:
    """The line and its state.  Lives in one event loop."""

    def __init__(
        self,
        routes,
        kbit=0,
        up_kbit=None,
        down_kbit=None,
        half_duplex=False,
        latency_ms=0,
        jitter_ms=0,
        handshake=True,
        burst_ms=100,
        buffer_kb=16,
        ip_overhead=False,
        reset_every_kb=0,
        reset_jitter=0.0,
        reset_mode="rst",
        reset_dir="both",
        reset_scope="conn",
        corrupt_every_kb=0,
        stall_pct=0.0,
        stall_ms=1000,
        connect_fail_pct=0.0,
        outages=(),
        outage_mode="reset",
        seed=None,
    ):
        self.routes = [(loopback_address(a), loopback_address(b)) for a, b in routes]
        if not self.routes:
            raise ValueError("at least one route is needed")
        rng = self.rng = random.Random(seed)
        up = kbit if up_kbit is None else up_kbit
        down = kbit if down_kbit is None else down_kbit
        self.rates = {UP: Rate(up * 125, burst_ms / 1000.0, ip_overhead)}
        self.rates[DOWN] = self.rates[UP] if half_duplex else Rate(down * 125, burst_ms / 1000.0, ip_overhead)
        self.latency, self.jitter = latency_ms / 1000.0, jitter_ms / 1000.0
        self.handshake = handshake
        self.buffer = int(buffer_kb * 1024)
        self.resets = Every(int(reset_every_kb * 1024), reset_jitter, rng)
        self.reset_mode, self.reset_dir, self.reset_scope = reset_mode, reset_dir, reset_scope
        self.corruptions = Every(int(corrupt_every_kb * 1024), 0.5, rng)
        self.stall_pct, self.stall_s = stall_pct, stall_ms / 1000.0
        self.connect_fail_pct = connect_fail_pct
        self.outages, self.outage_mode = list(outages), outage_mode
        self.connections = set()
        self.tasks = set()
        self.servers = []
        self.listen = []
        self.is_up = None
        self.started = time.monotonic()
        self.down_since, self.down_total = None, 0.0
        self.first_byte = self.last_byte = None
        self.delivered = {UP: 0, DOWN: 0}
        self.received = {UP: 0, DOWN: 0}
        self.count = dict(
            accepted=0, finished=0, resets=0, torn_by_outage=0, refused=0, target_failed=0, corrupted_bytes=0, stalls=0, outages=0
        )

    # ---- life of the link
    async def open(self):
        self.is_up = asyncio.Event()
        self.is_up.set()
        self.started = time.monotonic()
        self.listen = [None] * len(self.routes)
        await self._listen()
        for outage in self.outages:
            self._spawn(self._schedule(*outage))

    async def _listen(self):
        for index, ((host, port), target) in enumerate(self.routes):
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._small(sock)
            try:
                sock.bind(self.listen[index] or (host, port))
                sock.listen(256)
            except OSError:
                sock.close()
                raise
            sock.setblocking(False)
            self.listen[index] = sock.getsockname()[:2]

            async def accept(reader, writer, target=target):
                task = asyncio.current_task()
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
                try:
                    await self._serve(reader, writer, target)
                except asyncio.CancelledError:
                    pass  # only close() cancels us; asyncio would print it

            self.servers.append(await asyncio.start_server(accept, sock=sock, limit=max(1024, self.buffer // 2)))

    def _small(self, sock):
        """Before listen or connect: a small receive buffer keeps the queue in
        front of the line short, as on a real modem.  The Ethernet segment size
        goes with it: loopback's 64 KB segments stall in a 16 KB window."""
        if any(rate.rate for rate in self.rates.values()):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, max(4096, self.buffer))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1460)

    async def _connect(self, target):
        sock = socket.socket(socket.AF_INET6 if ":" in target[0] else socket.AF_INET, socket.SOCK_STREAM)
        try:
            self._small(sock)
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, target)
            return await asyncio.open_connection(sock=sock, limit=max(1024, self.buffer // 2))
        except BaseException:
            sock.close()
            raise

    def _unlisten(self):
        for server in self.servers:
            server.close()
        self.servers = []

    async def close(self):
        self._unlisten()
        for conn in list(self.connections):
            conn.hung = False
            conn.tear("rst")
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*list(self.tasks), return_exceptions=True)

    def _spawn(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    # ---- outages
    async def _schedule(self, start, length, period):
        at = self.started + start
        while True:
            await asyncio.sleep(max(0, at - time.monotonic()))
            self.down()
            await asyncio.sleep(max(0, at + length - time.monotonic()))
            await self.up()
            if not period:
                return
            at += period

    def down(self):
        if not self.is_up.is_set():
            return
        self.is_up.clear()
        self.count["outages"] += 1
        self.down_since = time.monotonic()
        if self.outage_mode == "refuse":
            self._unlisten()
        if self.outage_mode != "freeze":
            for conn in list(self.connections):
                if not conn.hung:
                    self.count["torn_by_outage"] += 1
                    conn.tear("rst")

    async def up(self):
        if self.is_up.is_set():
            return
        self.down_total += time.monotonic() - self.down_since
        self.is_up.set()
        if self.outage_mode == "refuse" and not self.servers:
            await self._listen()

    def reset(self):
        """Resets every open connection now (the link itself stays up)."""
        for conn in list(self.connections):
            self.count["resets"] += 1
            conn.tear("rst")

    def set_kbit(self, kbit):
        for rate in self.rates.values():
            rate.rate = kbit * 125
            rate.free_at = 0.0

    # ---- connections
    async def _serve(self, reader, writer, target):
        conn = Connection(self, reader, writer)
        self.count["accepted"] += 1
        if (not self.is_up.is_set() and self.outage_mode != "freeze") or self.rng.uniform(0, 100) < self.connect_fail_pct:
            self.count["refused"] += 1
            conn.tear("rst")
            return
        self.connections.add(conn)
        try:
            await self.is_up.wait()
            if self.handshake and self.latency:
                await asyncio.sleep(2 * self.latency)
            if conn.dead.is_set():
                return
            try:
                far = await self._connect(target)
            except OSError:
                self.count["target_failed"] += 1
                conn.tear("rst")
                return
            conn.ends["target"] = far
            if conn.dead.is_set():  # torn while we were connecting
                conn.tear("rst")
                return
            for _, end in conn.ends.values():
                end.transport.set_write_buffer_limits(high=0)
            pumps = [
                asyncio.ensure_future(self._pump(conn, UP, "client", "target")),
                asyncio.ensure_future(self._pump(conn, DOWN, "target", "client")),
            ]
            dead = asyncio.ensure_future(conn.dead.wait())
            try:
                both = asyncio.gather(*pumps, return_exceptions=True)
                await asyncio.wait([both, dead], return_when=asyncio.FIRST_COMPLETED)
                if not conn.dead.is_set():
                    if all(pump.result() for pump in pumps):
                        self.count["finished"] += 1
                    conn.tear("fin")
            finally:
                for task in pumps + [dead]:
                    task.cancel()
                await asyncio.gather(*pumps, dead, return_exceptions=True)
        finally:
            self.connections.discard(conn)
            if not conn.dead.is_set():
                conn.tear("rst")

    async def _pump(self, conn, way, source, sink):
        """Moves bytes one way until EOF (True) or error (False)."""
        queue = asyncio.Queue()
        room = asyncio.Event()
        room.set()
        held = [0]
        feeder = asyncio.ensure_future(self._feed(conn, way, source, queue, room, held))
        writer = conn.ends[sink][1]
        try:
            while True:
                due, data = await queue.get()
                delay = due - time.monotonic()
                if delay > 0:
                    await asyncio.sleep(delay)
                await self.is_up.wait()
                await self._mute(conn)
                if data is None:
                    return False
                if not data:
                    if writer.can_write_eof():
                        writer.write_eof()
                    return True
                await self._deliver(conn, way, writer, data)
                held[0] -= len(data)
                room.set()
        except OSError:
            # One side is gone; a real link would carry the RST across.
            conn.tear("rst")
            return False
        finally:
            feeder.cancel()
            await asyncio.gather(feeder, return_exceptions=True)

    async def _mute(self, conn):
        if conn.hung:
            await conn.dead.wait()

    async def _feed(self, conn, way, source, queue, room, held):
        """Reads from the source, books line time, and stamps each chunk with its due time."""
        reader, rate, last_due = conn.ends[source][0], self.rates[way], 0.0
        while True:
            await self.is_up.wait()
            await self._mute(conn)
            try:
                data = await reader.read(rate.chunk())
            except OSError:
                conn.tear("rst")
                data = None
            if data:
                self.received[way] += len(data)
                due = await rate.send(len(data)) + self.latency
            else:
                due = time.monotonic() + self.latency
            if self.jitter:
                due += self.rng.uniform(0, self.jitter)
            if data and self.rng.uniform(0, 100) < self.stall_pct:
                self.count["stalls"] += 1
                due += self.stall_s
            last_due = due = max(due, last_due)
            held[0] += len(data or b"")
            queue.put_nowait((due, data))
            if not data:
                return
            # What is in flight (rate x latency) is on the line, not queued:
            # allow it on top of the buffer.
            allowed = self.buffer + rate.rate * (self.latency + self.jitter) if rate.rate else max(self.buffer, 1 << 20)
            while held[0] > allowed:
                room.clear()
                await room.wait()

    async def _deliver(self, conn, way, writer, data):
        cut = self.resets.cross(len(data)) if self.reset_dir in ("both", way) else None
        if cut is not None:
            data = data[:cut]
        spot = self.corruptions.cross(len(data))
        if spot is not None:
            data = bytearray(data)
            data[spot - 1] ^= 1 << self.rng.randrange(8)
            self.count["corrupted_bytes"] += 1
        writer.write(bytes(data))
        await writer.drain()
        now = time.monotonic()
        self.first_byte = self.first_byte or now
        self.last_byte = now
        self.delivered[way] += len(data)
        if cut is not None:
            victims = list(self.connections) if self.reset_scope == "link" else [conn]
            for victim in victims:
                self.count["resets"] += 1
                victim.tear(self.reset_mode)
            await self._mute(conn)

    # ---- statistics
    def stats(self):
        now = time.monotonic()
        active = (self.last_byte - self.first_byte) if self.first_byte else 0.0
        down = self.down_total
        if self.is_up is not None and not self.is_up.is_set():
            down += now - self.down_since
        result = {
            "event": "stats",
            "up_bytes": self.delivered[UP],
            "down_bytes": self.delivered[DOWN],
            "total_bytes": self.delivered[UP] + self.delivered[DOWN],
            "up_undelivered": self.received[UP] - self.delivered[UP],
            "down_undelivered": self.received[DOWN] - self.delivered[DOWN],
            "elapsed_s": round(now - self.started, 3),
            "first_to_last_byte_s": round(active, 3),
            "outage_s": round(down, 3),
            "open_now": len(self.connections),
            # Much more than --burst-ms here: the machine was too busy, the
            # line ran slower than asked, and timings of this run are suspect.
            "timer_late_max_ms": round(1000 * max(rate.latest for rate in self.rates.values()), 1),
        }
        for way in (UP, DOWN):
            result[way + "_kbit_s"] = round(self.delivered[way] * 0.008 / active, 1) if active else 0.0
        result.update(self.count)
        return result


class ShapedProxy:
    """A Link in a thread of its own, for tests.  Takes the arguments of Link."""

    def __init__(self, routes, **shape):
        self.link = Link(routes, **shape)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def start(self):
        self.thread.start()
        try:
            self._call(self.link.open())
        except BaseException:
            self._end_loop()
            raise
        return self

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def _do(self, function, *args):
        async def run():
            return function(*args)

        return self._call(run())

    def _end_loop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    def stop(self):
        self._call(self.link.close())
        self._end_loop()
        return self.link.stats()

    @property
    def listen(self):
        return self.link.listen

    def stats(self):
        return self._do(self.link.stats)

    def down(self):
        self._do(self.link.down)

    def up(self):
        self._call(self.link.up())

    def reset(self):
        self._do(self.link.reset)

    def set_kbit(self, kbit):
        self._do(self.link.set_kbit, kbit)

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        self.stop()


def parse_outage(text):
    parts = [float(part) for part in text.split(":")]
    if len(parts) == 2:
        parts.append(0.0)
    if len(parts) != 3 or parts[0] < 0 or parts[1] <= 0 or (parts[2] and parts[2] <= parts[1]):
        raise argparse.ArgumentTypeError("want START:LENGTH or START:LENGTH:PERIOD, PERIOD > LENGTH")
    return tuple(parts)


def parse_map(text):
    listen, sep, target = text.partition("=")
    if not sep:
        raise argparse.ArgumentTypeError("want LISTEN=TARGET, e.g. 127.0.0.1:7001=127.0.0.1:7000")
    try:
        loopback_address(listen), loopback_address(target)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error))
    return listen, target


def not_negative(text):
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError("must be 0 or more")
    return value


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument(
        "--map",
        dest="routes",
        action="append",
        required=True,
        type=parse_map,
        metavar="LISTEN=TARGET",
        help="listen here, forward there; repeatable, loopback only; listen port 0 picks one",
    )
    g = p.add_argument_group("rate and delay")
    g.add_argument("--kbit", type=not_negative, default=0, help="kbit/s each way (0: no limit)")
    g.add_argument("--up-kbit", type=not_negative, help="client to target, instead of --kbit")
    g.add_argument("--down-kbit", type=not_negative, help="target to client, instead of --kbit")
    g.add_argument("--half-duplex", action="store_true", help="both ways share the up rate")
    g.add_argument("--latency-ms", type=not_negative, default=0, help="one-way delay; a new connection also waits one round trip")
    g.add_argument("--jitter-ms", type=not_negative, default=0, help="up to so much more, at random (order is kept)")
    g.add_argument("--no-handshake", dest="handshake", action="store_false", help="no round trip on connect")
    g.add_argument("--burst-ms", type=not_negative, default=100, help="unused line time that may be caught up (100)")
    g.add_argument("--buffer-kb", type=not_negative, default=16, help="queue in front of the line, per connection and way (16)")
    g.add_argument("--ip-overhead", action="store_true", help="charge 40 bytes per 1460 against the rate")
    g.add_argument("--stall-pct", type=not_negative, default=0, help="percent of chunks that are held up (20 ms of line time each)")
    g.add_argument("--stall-ms", type=not_negative, default=1000, help="for how long (1000)")
    g = p.add_argument_group("faults")
    g.add_argument("--reset-every-kb", type=not_negative, default=0, help="end a connection after every so many KB carried by the link")
    g.add_argument("--reset-jitter", type=not_negative, default=0, help="0..1: randomise that distance by this share")
    g.add_argument("--reset-mode", choices=["rst", "fin", "hang"], default="rst", help="hang: stays open, moves nothing")
    g.add_argument("--reset-dir", choices=["both", UP, DOWN], default="both", help="which bytes count towards a reset")
    g.add_argument("--reset-scope", choices=["conn", "link"], default="conn", help="end the one that crossed the mark, or all")
    g.add_argument("--corrupt-every-kb", type=not_negative, default=0, help="flip one bit about every so many KB")
    g.add_argument("--connect-fail-pct", type=not_negative, default=0, help="percent of new connections that are reset at once")
    g.add_argument(
        "--outage",
        dest="outages",
        action="append",
        default=[],
        type=parse_outage,
        metavar="START:LENGTH[:PERIOD]",
        help="link down, in seconds since start; repeatable",
    )
    g.add_argument(
        "--outage-mode",
        choices=["reset", "refuse", "freeze"],
        default="reset",
        help="reset: connections die, new ones are reset; refuse: also stops listening; freeze: everything stands still",
    )
    g.add_argument("--seed", type=int, help="for repeatable randomness")
    g = p.add_argument_group("running")
    g.add_argument("--duration", type=not_negative, default=0, help="end after so many seconds")
    g.add_argument("--stats-file", help="also write the final stats there")
    g.add_argument(
        "--control",
        metavar="HOST:PORT",
        help="loopback line protocol: up | down | reset | kbit N | stats | quit; answers one JSON line each",
    )
    options = vars(p.parse_args(argv))
    if options["reset_jitter"] > 1:
        p.error("--reset-jitter must be 0..1")
    if options["control"]:
        try:
            loopback_address(options["control"])
        except ValueError as error:
            p.error(str(error))
    return options


async def serve(options):
    duration, stats_file, control = (options.pop(k) for k in ("duration", "stats_file", "control"))
    link = Link(**options)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def say(item):
        try:
            print(json.dumps(item), flush=True)
        except BrokenPipeError:
            pass

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, lambda: say(link.stats()))
    await link.open()

    async def command(reader, writer):
        try:
            while True:
                line = await reader.readline()
                words = line.decode("ascii", "replace").split()
                if not line:
                    break
                answer = {"ok": True}
                try:
                    verb = words[0] if words else ""
                    if verb == "up":
                        await link.up()
                    elif verb == "down":
                        link.down()
                    elif verb == "reset":
                        link.reset()
                    elif verb == "kbit":
                        link.set_kbit(not_negative(words[1]))
                    elif verb == "stats":
                        answer = link.stats()
                    elif verb == "quit":
                        stop.set()
                    else:
                        answer = {"ok": False, "error": "up | down | reset | kbit N | stats | quit"}
                except (ValueError, IndexError, argparse.ArgumentTypeError) as error:
                    answer = {"ok": False, "error": str(error)}
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (OSError, ValueError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    ready = {"event": "ready", "pid": os.getpid(), "listen": ["%s:%d" % a for a in link.listen]}
    controller = None
    if control:
        controller = await asyncio.start_server(command, *loopback_address(control))
        ready["control"] = "%s:%d" % controller.sockets[0].getsockname()[:2]
    say(ready)
    try:
        await asyncio.wait_for(stop.wait(), duration or None)
    except asyncio.TimeoutError:
        pass
    stats = link.stats()  # before close() tears what is still open
    if controller:
        controller.close()
    await link.close()
    say(stats)
    if stats_file:
        part = "%s.%d.part" % (stats_file, os.getpid())
        with open(part, "w") as f:
            json.dump(stats, f)
            f.write("\n")
        os.replace(part, stats_file)


def main(argv=None):
    options = arguments(argv)
    try:
        asyncio.run(serve(options))
    except OSError as error:
        print("shaped_proxy: %s" % error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Real name servers on loopback, where this machine has them: NSD and BIND with zones as files, Unbound and BIND in
front of them.

Nothing of the machine's own configuration is read or changed; everything lives in a folder that is thrown away.
"""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.message
import dns.query
import dns.rcode

NSD = shutil.which("nsd") or shutil.which("nsd", path="/usr/sbin")
UNBOUND = shutil.which("unbound") or shutil.which("unbound", path="/usr/sbin")
NAMED = shutil.which("named") or shutil.which("named", path="/usr/sbin")
DNSPERF = shutil.which("dnsperf")
STARTS_WITHIN_S = 10.0

BOTH = ("127.0.0.1", "127.0.0.2")
ONE = ("127.0.0.1",)
"""All that BIND listens on, unless an interface has been given more."""

SOA = "@ {soa_ttl} IN SOA ns1 hostmaster {serial} 3600 900 604800 {minimum}\n"


@dataclass
class Authority:
    """A running server that has zones."""

    folder: Path
    addresses: tuple[str, ...]
    port: int
    process: subprocess.Popen[bytes]

    def publish(self, origin: str, zone: str) -> None:
        """Replace a zone and have it served."""
        (self.folder / f"{origin}.zone").write_text(zone)
        self.process.send_signal(1)  # SIGHUP: read the zones that have changed


class AtOnce:
    """`ports.Turns` where nobody else asks, and waiting for a turn is not what is looked at."""

    async def take(
        self, wanted: Sequence[tuple[str, float]], *, within_s: float, ahead_s: float = 0.0
    ) -> list[float | None]:
        """Everybody's begins now."""
        del within_s, ahead_s
        return [0.0] * len(wanted)


@dataclass
class Resolver:
    """A running resolver."""

    where: tuple[str, int]
    queries: Path

    def log(self) -> str:
        """Every name it has been asked for, in its own words."""
        return self.queries.read_text() if self.queries.exists() else ""


def zone(
    origin: str,
    records: str = "",
    *,
    serial: int = 1,
    soa_ttl: int = 300,
    minimum: int = 300,
    ttl: int = 60,
    addresses: tuple[str, ...] = BOTH,
) -> str:
    """A zone file with one name server at each of these addresses: ns1, ns2."""
    head = f"$ORIGIN {origin}.\n$TTL {ttl}\n" + SOA.format(serial=serial, soa_ttl=soa_ttl, minimum=minimum)
    servers = "".join(f"@ IN NS ns{number}\nns{number} IN A {each}\n" for number, each in enumerate(addresses, 1))
    return head + servers + records


@contextmanager
def nsd(zones: Mapping[str, str], addresses: tuple[str, ...] = BOTH) -> Iterator[Authority]:
    """NSD on one free port of these addresses, serving these zones."""
    assert NSD is not None
    with tempfile.TemporaryDirectory(prefix="nsd-") as name:
        folder, port = Path(name), _free_port(addresses)
        for origin, text in zones.items():
            (folder / f"{origin}.zone").write_text(text)
        listening = "".join(f"  ip-address: {each}@{port}\n" for each in addresses)
        served = "".join(f'zone:\n  name: "{origin}"\n  zonefile: "{origin}.zone"\n' for origin in zones)
        (folder / "nsd.conf").write_text(
            f'server:\n{listening}  port: {port}\n  username: ""\n  chroot: ""\n  zonesdir: "{folder}"\n  pidfile: ""\n'
            f'  database: ""\n  zonelistfile: "{folder}/zone.list"\n  xfrdfile: "{folder}/xfrd.state"\n'
            f'  xfrdir: "{folder}"\n  rrl-ratelimit: 0\n  server-count: 1\n'
            f"remote-control:\n  control-enable: no\n{served}"
        )
        with _running([NSD, "-d", "-c", str(folder / "nsd.conf")], port) as process:
            yield Authority(folder, addresses, port, process)


@contextmanager
def unbound(authority: Authority, origins: tuple[str, ...]) -> Iterator[Resolver]:
    """A recursive resolver on loopback that knows where these zones are."""
    assert UNBOUND is not None
    with tempfile.TemporaryDirectory(prefix="unbound-") as name:
        port = _free_port(ONE)
        stubs = "".join(
            f'stub-zone:\n  name: "{origin}"\n'
            + "".join(f"  stub-addr: {each}@{authority.port}\n" for each in authority.addresses)
            for origin in (*origins, ".")  # no question leaves loopback
        )
        open_zones = "".join(f'  local-zone: "{origin}" transparent\n' for origin in origins)
        (Path(name) / "unbound.conf").write_text(
            f'server:\n  interface: 127.0.0.1\n  port: {port}\n  chroot: ""\n  username: ""\n  directory: "{name}"\n'
            '  pidfile: ""\n  use-syslog: no\n  do-daemonize: no\n  do-not-query-localhost: no\n  do-ip6: no\n'
            '  module-config: "iterator"\n  num-threads: 1\n  log-queries: yes\n  logfile: "queries.log"\n'
            f"{open_zones}remote-control:\n  control-enable: no\n{stubs}"
        )
        with _running([UNBOUND, "-d", "-c", f"{name}/unbound.conf"], port):
            yield Resolver(("127.0.0.1", port), Path(name) / "queries.log")


@contextmanager
def bind(zones: Mapping[str, str]) -> Iterator[Authority]:
    """BIND as the only server of these zones."""
    with _bind(zones, "recursion no;") as (folder, port, process):
        yield Authority(folder, ONE, port, process)


@contextmanager
def bind_resolver(authority: Authority, own_zones: Mapping[str, str] | None = None) -> Iterator[Resolver]:
    """BIND as a resolver that asks the authority for everything but zones of its own, which nobody else sees."""
    upstream = " ".join(f"{each} port {authority.port};" for each in authority.addresses)
    options = f"recursion yes; allow-recursion {{ 127.0.0.1; }}; forward only; forwarders {{ {upstream} }};"
    with _bind(own_zones or {}, options) as (folder, port, _):
        yield Resolver(("127.0.0.1", port), folder / "queries.log")


@contextmanager
def _bind(zones: Mapping[str, str], options: str) -> Iterator[tuple[Path, int, subprocess.Popen[bytes]]]:
    assert NAMED is not None
    with tempfile.TemporaryDirectory(prefix="bind-") as name:
        folder, port = Path(name), _free_port(ONE)
        for origin, text in zones.items():
            (folder / f"{origin}.zone").write_text(text)
        served = "".join(f'zone "{origin}" {{ type primary; file "{origin}.zone"; }};\n' for origin in zones)
        (folder / "named.conf").write_text(
            f'options {{ directory "{folder}"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n'
            "  pid-file none; session-keyfile none; max-cache-size 16M; dnssec-validation no; querylog yes;\n"
            f"  {options} }};\ncontrols {{ }};\n"
            'logging { channel asked { file "queries.log"; }; category queries { asked; }; };\n'
            f"{served}"
        )
        with _running([NAMED, "-f", "-c", str(folder / "named.conf")], port) as process:
            for origin in zones:
                _until_serving(port, origin)
            yield folder, port, process


def _free_port(addresses: tuple[str, ...]) -> int:
    """One that is free on all of them for the moment, over TCP and UDP."""
    for _ in range(50):
        with socket.socket() as first:
            first.bind((addresses[0], 0))
            port: int = first.getsockname()[1]
        try:
            for address in addresses:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    with socket.socket(socket.AF_INET, kind) as probe:
                        probe.bind((address, port))
        except OSError:
            continue
        return port
    raise OSError("no port is free on all addresses")


@contextmanager
def _running(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """As long as it is needed."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _until_listening(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(10)


def _until_serving(port: int, origin: str) -> None:
    """BIND listens before it has read its zones."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    query = dns.message.make_query(origin, "SOA")
    while dns.query.udp(query, "127.0.0.1", STARTS_WITHIN_S, port).rcode() != dns.rcode.NOERROR:
        assert time.monotonic() < deadline, f"it does not serve {origin}"
        time.sleep(0.02)


def _until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "it ended at once"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("it does not listen")

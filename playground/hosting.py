"""A hosted zone with the records of a zone in the playground's DNS: what Route 53 changes, name servers serve."""

from collections import defaultdict
from collections.abc import Mapping

from playground.aws import RecordSet, normalized
from playground.dns import Dns


class InDns:
    """`playground.aws.hosted_zones.Records`, read from the DNS and written there."""

    def __init__(self, dns: Dns, zone: str) -> None:
        self._dns = dns
        self._zone = zone

    def at(self, name: str) -> Mapping[str, RecordSet]:
        values: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for record in self._dns.zones()[self._zone]:
            if normalized(record.name) == name:
                values[record.rdtype, record.ttl].append(record.value)
        return {rdtype: RecordSet(name, rdtype, ttl, tuple(each)) for (rdtype, ttl), each in values.items()}

    def write(self, name: str, rdtype: str, wanted: RecordSet | None) -> None:
        plain = name.replace("\\052", "*")
        if wanted is not None:
            self._dns.replace(plain, rdtype, *wanted.values, ttl=wanted.ttl)
        elif rdtype in self.at(name):
            self._dns.remove(plain, rdtype)

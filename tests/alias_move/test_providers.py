"""Providers, told by the names of their servers."""

import pytest

from bot.alias_move.providers import PROVIDERS, provider_of

SERVERS = {
    "ns-2048.awsdns-64.com": "Route 53",
    "NS-1536.awsdns-00.co.uk.": "Route 53",
    "amy.ns.cloudflare.com": "Cloudflare",
    "ns55.domaincontrol.com": "GoDaddy",
    "dns2.registrar-servers.com": "Namecheap",
    "connect1.squarespacedns.com": "Squarespace",
    "ns-cloud-b1.googledomains.com": "Google Cloud DNS or Squarespace",
    "ns3-08.azure-dns.org": "Azure DNS",
    "ns2.digitalocean.com": "DigitalOcean",
    "ns1045.ui-dns.biz": "IONOS",
    "dns15.ovh.net": "OVHcloud",
    "dns200.anycast.me": "OVHcloud",
    "hydrogen.ns.hetzner.com": "Hetzner",
    "robotns2.second-ns.de": "Hetzner",
    "ns-12-c.gandi.net": "Gandi",
    "curitiba.ns.porkbun.com": "Porkbun",
    "ns1dlw.name.com": "name.com",
    "ns4.linode.com": "Akamai (Linode)",
    "a1-64.akam.net": "Akamai Edge DNS",
    "ns2.dnsimple-edge.net": "DNSimple",
    "dns1.p05.nsone.net": "NS1",
    "ns1.vercel-dns.com": "Vercel",
    "kiki.bunny.net": "Bunny",
    "ns1.dns-parking.com": "Hostinger",
    "shades01.rzone.de": "STRATO",
    "ns2.inwx.de": "INWX",
    "ns11.infomaniak.ch": "Infomaniak",
    "ns1.dynadot.com": "Dynadot",
    "ns8.wixdns.net": "Wix",
    "ns61.worldnic.com": "Network Solutions",
    "ns1.vultr.com": "Vultr",
    "dns9.hichina.com": "Alibaba Cloud",
    "ns1.p68.dns.oraclecloud.net": "Oracle Cloud",
    "ns10.dnsmadeeasy.com": "DNS Made Easy",
}


@pytest.mark.parametrize(("server", "name"), SERVERS.items())
def test_a_provider_is_told_by_its_servers(server: str, name: str):
    provider = provider_of([server])

    assert provider is not None
    assert provider.name == name


def test_every_provider_in_the_table_is_told():
    assert {provider.name for provider in PROVIDERS} == set(SERVERS.values())


@pytest.mark.parametrize(
    "servers",
    [
        (),
        ("ns1.example.com",),
        ("ns1.my-name.com",),
        ("amy.ns.cloudflare.com.example.com",),
        ("amy.ns.cloudflare.com", "ns1.example.com"),
        ("amy.ns.cloudflare.com", "ns-1.awsdns-01.com"),
    ],
)
def test_what_is_unknown_or_mixed_is_not_guessed(servers: tuple[str, ...]):
    assert provider_of(servers) is None

"""Which DNS provider runs a zone, by the names of its servers, and what its panel calls the fields of a record.

Pure. A table of facts about other people's web pages, which change: a field is named only where it is known, and what
is said must stay right when it is called otherwise.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a record is typed in."""

    name: str
    servers: str
    """A regular expression that the end of a server's name matches, after a dot or from its beginning."""
    name_field: str = "Name"
    value_field: str = "Value"
    wants_quotes: bool = False
    """Whether the value is typed in double quotes."""
    note: str = ""
    """What people stumble over there, as a sentence."""


PROVIDERS = (
    Provider("Route 53", r"awsdns-\d+\.(com|net|org|co\.uk)", "Record name", "Value", wants_quotes=True),
    Provider("Cloudflare", r"ns\.cloudflare\.com|foundationdns\.(com|net|org)", "Name", "Content"),
    Provider("GoDaddy", r"domaincontrol\.com", "Name", "Value"),
    Provider("Namecheap", r"registrar-servers\.com", "Host", "Value", note="It is on the page “Advanced DNS”."),
    Provider("Squarespace", r"squarespacedns\.com", "Host", "Data"),
    Provider(
        "Google Cloud DNS or Squarespace",
        r"ns-cloud-[a-e]\d\.googledomains\.com",
        note="Names that were bought at Google Domains are at Squarespace now.",
    ),
    Provider("Azure DNS", r"azure-dns\.(com|net|org|info)", "Name", "Value"),
    Provider("DigitalOcean", r"ns\d\.digitalocean\.com", "Hostname", "Value"),
    Provider("IONOS", r"ui-dns\.(com|de|org|biz)", "Host name", "Value"),
    Provider("OVHcloud", r"(dns|ns)\d+\.ovh\.net|ovh\.ca|anycast\.me", "Sub-domain", "Value"),
    Provider(
        "Hetzner",
        r"ns\.hetzner\.(com|de)|first-ns\.de|second-ns\.(com|de)|your-server\.de",
        "Name",
        "Value",
    ),
    Provider("Gandi", r"gandi\.net", "Name"),
    Provider("Porkbun", r"porkbun\.com", "Host", "Answer"),
    Provider("name.com", r"name\.com", "Host", "Answer"),
    Provider("Akamai (Linode)", r"ns\d\.linode\.com", "Hostname", "Value"),
    Provider("Akamai Edge DNS", r"akam\.net"),
    Provider("DNSimple", r"dnsimple(-edge)?\.(com|net|org|io)", "Name", "Content"),
    Provider("NS1", r"nsone\.net", note="Zones of Netlify are there too; they are changed at Netlify."),
    Provider("Vercel", r"vercel-dns(-\d+)?\.com", "Name", "Value"),
    Provider("Bunny", r"bunny\.net"),
    Provider("Hostinger", r"dns-parking\.com", "Name", "TXT value"),
    Provider("STRATO", r"rzone\.de|strato-hosting\.eu"),
    Provider("INWX", r"inwx\.(de|eu|net)", "Name", "Value"),
    Provider("Infomaniak", r"infomaniak\.(ch|com)"),
    Provider("Dynadot", r"dynadot\.com"),
    Provider("Wix", r"wixdns\.net", "Host Name", "Value"),
    Provider("Network Solutions", r"worldnic\.com"),
    Provider("Vultr", r"vultr\.com", "Name", "Data"),
    Provider("Alibaba Cloud", r"hichina\.com|alidns\.com"),
    Provider("Oracle Cloud", r"dns\.oraclecloud\.net"),
    Provider("DNS Made Easy", r"dnsmadeeasy\.com", "Name", "Value"),
)


def provider_of(servers: Iterable[str]) -> Provider | None:
    """The provider that all of these servers belong to; None where that is unknown, or where they are of several."""
    found = {_provider(server) for server in servers}
    return found.pop() if len(found) == 1 else None


def _provider(server: str) -> Provider | None:
    name = server.lower().removesuffix(".")
    return next((one for one in PROVIDERS if re.search(rf"(^|\.)({one.servers})$", name)), None)

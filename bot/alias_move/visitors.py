"""What visitors will get: how the target treats them otherwise than the source does, worst first.

Pure. Compares settings and nothing else: whether an origin answers, or what a function does, is not in here. Must never
hold an origin's custom headers, which often carry the password between CloudFront and the origin.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

EVERY_OTHER_PATH = "*"
"""Stands for the default cache behaviour."""
MOST_NAMED = 3
_WITHOUT_SNI = frozenset({"vip", "static-ip"})
_VIEWER_REQUEST = "viewer-request"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a distribution fetches from, and by which right."""

    domain_name: str
    access_control: str = ""
    """Id of an origin access control. The origin's own policy then names the distributions that it lets in."""
    access_identity: str = ""
    """The older kind: an identity that several distributions may share."""


@dataclass(frozen=True, slots=True, order=True)
class Function:
    """Code that runs on requests or responses."""

    event: str
    """`viewer-request`, `origin-response` …"""
    arn: str

    @property
    def is_lambda(self) -> bool:
        """Lambda@Edge; else a CloudFront function."""
        return ":lambda:" in self.arn


@dataclass(frozen=True, slots=True)
class Route:
    """One cache behaviour."""

    path: str
    fetches_from: tuple[str, ...]
    """Domain name and path of its origin; of every member, where it is a group."""
    viewer_protocol: str = ""
    functions: tuple[Function, ...] = ()
    """In order."""
    signers: tuple[str, ...] = ()
    """Key groups and accounts whose signatures it demands; in order."""
    cache_policy: str = ""
    origin_request_policy: str = ""
    response_headers_policy: str = ""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a distribution treats visitors, as ListDistributions tells it. Source: CloudFront, DistributionSummary."""

    routes: tuple[Route, ...]
    """The last one is the default."""
    origins: tuple[Origin, ...] = ()
    web_acl: str = ""
    """ARN, or an id of the older kind; empty: no firewall."""
    viewer_mtls: str = ""
    """Mode and trust store, `required, ts_1`; empty: visitors need no certificate."""
    minimum_tls: str = ""
    ssl_support: str = ""
    http_versions: str = ""
    ipv6: bool = True
    geo_restriction: str = "none"
    """`none`, `whitelist` or `blacklist`."""
    countries: tuple[str, ...] = ()
    anycast_ip_list: str = ""
    price_class: str = ""
    error_pages: tuple[str, ...] = ()

    def route(self, path: str) -> Route:
        """What is done with this path pattern; by the default where it has no behaviour of its own."""
        return next((one for one in self.routes if one.path == path), self.routes[-1])


@dataclass(frozen=True, slots=True)
class Further:
    """What ListDistributions does not tell; read for source and target alone, and only where that is allowed."""

    is_read: bool
    """Whether its configuration could be read; the tags are another question."""
    deployed_by: str = ""
    """What its tags say: `stack web-green (CloudFormation)`."""
    continuous_deployment_policy: str = ""
    logs_to: str = ""
    default_root_object: str = ""
    is_denied: bool = False
    """Whether it could not be read for want of a permission, `cloudfront:GetDistribution`."""


class Weight(Enum):
    """How much a difference matters."""

    SERIOUS = "serious"
    """Visitors may lose the site, a protection, or their way in."""
    NOTE = "note"
    """They may notice."""


class DifferenceCode(Enum):
    """What differs. The values are stored names; those of serious differences are part of a plan."""

    FIREWALL_MISSING = "firewall_missing"
    FIREWALL_OTHER = "firewall_other"
    ORIGINS_OTHER = "origins_other"
    ORIGIN_ACCESS_OTHER = "origin_access_other"
    MTLS_OTHER = "mtls_other"
    SIGNATURES_DROPPED = "signatures_dropped"
    SIGNATURES_OTHER = "signatures_other"
    COUNTRIES_OTHER = "countries_other"
    FUNCTION_MISSING = "function_missing"
    SNI_REQUIRED = "sni_required"
    ANYCAST_OTHER = "anycast_other"
    TRAFFIC_SPLIT_ENDS = "traffic_split_ends"

    FIREWALL_NEW = "firewall_new"
    ORIGIN_ACCESS_SHARED = "origin_access_shared"
    FUNCTION_OTHER = "function_other"
    SSL_SUPPORT_OTHER = "ssl_support_other"
    TLS_OTHER = "tls_other"
    HTTP_OTHER = "http_other"
    IPV6_OTHER = "ipv6_other"
    PRICE_CLASS_OTHER = "price_class_other"
    PROTOCOL_OTHER = "protocol_other"
    CACHE_POLICY_OTHER = "cache_policy_other"
    ORIGIN_REQUEST_POLICY_OTHER = "origin_request_policy_other"
    RESPONSE_HEADERS_POLICY_OTHER = "response_headers_policy_other"
    ERROR_PAGES_OTHER = "error_pages_other"
    TRAFFIC_SPLIT_BEGINS = "traffic_split_begins"
    LOGGING_OTHER = "logging_other"
    ROOT_OBJECT_OTHER = "root_object_other"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that visitors will get otherwise. Plain text, to be escaped where it is shown."""

    weight: Weight
    code: DifferenceCode
    sentence: str


@dataclass(frozen=True, slots=True)
class Names:
    """How sentences call the two sides."""

    source: str = "the source"
    target: str = "the target"


Found = Iterator[Difference]


def differences(source: Behaviour, target: Behaviour, names: Names | None = None) -> tuple[Difference, ...]:
    """What changes for visitors; serious ones first."""
    called = names or Names()
    found = [one for compare in _COMPARISONS for one in compare(source, target, called)]
    return tuple(sorted(found, key=lambda one: one.weight is not Weight.SERIOUS))


def further_differences(source: Further, target: Further, names: Names | None = None) -> tuple[Difference, ...]:
    """The same of what ListDistributions does not tell. Never part of a plan: it can be readable at one look only."""
    return tuple(_further(source, target, names or Names())) if source.is_read and target.is_read else ()


def serious_codes(source: Behaviour | None, target: Behaviour | None) -> tuple[DifferenceCode, ...]:
    """What an approver approves with a plan; nothing where one side can't be read."""
    if source is None or target is None:
        return ()
    found = {one.code for one in differences(source, target) if one.weight is Weight.SERIOUS}
    return tuple(sorted(found, key=lambda code: code.value))


def _serious(code: DifferenceCode, sentence: str) -> Difference:
    return Difference(Weight.SERIOUS, code, sentence)


def _note(code: DifferenceCode, sentence: str) -> Difference:
    return Difference(Weight.NOTE, code, sentence)


def _firewall(source: Behaviour, target: Behaviour, called: Names) -> Found:
    had, gets = (_short(one.web_acl) for one in (source, target))
    if source.web_acl == target.web_acl:
        return
    if not gets:
        yield _serious(
            DifferenceCode.FIREWALL_MISSING, f"{called.source} has a firewall ({had}), {called.target} has none."
        )
    elif had:
        yield _serious(
            DifferenceCode.FIREWALL_OTHER, f"{called.source} has the firewall {had}, {called.target} has {gets}."
        )
    else:
        yield _note(
            DifferenceCode.FIREWALL_NEW,
            f"{called.target} has a firewall ({gets}), {called.source} has none: it may turn visitors away.",
        )


def _origins(source: Behaviour, target: Behaviour, called: Names) -> Found:
    paths = [path for path in _paths(source, target) if _fetches(source, path) != _fetches(target, path)]
    if not paths:
        return
    first = paths[0]
    where = "" if paths == [EVERY_OTHER_PATH] else f"On {_listed(paths)}: "
    sentence = (
        f"{where}{called.target} fetches from {_fetches(target, first)}, {called.source} from"
        f" {_fetches(source, first)}."
    )
    known = {one.domain_name for one in source.origins}
    guarded = [one.domain_name for one in target.origins if one.access_control and one.domain_name not in known]
    if guarded:
        sentence += f" Visitors get 403 unless the policy of {_listed(guarded)} lets {called.target} in."
    yield _serious(DifferenceCode.ORIGINS_OTHER, sentence)


def _origin_access(source: Behaviour, target: Behaviour, called: Names) -> Found:
    before = {one.domain_name: one for one in source.origins}
    shared = [(one, before[one.domain_name]) for one in target.origins if one.domain_name in before]
    if other := [now.domain_name for now, was in shared if now != was]:
        yield _serious(
            DifferenceCode.ORIGIN_ACCESS_OTHER,
            f"{called.target} has another right (origin access) to fetch from {_listed(other)} than {called.source}:"
            " visitors get 403 unless that origin's policy allows it.",
        )
    if same := [now.domain_name for now, was in shared if now == was and now.access_control]:
        yield _note(
            DifferenceCode.ORIGIN_ACCESS_SHARED,
            f"Both fetch from {_listed(same)} through origin access control: see that its policy names"
            f" {called.target} too, else visitors get 403.",
        )


def _mtls(source: Behaviour, target: Behaviour, called: Names) -> Found:
    if source.viewer_mtls != target.viewer_mtls:
        yield _serious(
            DifferenceCode.MTLS_OTHER,
            f"Certificates of visitors (mTLS): {called.source} {source.viewer_mtls or 'asks for none'},"
            f" {called.target} {target.viewer_mtls or 'asks for none'}.",
        )


def _signatures(source: Behaviour, target: Behaviour, called: Names) -> Found:
    differing = [path for path in _paths(source, target) if source.route(path).signers != target.route(path).signers]
    dropped = [path for path in differing if not target.route(path).signers]
    other = [path for path in differing if path not in dropped]
    if dropped:
        yield _serious(
            DifferenceCode.SIGNATURES_DROPPED,
            f"{called.source} serves only signed URLs and cookies{_on(dropped)}, {called.target} serves everybody.",
        )
    if other:
        yield _serious(
            DifferenceCode.SIGNATURES_OTHER,
            f"{called.target} trusts other signers than {called.source}{_on(other)}"
            f" ({_listed(target.route(other[0]).signers)}): URLs and cookies of today stop working.",
        )


def _countries(source: Behaviour, target: Behaviour, called: Names) -> Found:
    had, gets = _serves(source), _serves(target)
    if had != gets:
        yield _serious(DifferenceCode.COUNTRIES_OTHER, f"{called.source} serves {had}, {called.target} serves {gets}.")


def _serves(one: Behaviour) -> str:
    match one.geo_restriction:
        case "whitelist":
            return f"only {', '.join(one.countries)}"
        case "blacklist":
            return f"every country but {', '.join(one.countries)}"
        case _:
            return "every country"


def _functions(source: Behaviour, target: Behaviour, called: Names) -> Found:
    lost: dict[Function, list[str]] = {}
    other: dict[str, list[str]] = {}
    for path in _paths(source, target):
        had, gets = source.route(path).functions, target.route(path).functions
        if had == gets:
            continue
        # At most one function runs per event and path.
        now_at = {one.event: one for one in gets}
        for one in had:
            if one.event not in now_at:
                lost.setdefault(one, []).append(path)
            elif now_at[one.event] != one:
                other.setdefault(one.event, []).append(path)
        for one in gets:
            if one.event not in {was.event for was in had}:
                other.setdefault(one.event, []).append(path)
    for one, paths in lost.items():
        weighs = _serious if one.is_lambda or one.event == _VIEWER_REQUEST else _note
        yield weighs(
            DifferenceCode.FUNCTION_MISSING,
            f"{called.source} runs {_short(one.arn)} at {one.event}{_on(paths)}, {called.target} runs nothing there.",
        )
    for event, paths in other.items():
        yield _note(
            DifferenceCode.FUNCTION_OTHER,
            f"{called.target} runs another function than {called.source} at {event}{_on(paths)}.",
        )


def _ssl_support(source: Behaviour, target: Behaviour, called: Names) -> Found:
    if source.ssl_support == target.ssl_support:
        return
    if source.ssl_support in _WITHOUT_SNI and target.ssl_support not in _WITHOUT_SNI:
        yield _serious(
            DifferenceCode.SNI_REQUIRED,
            f"{called.source} serves clients without SNI from addresses of its own ({source.ssl_support}),"
            f" {called.target} does not: very old clients get no answer.",
        )
    else:
        yield _note(
            DifferenceCode.SSL_SUPPORT_OTHER,
            _changes("Way of serving TLS", source.ssl_support, target.ssl_support, called),
        )


def _anycast(source: Behaviour, target: Behaviour, called: Names) -> Found:
    if source.anycast_ip_list != target.anycast_ip_list:
        yield _serious(
            DifferenceCode.ANYCAST_OTHER,
            _changes("Anycast addresses", source.anycast_ip_list, target.anycast_ip_list, called)
            + " Whoever allows only the old addresses is cut off.",
        )


_POLICIES: tuple[tuple[DifferenceCode, str, Callable[[Route], str]], ...] = (
    (DifferenceCode.PROTOCOL_OTHER, "HTTP and HTTPS", lambda route: route.viewer_protocol),
    (DifferenceCode.CACHE_POLICY_OTHER, "Cache policy", lambda route: route.cache_policy),
    (DifferenceCode.ORIGIN_REQUEST_POLICY_OTHER, "Origin request policy", lambda route: route.origin_request_policy),
    (
        DifferenceCode.RESPONSE_HEADERS_POLICY_OTHER,
        "Response headers policy (HSTS may be in it)",
        lambda route: route.response_headers_policy,
    ),
)


def _policies(source: Behaviour, target: Behaviour, called: Names) -> Found:
    for code, what, of in _POLICIES:
        paths = [path for path in _paths(source, target) if of(source.route(path)) != of(target.route(path))]
        if paths:
            had, gets = of(source.route(paths[0])), of(target.route(paths[0]))
            yield _note(code, _changes(what + _on(paths), had, gets, called))


_SETTINGS: tuple[tuple[DifferenceCode, str, Callable[[Behaviour], str]], ...] = (
    (DifferenceCode.TLS_OTHER, "Lowest TLS", lambda one: one.minimum_tls),
    (DifferenceCode.HTTP_OTHER, "HTTP versions", lambda one: one.http_versions),
    (DifferenceCode.IPV6_OTHER, "IPv6", lambda one: "on" if one.ipv6 else "off"),
    (DifferenceCode.PRICE_CLASS_OTHER, "Price class", lambda one: one.price_class),
    (DifferenceCode.ERROR_PAGES_OTHER, "Error pages", lambda one: ", ".join(one.error_pages)),
)


def _settings(source: Behaviour, target: Behaviour, called: Names) -> Found:
    for code, what, of in _SETTINGS:
        if of(source) != of(target):
            yield _note(code, _changes(what, of(source), of(target), called))


_COMPARISONS = (
    _firewall,
    _origins,
    _origin_access,
    _mtls,
    _signatures,
    _countries,
    _functions,
    _ssl_support,
    _anycast,
    _policies,
    _settings,
)


def _further(source: Further, target: Further, called: Names) -> Found:
    if source.continuous_deployment_policy:
        yield _serious(
            DifferenceCode.TRAFFIC_SPLIT_ENDS,
            f"{called.source} has a continuous deployment policy: the share of visitors that it sends to its staging"
            " distribution goes elsewhere from then on.",
        )
    if target.continuous_deployment_policy:
        yield _note(
            DifferenceCode.TRAFFIC_SPLIT_BEGINS,
            f"{called.target} has a continuous deployment policy: some visitors may get its staging distribution.",
        )
    if source.logs_to != target.logs_to:
        yield _note(DifferenceCode.LOGGING_OTHER, _changes("Access logs", source.logs_to, target.logs_to, called))
    if source.default_root_object != target.default_root_object:
        yield _note(
            DifferenceCode.ROOT_OBJECT_OTHER,
            _changes("Default root object", source.default_root_object, target.default_root_object, called),
        )


def _paths(source: Behaviour, target: Behaviour) -> list[str]:
    """Every path pattern of either side, the default first: most visitors get that."""
    own = (route.path for one in (source, target) for route in one.routes)
    return list(dict.fromkeys([EVERY_OTHER_PATH, *own]))


def _fetches(one: Behaviour, path: str) -> str:
    return ", then ".join(one.route(path).fetches_from)


def _on(paths: list[str]) -> str:
    """Where; nothing when it is so on the default path alone."""
    return "" if paths == [EVERY_OTHER_PATH] else f" on {_listed(paths)}"


def _changes(what: str, had: str, gets: str, called: Names) -> str:
    return f"{what}: {called.source} {had or 'none'}, {called.target} {gets or 'none'}."


def _listed(names: Iterable[str]) -> str:
    every = list(dict.fromkeys(names))
    more = f" and {len(every) - MOST_NAMED} more" if len(every) > MOST_NAMED else ""
    return ", ".join(every[:MOST_NAMED]) + more


def _short(arn: str) -> str:
    """The part that people gave a name to."""
    if not arn.startswith("arn:"):
        return arn
    resource = arn.split(":", 5)[-1]
    if "/webacl/" in resource:
        return resource.split("/webacl/")[1].split("/")[0]
    return resource.removeprefix("function/").removeprefix("function:")

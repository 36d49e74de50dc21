"""What visitors will get: every setting that can differ has its sentence, and its weight."""

from dataclasses import replace

import pytest

from bot.alias_move.findings import inspect
from bot.alias_move.visitors import (
    Behaviour,
    DifferenceCode,
    Function,
    Further,
    Names,
    Origin,
    Route,
    Weight,
    differences,
    further_differences,
    serious_codes,
)
from tests.alias_move.evidence import ALIAS, BLUE, GREEN, START, distribution, evidence, registrable_name

NAMES = Names("blue", "green")
REDIRECT = Function("viewer-request", "arn:aws:cloudfront::111122223333:function/redirect")
HEADERS = Function("viewer-response", "arn:aws:cloudfront::111122223333:function/headers")
AUTH = Function("origin-response", "arn:aws:lambda:us-east-1:111122223333:function:auth:7")
BUCKET = "site.s3.amazonaws.com"
WAF = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/waf-{}/0f1e"

DEFAULT = Route("*", ("origin.example.net",))
PLAIN = Behaviour(routes=(DEFAULT,), origins=(Origin("origin.example.net"),), minimum_tls="TLSv1.2_2021")


def routed(**changes) -> Behaviour:
    return replace(PLAIN, routes=(replace(DEFAULT, **changes),))


def fetching(name: str, access_control: str = "", access_identity: str = "") -> Behaviour:
    route = Route("*", (name,))
    return replace(PLAIN, routes=(route,), origins=(Origin(name, access_control, access_identity),))


SERIOUS = {
    "no firewall": (
        replace(PLAIN, web_acl=WAF.format("prod")),
        PLAIN,
        DifferenceCode.FIREWALL_MISSING,
        "blue has a firewall (waf-prod), green has none.",
    ),
    "another firewall": (
        replace(PLAIN, web_acl=WAF.format("prod")),
        replace(PLAIN, web_acl="0a1b2c3d-of-the-older-kind"),
        DifferenceCode.FIREWALL_OTHER,
        "blue has the firewall waf-prod, green has 0a1b2c3d-of-the-older-kind.",
    ),
    "another origin": (
        PLAIN,
        fetching("alb-test.example.dev"),
        DifferenceCode.ORIGINS_OTHER,
        "green fetches from alb-test.example.dev, blue from origin.example.net.",
    ),
    "another origin that lets in only whom it names": (
        PLAIN,
        fetching(BUCKET, access_control="E1OAC"),
        DifferenceCode.ORIGINS_OTHER,
        (
            f"green fetches from {BUCKET}, blue from origin.example.net. Visitors get 403 unless the policy of {BUCKET}"
            " lets green in."
        ),
    ),
    "a path that goes elsewhere": (
        replace(PLAIN, routes=(Route("/API/*", ("api.example.net", "spare.example.net")), DEFAULT)),
        PLAIN,
        DifferenceCode.ORIGINS_OTHER,
        "On /API/*: green fetches from origin.example.net, blue from api.example.net, then spare.example.net.",
    ),
    "another right to fetch": (
        fetching(BUCKET, access_identity="origin-access-identity/cloudfront/E1OAI"),
        fetching(BUCKET, access_control="E1OAC"),
        DifferenceCode.ORIGIN_ACCESS_OTHER,
        (
            f"green has another right (origin access) to fetch from {BUCKET} than blue: visitors get 403 unless that"
            " origin's policy allows it."
        ),
    ),
    "certificates of visitors": (
        replace(PLAIN, viewer_mtls="required, ts_1"),
        PLAIN,
        DifferenceCode.MTLS_OTHER,
        "Certificates of visitors (mTLS): blue required, ts_1, green asks for none.",
    ),
    "signatures no longer asked for": (
        replace(PLAIN, routes=(replace(DEFAULT, path="/private/*", signers=("kg_1",)), DEFAULT)),
        PLAIN,
        DifferenceCode.SIGNATURES_DROPPED,
        "blue serves only signed URLs and cookies on /private/*, green serves everybody.",
    ),
    "other signers": (
        routed(signers=("kg_1",)),
        routed(signers=("kg_2", "kg_3")),
        DifferenceCode.SIGNATURES_OTHER,
        "green trusts other signers than blue (kg_2, kg_3): URLs and cookies of today stop working.",
    ),
    "countries allowed": (
        PLAIN,
        replace(PLAIN, geo_restriction="whitelist", countries=("AT", "DE")),
        DifferenceCode.COUNTRIES_OTHER,
        "blue serves every country, green serves only AT, DE.",
    ),
    "countries turned away": (
        replace(PLAIN, geo_restriction="blacklist", countries=("KP",)),
        PLAIN,
        DifferenceCode.COUNTRIES_OTHER,
        "blue serves every country but KP, green serves every country.",
    ),
    "no function at viewer requests": (
        routed(functions=(REDIRECT,)),
        PLAIN,
        DifferenceCode.FUNCTION_MISSING,
        "blue runs redirect at viewer-request, green runs nothing there.",
    ),
    "no Lambda@Edge": (
        routed(functions=(AUTH,)),
        PLAIN,
        DifferenceCode.FUNCTION_MISSING,
        "blue runs auth:7 at origin-response, green runs nothing there.",
    ),
    "clients without SNI": (
        replace(PLAIN, ssl_support="vip"),
        replace(PLAIN, ssl_support="sni-only"),
        DifferenceCode.SNI_REQUIRED,
        (
            "blue serves clients without SNI from addresses of its own (vip), green does not: very old clients get no"
            " answer."
        ),
    ),
    "other Anycast addresses": (
        replace(PLAIN, anycast_ip_list="aip_1"),
        PLAIN,
        DifferenceCode.ANYCAST_OTHER,
        "Anycast addresses: blue aip_1, green none. Whoever allows only the old addresses is cut off.",
    ),
}

NOTES = {
    "a firewall where there was none": (
        PLAIN,
        replace(PLAIN, web_acl=WAF.format("new")),
        DifferenceCode.FIREWALL_NEW,
        "green has a firewall (waf-new), blue has none: it may turn visitors away.",
    ),
    "a bucket that names distributions": (
        fetching(BUCKET, access_control="E1OAC"),
        fetching(BUCKET, access_control="E1OAC"),
        DifferenceCode.ORIGIN_ACCESS_SHARED,
        (
            f"Both fetch from {BUCKET} through origin access control: see that its policy names green too, else"
            " visitors get 403."
        ),
    ),
    "no function at viewer responses": (
        routed(functions=(HEADERS,)),
        PLAIN,
        DifferenceCode.FUNCTION_MISSING,
        "blue runs headers at viewer-response, green runs nothing there.",
    ),
    "another function": (
        routed(functions=(HEADERS, REDIRECT)),
        routed(functions=(HEADERS, replace(REDIRECT, arn=REDIRECT.arn + "-2"))),
        DifferenceCode.FUNCTION_OTHER,
        "green runs another function than blue at viewer-request.",
    ),
    "a function where there was none": (
        PLAIN,
        routed(functions=(HEADERS,)),
        DifferenceCode.FUNCTION_OTHER,
        "green runs another function than blue at viewer-response.",
    ),
    "addresses of its own where there were none": (
        replace(PLAIN, ssl_support="sni-only"),
        replace(PLAIN, ssl_support="vip"),
        DifferenceCode.SSL_SUPPORT_OTHER,
        "Way of serving TLS: blue sni-only, green vip.",
    ),
    "HTTP and HTTPS": (
        routed(viewer_protocol="allow-all"),
        routed(viewer_protocol="redirect-to-https"),
        DifferenceCode.PROTOCOL_OTHER,
        "HTTP and HTTPS: blue allow-all, green redirect-to-https.",
    ),
    "another cache policy on many paths": (
        replace(PLAIN, routes=(*(replace(DEFAULT, path=f"/{n}/*", cache_policy="c1") for n in range(5)), DEFAULT)),
        PLAIN,
        DifferenceCode.CACHE_POLICY_OTHER,
        "Cache policy on /0/*, /1/*, /2/* and 2 more: blue c1, green none.",
    ),
    "another origin request policy": (
        PLAIN,
        routed(origin_request_policy="o1"),
        DifferenceCode.ORIGIN_REQUEST_POLICY_OTHER,
        "Origin request policy: blue none, green o1.",
    ),
    "another response headers policy": (
        routed(response_headers_policy="r1"),
        PLAIN,
        DifferenceCode.RESPONSE_HEADERS_POLICY_OTHER,
        "Response headers policy (HSTS may be in it): blue r1, green none.",
    ),
    "lowest TLS": (
        PLAIN,
        replace(PLAIN, minimum_tls="TLSv1"),
        DifferenceCode.TLS_OTHER,
        "Lowest TLS: blue TLSv1.2_2021, green TLSv1.",
    ),
    "HTTP versions": (
        replace(PLAIN, http_versions="http2and3"),
        replace(PLAIN, http_versions="http2"),
        DifferenceCode.HTTP_OTHER,
        "HTTP versions: blue http2and3, green http2.",
    ),
    "IPv6": (PLAIN, replace(PLAIN, ipv6=False), DifferenceCode.IPV6_OTHER, "IPv6: blue on, green off."),
    "price class": (
        replace(PLAIN, price_class="PriceClass_All"),
        replace(PLAIN, price_class="PriceClass_100"),
        DifferenceCode.PRICE_CLASS_OTHER,
        "Price class: blue PriceClass_All, green PriceClass_100.",
    ),
    "error pages": (
        replace(PLAIN, error_pages=("403 /index.html", "404 /404.html")),
        PLAIN,
        DifferenceCode.ERROR_PAGES_OTHER,
        "Error pages: blue 403 /index.html, 404 /404.html, green none.",
    ),
}


@pytest.mark.parametrize(("source", "target", "code", "sentence"), SERIOUS.values(), ids=SERIOUS)
def test_a_serious_difference_says_what_visitors_lose(source, target, code, sentence):
    (found,) = differences(source, target, NAMES)

    assert (found.weight, found.code, found.sentence) == (Weight.SERIOUS, code, sentence)
    assert serious_codes(source, target) == (code,)


@pytest.mark.parametrize(("source", "target", "code", "sentence"), NOTES.values(), ids=NOTES)
def test_a_small_difference_is_a_note_and_no_part_of_a_plan(source, target, code, sentence):
    (found,) = differences(source, target, NAMES)

    assert (found.weight, found.code, found.sentence) == (Weight.NOTE, code, sentence)
    assert serious_codes(source, target) == ()


def test_every_difference_has_a_row_here():
    from_configuration = {
        DifferenceCode.TRAFFIC_SPLIT_ENDS,
        DifferenceCode.TRAFFIC_SPLIT_BEGINS,
        DifferenceCode.LOGGING_OTHER,
        DifferenceCode.ROOT_OBJECT_OTHER,
    }

    assert {row[2] for row in (*SERIOUS.values(), *NOTES.values())} == set(DifferenceCode) - from_configuration


def test_two_that_treat_visitors_alike_differ_in_nothing():
    assert differences(PLAIN, PLAIN) == ()


def test_serious_differences_come_first():
    worse = replace(PLAIN, price_class="PriceClass_100", anycast_ip_list="aip_1", ipv6=False)

    found = differences(PLAIN, worse)

    assert [one.weight for one in found] == [Weight.SERIOUS, Weight.NOTE, Weight.NOTE]
    assert found[0].sentence.startswith("Anycast addresses: the source none, the target aip_1.")


def test_a_path_without_a_behaviour_of_its_own_is_compared_with_the_default():
    same_in_two_ways = replace(PLAIN, routes=(replace(DEFAULT, path="/api/*"), DEFAULT))

    assert differences(PLAIN, same_in_two_ways) == ()


def test_where_one_side_cannot_be_read_nothing_serious_is_claimed():
    assert serious_codes(None, PLAIN) == ()
    assert serious_codes(PLAIN, None) == ()


def test_what_only_the_configuration_tells_is_compared_where_both_are_read():
    source = Further(is_read=True, continuous_deployment_policy="cd_1", logs_to="logs.s3.amazonaws.com")
    target = Further(is_read=True, continuous_deployment_policy="cd_2", default_root_object="index.html")

    found = further_differences(source, target, NAMES)

    assert [(one.weight, one.code) for one in found] == [
        (Weight.SERIOUS, DifferenceCode.TRAFFIC_SPLIT_ENDS),
        (Weight.NOTE, DifferenceCode.TRAFFIC_SPLIT_BEGINS),
        (Weight.NOTE, DifferenceCode.LOGGING_OTHER),
        (Weight.NOTE, DifferenceCode.ROOT_OBJECT_OTHER),
    ]
    assert found[2].sentence == "Access logs: blue logs.s3.amazonaws.com, green none."
    assert further_differences(source, replace(target, is_read=False)) == ()
    assert further_differences(Further(is_read=True), Further(is_read=True)) == ()


class TestPlan:
    def plan(self, target_behaviour: Behaviour):
        source = replace(distribution(BLUE, aliases=(ALIAS.text,)), behaviour=PLAIN)
        target = replace(distribution(GREEN), behaviour=target_behaviour)
        return inspect(evidence(target, holder=source, at=START), registrable_name).plan

    def test_a_serious_difference_changes_what_is_approved(self):
        guarded = self.plan(PLAIN)

        unguarded = self.plan(replace(PLAIN, geo_restriction="whitelist", countries=("DE",)))

        assert unguarded.serious == (DifferenceCode.COUNTRIES_OTHER,)
        assert unguarded.digest != guarded.digest

    def test_a_note_does_not(self):
        before = self.plan(PLAIN)

        after = self.plan(replace(PLAIN, http_versions="http3", price_class="PriceClass_100"))

        assert after.serious == ()
        assert after.digest == before.digest

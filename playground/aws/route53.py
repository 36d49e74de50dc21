"""Route 53 over HTTP: which operation a request means, who may ask for it, and its answer in REST-XML.

The rules are in hosted_zones. An operation that is not here is refused, never guessed.
"""

import re
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from aiohttp import web

from playground.aws import refusals
from playground.aws.endpoint import Call, Served
from playground.aws.hosted_zones import Change, HostedZone, HostedZones, RecordSet, normalized
from playground.aws.refusals import Refusal
from playground.aws.signing import Identity, utc_now

NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/"
_VERSION = "/2013-04-01"
_OPERATIONS = (
    ("GET", "ListHostedZonesByName", re.compile(rf"{_VERSION}/hostedzonesbyname")),
    ("GET", "GetHostedZone", re.compile(rf"{_VERSION}/hostedzone/(?P<id>[A-Z0-9]{{1,32}})")),
    ("GET", "ListResourceRecordSets", re.compile(rf"{_VERSION}/hostedzone/(?P<id>[A-Z0-9]{{1,32}})/rrset")),
    ("POST", "ChangeResourceRecordSets", re.compile(rf"{_VERSION}/hostedzone/(?P<id>[A-Z0-9]{{1,32}})/rrset/")),
    ("GET", "GetChange", re.compile(rf"{_VERSION}/change/(?P<id>[A-Z0-9]{{1,32}})")),
)
_ACTIONS = frozenset({"CREATE", "DELETE", "UPSERT"})
_MEMBERS = frozenset({"Name", "Type", "TTL", "ResourceRecords"})
_Tree = str | dict[str, "_Tree"] | list[tuple[str, "_Tree"]]


class Route53(HostedZones, Served):
    """Everything of every account, served over HTTP; `host` needs no signature."""

    signing_name = "route53"

    def __init__(
        self, *, identity_of: Callable[[str], Identity | None], seed: int = 1, now: Callable[[], datetime] = utc_now
    ) -> None:
        super().__init__(seed)
        self._denied: set[tuple[str, str]] = set()
        Served.__init__(self, identity_of, now)
        self._answers: dict[str, Callable[[Call, Identity], _Tree]] = {
            "ListHostedZonesByName": self._list_hosted_zones_by_name,
            "GetHostedZone": self._get_hosted_zone,
            "ListResourceRecordSets": self._list_resource_record_sets,
            "ChangeResourceRecordSets": self._change_resource_record_sets,
            "GetChange": self._get_change,
        }

    async def stop(self) -> None:
        self.forget_pending()
        await super().stop()

    def deny(self, account: str, operation: str) -> None:
        """No policy of this account allows the operation any more."""
        self._denied.add((account, operation))

    def allow(self, account: str, operation: str) -> None:
        self._denied.discard((account, operation))

    def read(self, request: web.Request, body: bytes) -> Call:
        for method, operation, pattern in _OPERATIONS:
            if request.method == method and (found := pattern.fullmatch(request.path)):
                return Call(operation, {**request.query, **found.groupdict()}, request.headers, body)
        return Call("", {}, request.headers, body)

    async def perform(self, call: Call, caller: Identity) -> web.Response:
        answer = self._answers.get(call.operation)
        if answer is None:
            raise refusals.unknown_operation()
        return _response(f"{call.operation}Response", answer(call, caller))

    def refuse(self, refusal: Refusal) -> web.Response:
        said: _Tree = {"Type": "Sender", "Code": refusal.code, "Message": refusal.message}
        request_id = str(uuid.uuid4())
        return _response("ErrorResponse", {"Error": said, "RequestId": request_id}, refusal.status, request_id)

    def _permit(
        self, call: Call, caller: Identity, resource: str, about: dict[str, tuple[str, ...]] | None = None
    ) -> None:
        action = f"route53:{call.operation}"
        because = caller.permissions.why_not(action, resource, about or {})
        if (caller.account, call.operation) in self._denied:
            because = f"because no identity-based policy allows the {action} action"
        if because is not None:
            raise refusals.not_authorized(caller.arn, action, resource, because)

    def _list_hosted_zones_by_name(self, call: Call, caller: Identity) -> _Tree:
        self._permit(call, caller, "*")
        wanted = normalized(call.params.get("dnsname", "")).split(".")[::-1]
        found = [each for each in self.of_account(caller.account) if each.name.split(".")[::-1] >= wanted]
        size = int(call.params.get("maxitems", "100"))
        zones: _Tree = [("HostedZone", _zone(each)) for each in found[:size]]
        return {"HostedZones": zones, "IsTruncated": _bool(len(found) > size), "MaxItems": str(size)}

    def _get_hosted_zone(self, call: Call, caller: Identity) -> _Tree:
        self._permit(call, caller, f"arn:aws:route53:::hostedzone/{call.params['id']}")
        zone = self.zone(call.params["id"], caller.account)
        servers: _Tree = [("NameServer", each) for each in zone.servers]
        return {"HostedZone": _zone(zone), "DelegationSet": {"NameServers": servers}}

    def _list_resource_record_sets(self, call: Call, caller: Identity) -> _Tree:
        """Only of one name, which has to be given."""
        self._permit(call, caller, f"arn:aws:route53:::hostedzone/{call.params['id']}")
        zone = self.zone(call.params["id"], caller.account)
        if not {"name", "type"} <= set(call.params):
            raise Refusal(400, "InvalidInput", "The playground lists the record sets of one name and type.")
        found = zone.at(normalized(call.params["name"])).get(call.params["type"])
        sets: _Tree = [("ResourceRecordSet", _set(found))] if found else []
        return {"ResourceRecordSets": sets, "IsTruncated": "false", "MaxItems": call.params.get("maxitems", "300")}

    def _change_resource_record_sets(self, call: Call, caller: Identity) -> _Tree:
        batch = _read_batch(call.body)
        about = {
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": tuple(each.wanted.name for each in batch),
            "route53:ChangeResourceRecordSetsRecordTypes": tuple(each.wanted.rdtype for each in batch),
            "route53:ChangeResourceRecordSetsActions": tuple(each.action for each in batch),
        }
        self._permit(call, caller, f"arn:aws:route53:::hostedzone/{call.params['id']}", about)
        zone = self.zone(call.params["id"], caller.account)
        return self._change_info(self.change(zone, batch))

    def _get_change(self, call: Call, caller: Identity) -> _Tree:
        self._permit(call, caller, f"arn:aws:route53:::change/{call.params['id']}")
        return self._change_info(call.params["id"])

    def _change_info(self, change_id: str) -> _Tree:
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        info: _Tree = {"Id": f"/change/{change_id}", "Status": self.status(change_id), "SubmittedAt": at}
        return {"ChangeInfo": info}


def _zone(zone: HostedZone) -> _Tree:
    return {
        "Id": f"/hostedzone/{zone.id}",
        "Name": f"{normalized(zone.name)}.",
        "CallerReference": zone.id,
        "Config": {"PrivateZone": _bool(zone.is_private)},
    }


def _set(found: RecordSet) -> _Tree:
    values: _Tree = [("ResourceRecord", {"Value": each}) for each in found.values]
    about: dict[str, _Tree] = {"Name": f"{found.name}.", "Type": found.rdtype}
    if found.identifier:
        about |= {"SetIdentifier": found.identifier, "Weight": "1"}
    return about | {"TTL": str(found.ttl), "ResourceRecords": values}


def _bool(value: bool) -> str:  # noqa: FBT001 - XML knows words only
    return "true" if value else "false"


def _read_batch(body: bytes) -> list[Change]:
    """The steps of a batch; a Refusal if there is anything in it that the playground does not know."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - loopback, from a caller that is being tried out
        (batch,) = _children(root, "ChangeResourceRecordSetsRequest", {"ChangeBatch"})
        parts = {_local(part): part for part in _children(batch, "ChangeBatch", {"Comment", "Changes"})}
        changes = [_read_change(each) for each in _children(parts["Changes"], "Changes", {"Change"})]
    except (ET.ParseError, ValueError, KeyError) as error:
        raise refusals.malformed_xml(error) from error
    if not changes:
        raise refusals.malformed_xml("there are no changes")
    return changes


def _read_change(change: ET.Element) -> Change:
    action, record_set = _children(change, "Change", {"Action", "ResourceRecordSet"})
    if action.text not in _ACTIONS:
        raise ValueError(f"unknown action {action.text}")
    parts = {_local(part): part for part in _children(record_set, "ResourceRecordSet", _MEMBERS)}
    values = [
        _text(value)
        for record in _children(parts["ResourceRecords"], "ResourceRecords", {"ResourceRecord"})
        for value in _children(record, "ResourceRecord", {"Value"})
    ]
    name, rdtype, ttl = (_text(parts[each]) for each in ("Name", "Type", "TTL"))
    return Change(action.text, RecordSet(normalized(name), rdtype, int(ttl), tuple(values)))


def _children(node: ET.Element, name: str, members: Iterable[str]) -> list[ET.Element]:
    if _local(node) != name:
        raise ValueError(f"unexpected element {_local(node)}")
    if unknown := {_local(each) for each in node} - set(members):
        raise ValueError(f"unexpected element {', '.join(sorted(unknown))}")
    return list(node)


def _text(node: ET.Element) -> str:
    return node.text or ""


def _local(node: ET.Element) -> str:
    namespace, _, name = node.tag.rpartition("}")
    if namespace != "{" + NAMESPACE:
        raise ValueError(f"unexpected namespace of {name}")
    return name


def _response(name: str, tree: _Tree, status: int = 200, request_id: str = "") -> web.Response:
    root = ET.Element(name, xmlns=NAMESPACE)
    _fill(root, tree)
    body = b'<?xml version="1.0"?>\n' + ET.tostring(root, encoding="utf-8")
    headers = {"x-amzn-RequestId": request_id or str(uuid.uuid4())}
    return web.Response(body=body, status=status, content_type="text/xml", headers=headers)


def _fill(node: ET.Element, tree: _Tree) -> None:
    if isinstance(tree, str):
        node.text = tree
        return
    for name, part in tree.items() if isinstance(tree, dict) else tree:
        _fill(ET.SubElement(node, name), part)

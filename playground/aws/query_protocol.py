"""AWS's query protocol, as STS and IAM speak it: a form in the body, XML in the answer. No rules, no state."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

from aiohttp import web

from playground.aws.endpoint import Call
from playground.aws.refusals import Refusal


def read(request: web.Request, body: bytes) -> Call:
    """The operation is the field Action; Version says nothing that matters here."""
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    params = {name: value for name, value in form.items() if name not in {"Action", "Version"}}
    return Call(form.get("Action", ""), params, request.headers, body)


def response(operation: str, namespace: str, result: Mapping[str, Any]) -> web.Response:
    """The answer to an operation; lists become <member> elements, and None is left out."""
    root = ET.Element(f"{operation}Response", xmlns=namespace)
    _fill(ET.SubElement(root, f"{operation}Result"), result)
    request_id = str(uuid.uuid4())
    ET.SubElement(ET.SubElement(root, "ResponseMetadata"), "RequestId").text = request_id
    return _response(root, 200, request_id)


def refuse(refusal: Refusal, namespace: str) -> web.Response:
    root, request_id = ET.Element("ErrorResponse", xmlns=namespace), str(uuid.uuid4())
    error = ET.SubElement(root, "Error")
    _fill(error, {"Type": "Sender", "Code": refusal.code, "Message": refusal.message})
    ET.SubElement(root, "RequestId").text = request_id
    return _response(root, refusal.status, request_id)


def _fill(node: ET.Element, value: object) -> None:
    if isinstance(value, Mapping):
        for name, member in value.items():
            if member is not None:
                _fill(ET.SubElement(node, name), member)
    elif isinstance(value, list):
        for member in value:
            _fill(ET.SubElement(node, "member"), member)
    else:
        node.text = _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


def _response(root: ET.Element, status: int, request_id: str) -> web.Response:
    headers = {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}
    return web.Response(status=status, body=ET.tostring(root, encoding="utf-8"), headers=headers)

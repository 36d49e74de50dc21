"""CloudFront's REST-XML, written and read from botocore's own model of the service. No rules, no state.

The values are dictionaries shaped as boto3 shows them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

from botocore.exceptions import ParamValidationError
from botocore.model import ListShape, ServiceModel, Shape, StructureShape
from botocore.parsers import ResponseParserError, ResponseParserFactory
from botocore.session import get_session
from botocore.validate import validate_parameters

from playground.aws import refusals
from playground.aws.refusals import Refusal

NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"


@cache
def model() -> ServiceModel:
    """What AWS publishes about CloudFront's operations and shapes; slow to read, so read once."""
    return get_session().get_service_model("cloudfront")


def write(shape_name: str, value: dict[str, Any]) -> bytes:
    """The XML document of one shape; KeyError if a member is missing that AWS always sends."""
    root = ET.Element(shape_name, xmlns=NAMESPACE)
    _fill(root, model().shape_for(shape_name), value)
    return _document(root)


def write_error(code: str, message: str, request_id: str) -> bytes:
    """The error envelope."""
    root = ET.Element("ErrorResponse", xmlns=NAMESPACE)
    error = ET.SubElement(root, "Error")
    for tag, text in (("Type", "Sender"), ("Code", code), ("Message", message)):
        ET.SubElement(error, tag).text = text
    ET.SubElement(root, "RequestId").text = request_id
    return _document(root)


def read_request(operation: str, body: bytes) -> dict[str, str]:
    """The texts of a small request by member name, whichever structure they stand in; a Refusal if it is another's."""
    shape = model().operation_model(operation).input_shape
    try:
        root = ET.fromstring(body)  # noqa: S314 - loopback, from a caller that is being tried out
        _demand_name(root, shape.serialization.get("name", shape.name))
        return dict(_leaves(root, shape))
    except (ET.ParseError, ValueError) as error:
        raise refusals.malformed_xml(error) from error


def _leaves(node: ET.Element, shape: StructureShape) -> Iterator[tuple[str, str]]:
    for child in node:
        name = _local(child)
        member = shape.members.get(name)
        if member is None:
            raise ValueError(f"unexpected element {name}")
        if isinstance(member, StructureShape):
            yield from _leaves(child, member)
        else:
            yield name, child.text or ""


def _demand_name(node: ET.Element, name: str) -> None:
    if _local(node) != name:
        raise ValueError(f"unexpected root element {_local(node)}")


def _local(node: ET.Element) -> str:
    namespace, _, name = node.tag.rpartition("}")
    if namespace != "{" + NAMESPACE:
        raise ValueError(f"unexpected namespace of {name}")
    return name


def read_distribution_config(body: bytes) -> dict[str, Any]:
    """The DistributionConfig of an UpdateDistribution; a Refusal if it is no complete one."""
    if not body:
        raise Refusal(400, "MissingBody", "This operation requires a body. Ensure that the body is present.")
    shape = model().operation_model("GetDistributionConfig").output_shape
    parser = ResponseParserFactory().create_parser("rest-xml")
    try:
        parsed = parser.parse({"status_code": 200, "headers": {}, "body": body}, shape)
        config: dict[str, Any] = parsed["DistributionConfig"]
    except (ResponseParserError, KeyError, ValueError) as error:
        raise refusals.malformed_xml(error) from error
    refuse_incomplete(config)
    return config


def refuse_incomplete(config: dict[str, Any]) -> None:
    """A Refusal unless this is a whole DistributionConfig by AWS's model, with quantities that are right."""
    try:
        validate_parameters(config, model().shape_for("DistributionConfig"))
    except ParamValidationError as error:
        raise refusals.malformed_xml(error) from error
    _refuse_wrong_quantities(config)


def _refuse_wrong_quantities(value: object) -> None:
    if isinstance(value, list):
        for item in value:
            _refuse_wrong_quantities(item)
    elif isinstance(value, dict):
        if "Quantity" in value and value["Quantity"] != len(value.get("Items") or []):
            raise Refusal(400, "InconsistentQuantities", "The value of Quantity and the size of Items don't match.")
        for member in value.values():
            _refuse_wrong_quantities(member)


def _fill(node: ET.Element, shape: Shape, value: Any) -> None:  # noqa: ANN401 - the shape says what it is
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if member.serialization.get("location") == "header":
                continue
            if value.get(name) is not None:
                _fill(ET.SubElement(node, member.serialization.get("name", name)), member, value[name])
            elif name in shape.required_members:
                raise KeyError(f"AWS always sends {shape.name}.{name}")
    elif isinstance(shape, ListShape):
        for item in value:
            _fill(ET.SubElement(node, shape.member.serialization.get("name", "member")), shape.member, item)
    else:
        node.text = _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)


def _document(root: ET.Element) -> bytes:
    text: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0"?>\n' + text

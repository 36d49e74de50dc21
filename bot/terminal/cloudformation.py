"""The roles of `bot.aws.policies` as CloudFormation templates, commented for whoever has to review them. Pure.

JSON is YAML too, so the documents stand in the templates as they are, and no library has to write YAML. Must never
hold anything the documents don't: a template is only their wrapping.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from bot.aws.policies import TAG, TAG_GIVES_AND_TAKES, TAG_TAKES, move_policy, read_policy, trust_policy, worker_policy


@dataclass(frozen=True, slots=True)
class RoleName:
    """The part of a role's ARN that the account does not decide."""

    path: str
    """Begins and ends with a slash."""
    name: str

    @classmethod
    def of(cls, arn: str) -> "RoleName":
        """From `arn:aws:iam::111122223333:role/teams/web/reader`."""
        *path, name = arn.split(":role/", 1)[1].split("/")
        return cls("/".join(["", *path, ""]), name)


def roles_template(
    partition: str,
    read: RoleName | None,
    move: RoleName | None,
    worker_arn: str | None,
    external_id: str | None,
    *,
    disables: bool,
    records: bool,
) -> str:
    """The roles of one account; the same template fits every account where the roles have these names."""
    trust = trust_policy("${WorkerRoleArn}", "${ExternalId}")
    account = "${AWS::AccountId}"
    return "".join(
        [
            _ROLES_HEAD.format(worker_default=_default(worker_arn), external_id_default=_default(external_id)),
            _MOVE_TAG.format(tag=TAG, both=TAG_GIVES_AND_TAKES, takes=TAG_TAKES) if move else "",
            "\nResources:\n",
            _READ_ROLE.format(
                path=json.dumps(read.path),
                name=json.dumps(read.name),
                trust=_flow(trust, 6),
                policy=_flow(read_policy(partition, account, records=records), 10),
            )
            if read
            else "",
            "\n" if read and move else "",
            _MOVE_ROLE.format(
                path=json.dumps(move.path),
                name=json.dumps(move.name),
                trust=_flow(trust, 6),
                policy=_flow(move_policy(partition, account, "${MoveTag}", disables=disables, records=records), 10),
            )
            if move
            else "",
            "\nOutputs:\n",
            _READ_OUTPUT if read else "",
            _MOVE_OUTPUT if move else "",
        ]
    )


def worker_template(role_arns: tuple[str, ...]) -> str:
    """What the worker's own role needs, to be attached to it where it is."""
    return _WORKER.format(policy=_flow(worker_policy(role_arns), 6))


def _default(value: str | None) -> str:
    return "" if value is None else f"\n    Default: {json.dumps(value)}"


def _flow(document: dict[str, Any], indent: int) -> str:
    """JSON that goes on below a key which stands `indent` spaces from the left."""
    return json.dumps(_substituted(document), indent=2).replace("\n", "\n" + " " * indent)


def _substituted(part: Any) -> Any:  # noqa: ANN401 - JSON
    """The same, with `${...}` marked as something that CloudFormation has to fill in."""
    match part:
        case dict():
            return {key: _substituted(value) for key, value in part.items()}
        case list():
            return [_substituted(one) for one in part]
        case str() if (alone := re.fullmatch(r"\$\{(\w+)\}", part)) is not None:
            return {"Ref": alone[1]}
        case str() if "${" in part:
            return {"Fn::Sub": part}
        case _:
            return part


_ROLES_HEAD = """\
# The roles through which the bot looks into one account, and moves aliases there. Deploy it in every such account, as
# a stack or a stack set; the roles have names of their own, so it needs CAPABILITY_NAMED_IAM. Made by
# `python -m bot iam --format cloudformation`, which fills in what the bot's settings say.
AWSTemplateFormatVersion: "2010-09-09"
Description: Roles of the CNAME-conflict bot in an account that has CloudFront distributions

Parameters:
  WorkerRoleArn:
    Description: The role that the bot's worker runs as. Nobody else can become one of the roles below.
    Type: String
    AllowedPattern: "arn:aws[a-z-]*:iam::[0-9]{{12}}:role/.+"{worker_default}
  # Something to know besides being the worker: whatever else runs as that role can't become these without it.
  ExternalId:
    Description: A long random word, the same in every account; the bot's setting AWS_EXTERNAL_ID.
    Type: String
    MinLength: 2
    MaxLength: 1224
    AllowedPattern: "[A-Za-z0-9_+=,.@:/-]+"{external_id_default}
"""

_MOVE_TAG = """\
  # No condition of IAM tells one alias from another. What narrows the move role is this tag on the distributions, and,
  # for every single move, a session policy that names its source and its target.
  MoveTag:
    Description: >-
      The value that a distribution's tag {tag} must have, or no alias of it is moved.
      "{both}" for moves inside this account, on sources and targets alike;
      "{takes}" where aliases only come in from other accounts, on the targets;
      "none" for no move role at all.
    Type: String
    AllowedValues: [{both}, {takes}, none]
    Default: {both}

Conditions:
  HasMoveRole: !Not [!Equals [!Ref MoveTag, none]]
"""

_READ_ROLE = """\
  # Looks, and can change nothing.
  ReadRole:
    Type: AWS::IAM::Role
    Properties:
      Description: The CNAME-conflict bot looks at distributions and their certificates
      Path: {path}
      RoleName: {name}
      # The bot looks for all moves at once, so the source identity is U-system; a move names the person.
      AssumeRolePolicyDocument: {trust}
      Policies:
        - PolicyName: read
          PolicyDocument: {policy}
"""

_MOVE_ROLE = """\
  # Assumed after an approval, for one move, with rights on nothing but its source and target.
  MoveRole:
    Type: AWS::IAM::Role
    Condition: HasMoveRole
    Properties:
      Description: The CNAME-conflict bot moves an alias that somebody has approved
      Path: {path}
      RoleName: {name}
      # The source identity is whoever approved, by their Slack id; CloudTrail shows it beside the call.
      AssumeRolePolicyDocument: {trust}
      Policies:
        - PolicyName: move
          # UpdateDistribution, because AWS checks AssociateAlias against it too. The bot does not call it for a move;
          # with DISABLE_SOURCE=true it does to disable a source, where a tag of its own on the source allows that.
          PolicyDocument: {policy}
"""

_READ_OUTPUT = """\
  ReadRoleArn:
    Description: Belongs into AWS_ROLE_ARNS
    Value: !GetAtt ReadRole.Arn
"""

_MOVE_OUTPUT = """\
  MoveRoleArn:
    Condition: HasMoveRole
    Description: Belongs into AWS_MOVE_ROLE_ARNS
    Value: !GetAtt MoveRole.Arn
"""

_WORKER = """\
# What the role that the bot's worker runs as needs: to become the roles in the accounts, and nothing else. Deploy it
# in the account of that role. `web` needs no rights in AWS. Made by
# `python -m bot iam --what worker --format cloudformation`, which fills in the roles of the bot's settings.
AWSTemplateFormatVersion: "2010-09-09"
Description: What the worker of the CNAME-conflict bot may do

Parameters:
  WorkerRoleName:
    Description: The name, without a path, of the role that the worker runs as
    Type: String
    Default: cname-conflict-worker

Resources:
  WorkerPolicy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Description: The CNAME-conflict bot becomes its read and move roles
      Roles: [!Ref WorkerRoleName]
      PolicyDocument: {policy}
"""

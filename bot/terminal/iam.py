"""`python -m bot iam`: print what IAM has to allow the bot, to be reviewed, copied or deployed.

It reads five of the settings and asks nobody, since it is wanted before anything is set up. Must never need more
than that, and must never let a placeholder pass for a real name: what stands for something unset is told on stderr.
"""

import argparse
import enum
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TextIO

from bot import environment as values
from bot.aws.policies import (
    MANAGED_POLICY_CHARACTERS,
    TAG_GIVES_AND_TAKES,
    TAG_TAKES,
    Document,
    compact,
    move_policy,
    read_policy,
    trust_policy,
    worker_policy,
)
from bot.environment import Environment, WrongValueError
from bot.terminal.cloudformation import RoleName, roles_template, worker_template

SETTINGS = (
    "AWS_ROLE_ARNS",
    "AWS_MOVE_ROLE_ARNS",
    "AWS_EXTERNAL_ID",
    "AWS_ACCOUNT_NAMES",
    "DISABLE_SOURCE",
    "ROUTE53_RECORDS",
)

EXAMPLE_READ_ROLE = "arn:aws:iam::111122223333:role/cname-conflict-read"
EXAMPLE_MOVE_ROLE = "arn:aws:iam::111122223333:role/cname-conflict-move"
EXAMPLE_EXTERNAL_ID = "replace-with-a-long-random-word"
_EXAMPLE_WORKER = "arn:{partition}:iam::999900001111:role/cname-conflict-worker"


class Format(enum.Enum):
    """How it is printed."""

    JSON = "json"
    CLOUDFORMATION = "cloudformation"


class What(enum.Enum):
    """Which documents are printed; those in `deploy/` have the same names."""

    READ = "read"
    """What a read role may do."""
    MOVE = "move"
    """What a move role may do: moves inside its account, and into it."""
    MOVE_TARGET_ONLY = "move-target-only"
    """The same for an account that aliases only come into."""
    TRUST = "trust"
    """Who may become one of those roles."""
    WORKER = "worker"
    """What the worker's own role may do."""
    ALL = "all"


class CannotPrintError(Exception):
    """What was asked for does not exist; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What the documents are made from."""

    read_roles: tuple[str, ...]
    move_roles: tuple[str, ...]
    worker: str | None
    """The role that the worker runs as; the bot has no setting for it, since it needs none."""
    external_id: str | None
    account_names: Mapping[str, str]
    disables: bool
    """Whether the move roles may disable sources: DISABLE_SOURCE."""
    records: bool
    """Whether the roles may look for hosted zones and change records: ROUTE53_RECORDS."""

    @property
    def roles(self) -> tuple[str, ...]:
        """All that the worker may become, each once."""
        return tuple(dict.fromkeys((*self.read_roles, *self.move_roles)))

    def worker_in(self, partition: str) -> str:
        """The worker's role, or a placeholder for it where none can be named."""
        if self.worker is not None and _partition(self.worker) == partition:
            return self.worker
        return _EXAMPLE_WORKER.format(partition=partition)

    @property
    def partitions(self) -> list[str]:
        """AWS's worlds without a common IAM, like `aws` and `aws-cn`."""
        return sorted({_partition(role) for role in self.roles})

    def roles_in(self, partition: str) -> tuple[str, ...]:
        """What one worker can become: credentials work in one partition."""
        return tuple(role for role in self.roles if _partition(role) == partition)

    def only(self, account: str | None) -> "Installation":
        """The part of it in one account."""
        read, move = (
            tuple(role for role in roles if account in {None, _account(role)})
            for roles in (self.read_roles, self.move_roles)
        )
        return replace(self, read_roles=read, move_roles=move)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.description = (
        "Print what IAM has to allow the bot, with the names from AWS_ROLE_ARNS, AWS_MOVE_ROLE_ARNS, AWS_EXTERNAL_ID "
        "and AWS_ACCOUNT_NAMES, and what DISABLE_SOURCE=true and ROUTE53_RECORDS=true need. A single document is "
        "printed as it is; several stand under the roles they belong to."
    )
    parser.add_argument("--format", choices=[one.value for one in Format], default=Format.JSON.value)
    parser.add_argument("--what", choices=[one.value for one in What], default=What.ALL.value)
    parser.add_argument("--account", metavar="ID", help="only the roles of this account")
    parser.add_argument("--worker", metavar="ARN", type=_worker_arn, help="the role that the worker runs as")


def run(arguments: argparse.Namespace, environ: Mapping[str, str], out: TextIO, err: TextIO) -> int:
    """Exit codes: 0 printed, 2 the settings or options are wrong."""
    env = Environment(environ, dict.fromkeys(SETTINGS, "") | {"DISABLE_SOURCE": "false", "ROUTE53_RECORDS": "false"})
    installation = _installation(env, arguments.worker)
    err.writelines(f"{mistake}\n" for mistake in env.mistakes)
    if env.mistakes:
        return 2
    what, account = What(arguments.what), arguments.account
    printed = _template if Format(arguments.format) is Format.CLOUDFORMATION else _json
    try:
        text = printed(installation, what, account)
    except CannotPrintError as error:
        err.write(f"{error}\n")
        return 2
    err.writelines(f"{note}\n" for note in _notes(env, installation, text))
    out.write(text)
    return 0


def _installation(env: Environment, worker: str | None) -> Installation:
    read: tuple[str, ...] = env.read("AWS_ROLE_ARNS", values.role_arns, ())
    move: tuple[str, ...] = env.read("AWS_MOVE_ROLE_ARNS", values.role_arns, ())
    external_id: str | None = env.read("AWS_EXTERNAL_ID", values.external_id, None)
    names: Mapping[str, str] = env.read("AWS_ACCOUNT_NAMES", values.account_names, MappingProxyType({}))
    disables: bool = env.read("DISABLE_SOURCE", values.true_or_false, False)
    records: bool = env.read("ROUTE53_RECORDS", values.true_or_false, False)
    if read or move:
        return Installation(read, move, worker, external_id, names, disables, records)
    external_id = external_id or EXAMPLE_EXTERNAL_ID
    return Installation((EXAMPLE_READ_ROLE,), (EXAMPLE_MOVE_ROLE,), worker, external_id, names, disables, records)


def _notes(env: Environment, installation: Installation, text: str) -> Iterator[str]:
    """What a reader of the documents has to know, and can't see."""
    read, move = env.text("AWS_ROLE_ARNS"), env.text("AWS_MOVE_ROLE_ARNS")
    if not read and not move:
        yield (
            "Neither AWS_ROLE_ARNS nor AWS_MOVE_ROLE_ARNS is set. These are the policies for one account, "
            "111122223333, which is a placeholder."
        )
    elif not read:
        yield "AWS_ROLE_ARNS is not set: without read roles the bot looks with the worker's own credentials."
    elif not move:
        yield "AWS_MOVE_ROLE_ARNS is not set: without move roles the bot moves with the worker's own credentials."
    if EXAMPLE_EXTERNAL_ID in text:
        yield f"“{EXAMPLE_EXTERNAL_ID}” is a placeholder: make up a long random word, and set AWS_EXTERNAL_ID to it."
    elif installation.external_id is None and '"Principal"' in text:
        yield (
            "AWS_EXTERNAL_ID is not set, so I know no external id for the trust policy: make up a long random word, "
            "and set it."
        )
    for partition in installation.partitions:
        if (placeholder := _EXAMPLE_WORKER.format(partition=partition)) in text:
            yield f"{placeholder} is a placeholder: name the role that the worker runs as with --worker."
        characters = len(compact(worker_policy(installation.roles_in(partition))))
        if characters > MANAGED_POLICY_CHARACTERS:
            yield (
                f"The worker's policy has {characters:,} characters, and IAM takes {MANAGED_POLICY_CHARACTERS:,} in a "
                "managed policy: spread its roles over several policies."
            )
    if len(installation.partitions) > 1:
        yield (
            f"The roles are in {' and in '.join(installation.partitions)}. No credentials work in both: "
            "that takes one bot for each."
        )


def _json(installation: Installation, what: What, account: str | None) -> str:
    by_role = {
        role: {kind.value: document for kind, document in of_role.items() if what in {kind, What.ALL}}
        for role, of_role in _documents(installation).items()
        if account in {None, _account(role)}
    }
    different = {compact(document): document for of_role in by_role.values() for document in of_role.values()}
    if not different:
        raise CannotPrintError(_missing(installation, what, account))
    if len(different) == 1:
        (shown,) = different.values()
    else:
        shown = {role: _named(installation, role) | of_role for role, of_role in by_role.items() if of_role}
    return json.dumps(shown, indent=2, ensure_ascii=False) + "\n"


def _documents(installation: Installation) -> dict[str, dict[What, Document]]:
    """All there is, by the ARN of the role that it belongs to."""
    found: dict[str, dict[What, Document]] = {role: {} for role in installation.roles}
    for role in installation.read_roles:
        found[role][What.READ] = read_policy(_partition(role), _account(role), records=installation.records)
    for role in installation.move_roles:
        for what, tag in ((What.MOVE, TAG_GIVES_AND_TAKES), (What.MOVE_TARGET_ONLY, TAG_TAKES)):
            found[role][what] = move_policy(
                _partition(role), _account(role), tag, disables=installation.disables, records=installation.records
            )
    for role in installation.roles:
        found[role][What.TRUST] = trust_policy(installation.worker_in(_partition(role)), installation.external_id)
    for partition in installation.partitions:
        of_worker = worker_policy(installation.roles_in(partition))
        found.setdefault(installation.worker_in(partition), {})[What.WORKER] = of_worker
    return found


def _named(installation: Installation, role: str) -> Document:
    name = installation.account_names.get(_account(role))
    return {} if name is None else {"account": name}


def _template(installation: Installation, what: What, account: str | None) -> str:
    if what in {What.TRUST, What.MOVE_TARGET_ONLY}:
        raise CannotPrintError(
            f"There is no template for {what.value} alone: that of --what move has the trust policy in it, and a "
            "parameter, MoveTag, for accounts that aliases only come into."
        )
    # The worker becomes the roles of all accounts, wherever it is itself.
    part = installation if what is What.WORKER else installation.only(account)
    if len(part.partitions) > 1:
        raise CannotPrintError(f"One template can't be for {' and for '.join(part.partitions)}.")
    if what is What.WORKER:
        return worker_template(part.roles)
    read = _one_name(part.read_roles, "read") if what is not What.MOVE else None
    move = _one_name(part.move_roles, "move") if what is not What.READ else None
    if read is None and move is None:
        raise CannotPrintError(_missing(installation, what, account))
    # A parameter without a default has to be given; a placeholder as the default might not be noticed.
    (partition,) = part.partitions
    worker = None if part.worker is None else part.worker_in(partition)
    external_id = None if part.external_id == EXAMPLE_EXTERNAL_ID else part.external_id
    return roles_template(partition, read, move, worker, external_id, disables=part.disables, records=part.records)


def _one_name(roles: tuple[str, ...], kind: str) -> RoleName | None:
    """A template is for all accounts at once, so its roles have the same name everywhere."""
    names = {RoleName.of(role) for role in roles}
    if len(names) > 1:
        raise CannotPrintError(f"The {kind} roles have different names in different accounts: choose with --account.")
    return names.pop() if names else None


def _missing(installation: Installation, what: What, account: str | None) -> str:
    if account is not None:
        accounts = sorted({_account(role) for role in installation.roles})
        return f"There is nothing to print for account {account}: the roles set are in {', '.join(accounts)}."
    if what is What.READ:
        return "There is no read role to print for: AWS_ROLE_ARNS is not set."
    return "There is no move role to print for: AWS_MOVE_ROLE_ARNS is not set."


def _worker_arn(text: str) -> str:
    try:
        (arn,) = values.role_arns(text)
    except (WrongValueError, ValueError):
        raise argparse.ArgumentTypeError(
            "must be one role such as arn:aws:iam::123456789012:role/cname-conflict-worker"
        ) from None
    return arn


def _partition(arn: str) -> str:
    return arn.split(":")[1]


def _account(arn: str) -> str:
    return arn.split(":")[4]

"""What `python -m bot iam` prints, and that `deploy/` holds the same."""

import argparse
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.aws import policies
from bot.terminal import iam

pytestmark = pytest.mark.wide

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"

TWO_ACCOUNTS = {
    "AWS_ROLE_ARNS": "arn:aws:iam::111111111111:role/reader,arn:aws:iam::222222222222:role/reader",
    "AWS_MOVE_ROLE_ARNS": "arn:aws:iam::111111111111:role/teams/web/mover",
    "AWS_EXTERNAL_ID": "cname-7f3a",
    "AWS_ACCOUNT_NAMES": "111111111111=production",
}


def command(*options: str, **environ: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr."""
    parser = argparse.ArgumentParser()
    iam.add_arguments(parser)
    out, err = io.StringIO(), io.StringIO()
    code = iam.run(parser.parse_args(options), environ, out, err)
    return code, out.getvalue(), err.getvalue()


def printed(*options: str, **environ: str) -> Any:
    code, out, err = command(*options, **environ)
    assert code == 0, err
    return json.loads(out)


def actions(policy: Any) -> set[str]:
    return {action for statement in policy["Statement"] for action in statement.get("Action", [])}


def resources(policy: Any, action: str) -> set[str]:
    """Where a policy allows an action."""
    named = [statement["Resource"] for statement in policy["Statement"] if action in statement.get("Action", [])]
    return {one for resource in named for one in ([resource] if isinstance(resource, str) else resource)}


def template(text: str) -> Any:
    """A template, with its short forms like `!Ref` left as they are."""

    class Loader(yaml.SafeLoader):
        pass

    def short_form(loader: Any, suffix: str, node: Any) -> Any:
        construct = loader.construct_sequence if isinstance(node, yaml.SequenceNode) else loader.construct_scalar
        return {suffix: construct(node)}

    Loader.add_multi_constructor("!", short_form)
    return yaml.load(text, Loader)


def filled_in(part: Any, **names: str) -> Any:
    """What CloudFormation makes of Ref and Fn::Sub."""
    match part:
        case {"Ref": name}:
            return names[name]
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([\w:]+)\}", lambda match: names[match[1].replace("::", "_")], text)
        case dict():
            return {key: filled_in(value, **names) for key, value in part.items()}
        case list():
            return [filled_in(one, **names) for one in part]
        case _:
            return part


class TestCommand:
    def test_several_documents_stand_under_their_roles_with_the_name_of_the_account(self):
        found = printed(**TWO_ACCOUNTS)

        assert {role: set(of_role) for role, of_role in found.items()} == {
            "arn:aws:iam::111111111111:role/reader": {"account", "read", "trust"},
            "arn:aws:iam::222222222222:role/reader": {"read", "trust"},
            "arn:aws:iam::111111111111:role/teams/web/mover": {"account", "move", "move-target-only", "trust"},
            "arn:aws:iam::999900001111:role/cname-conflict-worker": {"worker"},
        }
        assert found["arn:aws:iam::111111111111:role/reader"]["account"] == "production"

    def test_one_account_can_be_chosen(self):
        policy = printed("--what", "read", "--account", "222222222222", **TWO_ACCOUNTS)

        assert resources(policy, "cloudfront:GetDistribution") == {"arn:aws:cloudfront::222222222222:distribution/*"}

    def test_an_account_without_roles_is_named_with_those_that_have_some(self):
        code, out, err = command("--account", "333333333333", **TWO_ACCOUNTS)

        assert (code, out) == (2, "")
        assert "333333333333" in err
        assert "111111111111, 222222222222" in err

    def test_what_stands_for_something_unset_is_told(self):
        code, _, err = command()

        assert code == 0
        assert "111122223333, which is a placeholder" in err
        assert "make up a long random word" in err
        assert "999900001111:role/cname-conflict-worker is a placeholder" in err

    def test_without_an_external_id_it_says_so(self):
        _, out, err = command("--what", "trust", AWS_ROLE_ARNS="arn:aws:iam::111111111111:role/reader")

        assert "sts:ExternalId" not in out
        assert "AWS_EXTERNAL_ID is not set" in err

    def test_more_roles_than_iam_takes_in_one_policy_are_told(self):
        many = ",".join(f"arn:aws:iam::{number:012}:role/a-name-that-goes-on-and-on" for number in range(150))

        _, _, err = command("--what", "worker", AWS_ROLE_ARNS=many)

        assert "spread its roles over several policies" in err

    def test_with_everything_set_there_is_nothing_to_tell(self):
        code, _, err = command("--worker", "arn:aws:iam::333333333333:role/bot", **TWO_ACCOUNTS)

        assert (code, err) == (0, "")

    def test_no_read_roles_means_no_read_policy(self):
        environ = TWO_ACCOUNTS | {"AWS_ROLE_ARNS": ""}

        code, out, err = command("--what", "read", **environ)
        _, _, told = command(**environ)

        assert (code, out) == (2, "")
        assert err == "There is no read role to print for: AWS_ROLE_ARNS is not set.\n"
        assert "looks with the worker's own credentials" in told

    def test_no_move_roles_means_no_move_policy(self):
        environ = TWO_ACCOUNTS | {"AWS_MOVE_ROLE_ARNS": ""}

        code, out, err = command("--what", "move", **environ)
        _, _, told = command(**environ)

        assert (code, out) == (2, "")
        assert err == "There is no move role to print for: AWS_MOVE_ROLE_ARNS is not set.\n"
        assert "moves with the worker's own credentials" in told

    def test_roles_in_china_too_get_a_worker_of_their_own(self):
        found = printed(
            "--worker",
            "arn:aws:iam::333333333333:role/bot",
            AWS_ROLE_ARNS="arn:aws:iam::111111111111:role/reader,arn:aws-cn:iam::222222222222:role/reader",
        )

        assert found["arn:aws:iam::333333333333:role/bot"]["worker"]["Statement"][0]["Resource"] == [
            "arn:aws:iam::111111111111:role/reader"
        ]
        assert found["arn:aws-cn:iam::999900001111:role/cname-conflict-worker"]["worker"]["Statement"][0][
            "Resource"
        ] == ["arn:aws-cn:iam::222222222222:role/reader"]
        trusted = found["arn:aws-cn:iam::222222222222:role/reader"]["trust"]["Statement"][0]["Principal"]
        assert trusted == {"AWS": "arn:aws-cn:iam::999900001111:role/cname-conflict-worker"}

    @pytest.mark.parametrize("worker", ["bot", "arn:aws:iam::333333333333:user/bot", "*"])
    def test_a_worker_that_is_no_role_is_refused(self, worker, capsys):
        with pytest.raises(SystemExit):
            command("--worker", worker)

        assert (
            "must be one role such as arn:aws:iam::123456789012:role/cname-conflict-worker" in capsys.readouterr().err
        )

    def test_every_mistake_in_the_settings_is_told(self):
        code, out, err = command(AWS_ROLE_ARNS="reader", AWS_EXTERNAL_ID="two words", AWS_ACCOUNT_NAMES="production")

        assert (code, out) == (2, "")
        assert [line.split()[0] for line in err.splitlines()] == [
            "AWS_ROLE_ARNS",
            "AWS_EXTERNAL_ID",
            "AWS_ACCOUNT_NAMES",
        ]

    def test_it_needs_none_of_the_other_settings(self):
        done = subprocess.run(
            [sys.executable, "-m", "bot", "iam", "--what", "read"],
            cwd=REPOSITORY,
            env={},
            check=False,
            capture_output=True,
            text=True,
        )

        assert done.returncode == 0, done.stderr
        assert done.stdout == (DEPLOY / "read.json").read_text()

    @pytest.mark.parametrize("what", ["move", "move-target-only"])
    def test_sources_can_be_disabled_only_where_the_setting_says_so(self, what):
        assert "cloudfront:GetDistributionConfig" not in actions(printed("--what", what))

        policy = printed("--what", what, DISABLE_SOURCE="true")

        assert resources(policy, "cloudfront:GetDistributionConfig") == {
            "arn:aws:cloudfront::111122223333:distribution/*"
        }

    def test_records_can_be_created_only_where_the_setting_says_so(self):
        change, find = "route53:ChangeResourceRecordSets", "route53:ListHostedZonesByName"
        assert change not in actions(printed("--what", "move"))
        assert find not in actions(printed("--what", "read"))

        assert resources(printed("--what", "move", ROUTE53_RECORDS="true"), change) == {
            "arn:aws:route53:::hostedzone/*",
            "*",  # the Deny for names of others
        }
        assert resources(printed("--what", "read", ROUTE53_RECORDS="true"), find) == {"*"}
        _, out, _ = command("--format", "cloudformation", ROUTE53_RECORDS="true")
        assert change in out
        assert find in out

    def test_the_template_has_it_too(self):
        _, out, _ = command("--format", "cloudformation", DISABLE_SOURCE="true")

        (policy,) = template(out)["Resources"]["MoveRole"]["Properties"]["Policies"]
        assert "DisableSources" in {one["Sid"] for one in policy["PolicyDocument"]["Statement"]}


class TestTemplates:
    def test_the_roles_are_those_of_the_settings(self):
        _, out, _ = command(
            "--format", "cloudformation", "--worker", "arn:aws:iam::333333333333:role/bot", **TWO_ACCOUNTS
        )
        found = template(out)
        read, move = (found["Resources"][name]["Properties"] for name in ("ReadRole", "MoveRole"))

        assert (read["Path"], read["RoleName"]) == ("/", "reader")
        assert (move["Path"], move["RoleName"]) == ("/teams/web/", "mover")
        assert found["Parameters"]["WorkerRoleArn"]["Default"] == "arn:aws:iam::333333333333:role/bot"
        assert found["Parameters"]["ExternalId"]["Default"] == "cname-7f3a"

    def test_filled_in_they_are_the_documents(self):
        _, out, _ = command("--format", "cloudformation")
        names = {
            "AWS_AccountId": "111122223333",
            "WorkerRoleArn": "arn:aws:iam::999900001111:role/cname-conflict-worker",
            "ExternalId": iam.EXAMPLE_EXTERNAL_ID,
        }
        found = template(out)["Resources"]

        for role, tag, what in [
            ("ReadRole", "none", "read"),
            ("MoveRole", "allowed", "move"),
            ("MoveRole", "target", "move-target-only"),
        ]:
            properties = filled_in(found[role]["Properties"], **names, MoveTag=tag)
            assert [one["PolicyDocument"] for one in properties["Policies"]] == [printed("--what", what)]
            assert properties["AssumeRolePolicyDocument"] == printed("--what", "trust")

    def test_a_placeholder_is_no_default(self):
        _, out, _ = command("--format", "cloudformation")

        parameters = template(out)["Parameters"]
        assert "Default" not in parameters["WorkerRoleArn"]
        assert "Default" not in parameters["ExternalId"]

    def test_without_a_move_role_there_is_none(self):
        _, out, _ = command("--format", "cloudformation", **TWO_ACCOUNTS | {"AWS_MOVE_ROLE_ARNS": ""})
        found = template(out)

        assert set(found["Resources"]) == {"ReadRole"}
        assert set(found["Outputs"]) == {"ReadRoleArn"}
        assert "MoveTag" not in found["Parameters"]
        assert "Conditions" not in found

    def test_that_of_the_worker_names_the_roles(self):
        _, out, _ = command("--format", "cloudformation", "--what", "worker", **TWO_ACCOUNTS)

        properties = template(out)["Resources"]["WorkerPolicy"]["Properties"]
        assert properties["PolicyDocument"] == printed("--what", "worker", **TWO_ACCOUNTS)

    @pytest.mark.parametrize(
        ("options", "environ", "sentence"),
        [
            (["--what", "trust"], {}, "There is no template for trust alone"),
            (
                [],
                {"AWS_ROLE_ARNS": "arn:aws:iam::111111111111:role/a,arn:aws:iam::222222222222:role/b"},
                "different names in different accounts: choose with --account",
            ),
            (
                [],
                {"AWS_ROLE_ARNS": "arn:aws:iam::111111111111:role/a,arn:aws-cn:iam::222222222222:role/a"},
                "One template can't be for aws and for aws-cn",
            ),
            (["--what", "move"], {"AWS_ROLE_ARNS": "arn:aws:iam::111111111111:role/a"}, "There is no move role"),
        ],
    )
    def test_what_no_template_can_say_is_told(self, options, environ, sentence):
        code, out, err = command("--format", "cloudformation", *options, **environ)

        assert (code, out) == (2, "")
        assert sentence in err


class TestFilesInDeploy:
    @pytest.mark.parametrize("what", [one.value for one in iam.What if one is not iam.What.ALL])
    def test_every_document_is_what_the_command_prints(self, what):
        _, out, _ = command("--what", what)

        assert (DEPLOY / f"{what}.json").read_text() == out

    @pytest.mark.parametrize(("name", "what"), [("roles", "all"), ("worker", "worker")])
    def test_every_template_is_what_the_command_prints(self, name, what):
        _, out, _ = command("--format", "cloudformation", "--what", what)

        assert (DEPLOY / f"{name}.yaml").read_text() == out

    def test_there_is_no_other_file(self):
        names = {path.name for path in DEPLOY.iterdir()}

        assert names == {f"{one.value}.json" for one in iam.What if one is not iam.What.ALL} | {
            "roles.yaml",
            "worker.yaml",
            "README.md",
        }

    def test_the_readme_there_names_each(self):
        readme = (DEPLOY / "README.md").read_text()

        named = set(re.findall(r"^\| `(.*?)` ", readme, re.MULTILINE))
        assert named == {path.name for path in DEPLOY.iterdir()} - {"README.md"}

    @pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.json")), ids=lambda path: path.name)
    def test_iam_would_take_it(self, path):
        document = json.loads(path.read_text())

        sids = [statement["Sid"] for statement in document["Statement"]]
        assert document["Version"] == "2012-10-17"
        assert len(policies.compact(document)) <= policies.MANAGED_POLICY_CHARACTERS
        assert len(set(sids)) == len(sids)
        assert all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in sids)


def test_the_policy_in_the_readme_allows_nothing_that_the_roles_do_not():
    readme = (REPOSITORY / "README.md").read_text()

    for block in re.findall(r"```json\n(.*?)```", readme, re.DOTALL):
        roles = actions(printed("--what", "read")) | actions(printed("--what", "move"))
        assert actions(json.loads(block)) <= roles | {"sts:GetCallerIdentity"}  # which needs no permission

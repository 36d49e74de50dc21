"""What goes wrong because somebody wants it to: a record created wrongly, a refused call, a killed process.

Each gives the sentence that tells what has been done. Whoever asked for it is not told what will come of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from playground.phrases import Mistake, NotUnderstood

if TYPE_CHECKING:
    from playground.bot_processes import BotProcesses
    from playground.world import World

ASSOCIATE: Final = "AssociateAlias"
_REFUSED: Final = 400
_DENIED: Final = 403


def create_wrongly(world: World, mistake: Mistake, name: str, value: str) -> str:
    """Publish the record that the card asks for, as somebody in a hurry would."""
    match mistake:
        case Mistake.DOUBLED_NAME:
            doubled = f"{name}.{world.scenario.zone}"
            world.dns.add_txt(doubled, value)
            return f"Published: {doubled} TXT {value}"
        case Mistake.CNAME:
            world.dns.add(name, "CNAME", f"{value}.")
            return f"Published: {name} CNAME {value}"
        case Mistake.QUOTES:
            world.dns.add_txt(name, f'"{value}"')
            return f'Published, quotes and all: {name} TXT "{value}"'
        case Mistake.WRONG_DISTRIBUTION:
            others = [each.domain_name for each in world.distributions.values() if each.domain_name != value]
            world.dns.add_txt(name, others[0])
            return f"Published: {name} TXT {others[0]}"
        case Mistake.ONE_SERVER_BEHIND:
            world.hold_server(world.dns.servers[-1])
            world.dns.add_txt(name, value)
            return f"Published: {name} TXT {value}, but name server {len(world.dns.servers)} has not heard of it."
        case Mistake.ASKED_TOO_EARLY:
            world.dns.resolver.poison(name)
            world.dns.add_txt(name, value)
            return f"Published: {name} TXT {value}, and a resolver remembers that it was not there."
        case _:
            assert_never(mistake)


def refuse(world: World, code: str, message: str) -> str:
    """Let the next call that moves an alias be refused."""
    status = _DENIED if code.startswith("AccessDenied") else _REFUSED
    world.aws.cloudfront.faults.answer(ASSOCIATE, status, code, message)
    return f"The next {ASSOCIATE} is refused with {code}: {message}"


def repair_aws(world: World) -> str:
    """Forget what was ordered."""
    world.aws.cloudfront.faults.clear()
    return "AWS answers as it should."


async def kill(bot: BotProcesses, name: str) -> str:
    """End a process of the bot; it gets to know nothing."""
    for each in bot.all:
        if each.name == name and each.is_running:
            await bot.kill(each)
            return f"{each.name} is gone, in the middle of whatever it was doing."
    running = ", ".join(each.name for each in bot.all if each.is_running)
    raise NotUnderstood(f"There is no {name} running; there is {running or 'nothing'}.")


async def start(world: World, bot: BotProcesses, kind: str) -> str:
    """One more worker; or the web process, of which there is one."""
    if kind == "worker":
        return f"{(await bot.start_worker()).name} is starting."
    if bot.web.is_running:
        raise NotUnderstood("The web process is running.")
    await bot.start_web()
    if not world.slack.socket_connections:
        world.slack.connect_http(bot.url)
    return "web is starting."

"""A page that shows the happy path's world, with nobody behind the buttons."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from playground.aws import MotoServer
from playground.page.server import Page
from playground.scenarios import HAPPY
from playground.world import World
from tests.playground.page.stage import show


@dataclass
class Shown:
    world: World
    page: Page
    begun: list[str] = field(default_factory=list)
    """The scenarios that were asked for."""


@pytest.fixture
async def shown(moto: MotoServer, tmp_path: Path) -> AsyncIterator[Shown]:
    begun: list[str] = []
    async with World.start(HAPPY, moto=moto) as world, Page.start(begun.append, built=tmp_path) as page:
        show(page, world)
        yield Shown(world, page, begun)

"""Articles that the demo firm has written, and the cases they helped with."""

import random
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from luyue.desk.models import Case
from luyue.knowledge import actions
from luyue.knowledge.actions import Text
from luyue.knowledge.models import Article
from luyue.simulator.world import World

ALIKE = 4  # characters that the titles share
HELPED = 0.5
ARTICLES = Path(__file__).with_name("articles.yaml")


def write_articles(rng: random.Random, world: World, *, begin: datetime, every: timedelta) -> list[Article]:
    """Write and publish the firm's articles; the last one waits for its review."""
    reviewer = world.people["supervisor"][0]
    made: list[Article] = []
    for number, told in enumerate(yaml.safe_load(ARTICLES.read_text(encoding="utf-8"))):
        kind, devices, tags = told.pop("kind"), told.pop("devices"), told.pop("tags")
        at = begin + number * every
        writer = rng.choice(world.people["engineer"])
        article = actions.write_article(
            Text(**told),
            kind=kind,
            device_kinds=devices,
            tags=tags,
            for_customers=kind == "howto",
            actor=writer,
            now=at,
        )
        actions.submit_article(article.pk, actor=writer, now=at)
        if kind != "howto":
            article = actions.approve_article(article.pk, actor=reviewer, now=at + every / 10)
        made.append(article)
    return made


def learn(rng: random.Random, world: World, *, begin: datetime, end: datetime) -> None:
    """Write the articles in the first months, and say of some solved cases which of them helped."""
    articles = [
        one for one in write_articles(rng, world, begin=begin, every=(end - begin) / 40) if one.current_id
    ]
    solved = Case.objects.filter(resolved_at__isnull=False, resolved_at__lt=end, owner__isnull=False)
    for case in solved.select_related("owner").defer("words").order_by("resolved_at", "id"):
        at = case.resolved_at or end
        fitting = [
            one for one in articles if one.changed_at < at and len(set(one.title) & set(case.title)) >= ALIKE
        ]
        if fitting and rng.random() < HELPED:
            actions.use_article(rng.choice(fitting).pk, case.pk, actor=case.owner, now=at)

"""The verdict on every kind of message, each refusal beside its success."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clarine.domain.message import Category
from clarine.domain.policy import Facts, Reason, judge

WELCOME = Facts(
    known=True,
    blocked=False,
    stopped=False,
    marketing_consent=True,
    utility_consent=True,
    window_open=True,
    category=Category.MARKETING,
)


@pytest.mark.parametrize("category", Category)
def test_a_welcome_message_of_any_kind_may_be_sent(category: Category) -> None:
    assert judge(replace(WELCOME, category=category)) is None


@pytest.mark.parametrize("category", Category)
def test_nobody_writes_to_a_stranger_or_past_a_block(category: Category) -> None:
    assert judge(replace(WELCOME, category=category, known=False)) is Reason.NOT_A_PERSON
    assert judge(replace(WELCOME, category=category, blocked=True)) is Reason.BLOCKED


@pytest.mark.parametrize(
    ("category", "verdict"),
    [
        (Category.MARKETING, Reason.STOPPED),
        (Category.UTILITY, Reason.STOPPED),
        (Category.AUTHENTICATION, None),
        (Category.SERVICE, None),
    ],
)
def test_stop_ends_templates_but_not_the_answer_to_a_question(category: Category, verdict: Reason | None) -> None:
    assert judge(replace(WELCOME, category=category, stopped=True)) is verdict


def test_marketing_needs_consent_and_utility_only_that_it_was_not_withdrawn() -> None:
    assert judge(replace(WELCOME, marketing_consent=False)) is Reason.NO_CONSENT
    utility = replace(WELCOME, category=Category.UTILITY)
    assert judge(replace(utility, utility_consent=None)) is None
    assert judge(replace(utility, utility_consent=False)) is Reason.NO_CONSENT


def test_free_form_needs_the_window() -> None:
    service = replace(WELCOME, category=Category.SERVICE)
    assert judge(replace(service, window_open=False)) is Reason.WINDOW_CLOSED
    assert judge(replace(service, window_open=False, stopped=True)) is Reason.STOPPED


@pytest.mark.parametrize("category", Category)
def test_caps_and_freezes_are_about_marketing_and_an_open_window_needs_no_messaging_limit(category: Category) -> None:
    facts = replace(WELCOME, category=category)
    marketing = category is Category.MARKETING
    assert judge(replace(facts, marketing_frozen=True)) is (Reason.MARKETING_FROZEN if marketing else None)
    assert judge(replace(facts, marketing_capped=True)) is (Reason.MARKETING_CAP if marketing else None)
    assert judge(replace(facts, limit_reached=True)) is None
    closed = Reason.WINDOW_CLOSED if category is Category.SERVICE else Reason.MESSAGING_LIMIT
    assert judge(replace(facts, window_open=False, limit_reached=True)) is closed

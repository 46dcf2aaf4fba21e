"""Lines of business as rules speak of them (codes of the products register)."""

from __future__ import annotations

LIFE = ("term_life", "whole_life", "endowment_life", "participating_life", "universal_life")
HEALTH = ("medical", "disease", "nursing", "accident")
MOTOR = ("motor_compulsory", "motor_commercial")
PROPERTY = ("home", "enterprise_property", "engineering", "cargo")
AGRICULTURE = ("agriculture",)
# 2010-4 speaks of personal insurance: life, health and accident.
PERSONAL = LIFE + HEALTH
# Insurance Law art. 26: two years for everything that is not life insurance.
NOT_LIFE = MOTOR + PROPERTY + HEALTH + AGRICULTURE
# What is looked at and assessed piece by piece.
ASSESSED = MOTOR + PROPERTY

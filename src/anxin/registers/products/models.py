"""What the insurer sells: products in versions, their coverages, and the terms clause by clause."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anxin.access.models import spoken

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class Line(models.TextChoices):
    """Lines of business."""

    MOTOR_COMPULSORY = "motor_compulsory", _("Compulsory motor liability")
    MOTOR_COMMERCIAL = "motor_commercial", _("Commercial motor")
    HOME = "home", _("Home property")
    ENTERPRISE_PROPERTY = "enterprise_property", _("Enterprise property")
    ENGINEERING = "engineering", _("Engineering")
    CARGO = "cargo", _("Cargo")
    TERM_LIFE = "term_life", _("Term life")
    WHOLE_LIFE = "whole_life", _("Whole life")
    ENDOWMENT_LIFE = "endowment_life", _("Endowment life")
    PARTICIPATING_LIFE = "participating_life", _("Participating life")
    UNIVERSAL_LIFE = "universal_life", _("Universal life")
    MEDICAL = "medical", _("Medical insurance")
    DISEASE = "disease", _("Disease")
    NURSING = "nursing", _("Nursing care")
    ACCIDENT = "accident", _("Accident")


MOTOR_LINES = frozenset({Line.MOTOR_COMPULSORY, Line.MOTOR_COMMERCIAL})


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, actor: Actor) -> ProductQuerySet:
        """Staff with the permission, and every customer: terms on sale are public."""
        from anxin.registers.products.permissions import SEE_PRODUCTS

        if actor.is_system or actor.is_customer:
            return self
        return self if actor.is_staff and actor.may(SEE_PRODUCTS) else self.none()

    def current(self) -> ProductQuerySet:
        """The newest version of each product."""
        return self.filter(is_current=True)

    def on_sale(self, on: date) -> ProductQuerySet:
        return self.current().filter(Q(sold_until=None) | Q(sold_until__gte=on), sold_from__lte=on)


class Product(models.Model):
    """One version of a product. A policy stays with the version it was sold under; a published version never changes."""

    code = models.CharField(max_length=24)
    version = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    line = models.CharField(max_length=24, choices=Line)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    is_individual = models.BooleanField(default=True, help_text="sold to persons, not only to organisations")
    sold_from = models.DateField()
    sold_until = models.DateField(null=True, blank=True, help_text="the last day of sale")
    terms_zh = models.TextField(blank=True, help_text="what it is in a few plain sentences; the clauses are rows")
    terms_en = models.TextField(blank=True)
    published_at = models.DateTimeField()

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="product_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(is_current=True), name="one_current_version"),
            models.CheckConstraint(
                condition=Q(sold_until=None) | Q(sold_until__gte=models.F("sold_from")), name="product_sale_dates"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["line"], name="product_line")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def terms(self) -> str:
        return spoken(self.terms_zh, self.terms_en)

    @property
    def is_motor(self) -> bool:
        return self.line in MOTOR_LINES


class Coverage(models.Model):
    """Something a product pays for, with the limit and deductible it has unless a policy says otherwise."""

    class Kind(models.TextChoices):
        VEHICLE_DAMAGE = "vehicle_damage", _("Vehicle damage")
        THIRD_PARTY = "third_party", _("Third-party liability")
        OCCUPANTS = "occupants", _("Driver and passengers")
        COMPULSORY_DEATH = "compulsory_death", _("Compulsory: death and disability")
        COMPULSORY_MEDICAL = "compulsory_medical", _("Compulsory: medical expenses")
        COMPULSORY_PROPERTY = "compulsory_property", _("Compulsory: property damage")
        NO_FAULT_DEATH = "no_fault_death", _("Compulsory, without liability: death and disability")
        NO_FAULT_MEDICAL = "no_fault_medical", _("Compulsory, without liability: medical expenses")
        NO_FAULT_PROPERTY = "no_fault_property", _("Compulsory, without liability: property damage")
        HOME_BUILDING = "home_building", _("Building")
        HOME_FITTINGS = "home_fittings", _("Fixtures and decoration")
        HOME_CONTENTS = "home_contents", _("Contents")
        HOME_PIPES = "home_pipes", _("Burst pipes and water")
        HOME_THEFT = "home_theft", _("Burglary and robbery")
        HOME_LIABILITY = "home_liability", _("Household liability")
        PROPERTY = "property", _("Property damage")
        INTERRUPTION = "interruption", _("Business interruption")
        WORKS = "works", _("Contract works")
        LIABILITY = "liability", _("Liability to others")
        CARGO = "cargo", _("Goods in transit")
        DEATH = "death", _("Death")
        DISABILITY = "disability", _("Total or partial disability")
        SURVIVAL = "survival", _("Survival benefit")
        MEDICAL = "medical", _("Medical expenses")
        DAILY_ALLOWANCE = "daily_allowance", _("Daily hospital allowance")
        CRITICAL_ILLNESS = "critical_illness", _("Critical illness")
        MILD_ILLNESS = "mild_illness", _("Mild illness")
        NURSING = "nursing", _("Nursing care")
        WAIVER = "waiver", _("Waiver of premium")
        EXPENSES = "expenses", _("Necessary expenses")

    product = models.ForeignKey(Product, models.CASCADE, related_name="coverages")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=24, choices=Kind)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    default_limit_fen = models.BigIntegerField(null=True, blank=True, help_text="None: set by each policy")
    deductible_fen = models.BigIntegerField(default=0)
    deductible_permille = models.PositiveSmallIntegerField(default=0, help_text="of the loss; the larger one applies")
    is_optional = models.BooleanField(default=False, help_text="not part of a policy unless chosen")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "code"], name="coverage_code_once"),
            models.CheckConstraint(
                condition=Q(deductible_fen__gte=0, deductible_permille__lte=1000), name="coverage_deductible_sane"
            ),
            models.CheckConstraint(
                condition=Q(default_limit_fen=None) | Q(default_limit_fen__gt=0), name="coverage_limit_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)


class Clause(models.Model):
    """One article of a product's terms, in both languages. A decision cites it by number and text."""

    class Kind(models.TextChoices):
        COVER = "cover", _("What is covered")
        EXCLUSION = "exclusion", _("What is not covered")
        DEDUCTIBLE = "deductible", _("Deductible")
        LIMIT = "limit", _("Limit")
        CONDITION = "condition", _("Condition")

    product = models.ForeignKey(Product, models.CASCADE, related_name="clauses")
    coverage = models.ForeignKey(
        Coverage, models.CASCADE, null=True, blank=True, related_name="clauses", help_text="None: holds for all"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    code = models.CharField(max_length=40, blank=True, help_text="for rules and forms: drunk_driving, wear, …")
    number = models.CharField(max_length=20, help_text="第六条")
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=120)
    text_zh = models.TextField()
    text_en = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "number"], name="clause_number_once"),
            models.UniqueConstraint(fields=["product", "code"], condition=~Q(code=""), name="clause_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def title(self) -> str:
        return spoken(self.title_zh, self.title_en)

    @property
    def text(self) -> str:
        return spoken(self.text_zh, self.text_en)

    @property
    def spoken_number(self) -> str:
        """第六条, or Article 6."""
        from anxin.registers.products.terms import article_in_english

        return spoken(self.number, article_in_english(self.number))

"""People, where they work, what they may do, and the keys programs use."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role


def spoken(zh: str, en: str) -> str:
    """The wording in the reader's language; Chinese where there is no English."""
    return en if en and (get_language() or "").startswith("en") else zh


class Branch(models.Model):
    code = models.CharField(max_length=12, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    short_zh = models.CharField(max_length=20, help_text="as in a case number: 苏州")
    short_en = models.CharField(max_length=20)
    address = models.CharField(max_length=160, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    is_head_office = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def short(self) -> str:
        return spoken(self.short_zh, self.short_en)


class Department(models.Model):
    """One of the insurer's departments; the same list in every branch."""

    code = models.CharField(max_length=24, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        return spoken(self.name_zh, self.name_en)


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who signs in: a customer or a member of staff."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        STAFF = "staff", _("Staff")

    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.STAFF)
    display_name = models.CharField(max_length=60)
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    elder_mode = models.BooleanField(default=False)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, related_name="people")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="people")
    authority_level = models.PositiveSmallIntegerField(default=0, help_text="0 none … 5 head office")
    customer_public_id = models.CharField(
        max_length=24, blank=True, db_index=True, help_text="which customer of the register this person is"
    )
    # Every change of roles, branch or authority adds one: processes cache what a person may do under (id, version).
    access_version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    # The present password was given by somebody else, who knows it: the first page after the sign-in asks for another.
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    objects = UserManager()

    class Meta:
        ordering: ClassVar = ["username"]
        indexes: ClassVar = [models.Index(fields=["branch", "department", "kind"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_customer_has_no_authority",
                condition=models.Q(kind="staff") | models.Q(authority_level=0),
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def is_staff_member(self) -> bool:
        return self.kind == self.Kind.STAFF


class RoleGrant(models.Model):
    """A role a person holds, in one branch or (no branch) in all of them."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    branch = models.ForeignKey(Branch, models.CASCADE, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role", "branch"], name="role_once_per_branch"),
            models.UniqueConstraint(
                fields=["user", "role"], name="role_once_everywhere", condition=models.Q(branch=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"


class ApiToken(models.Model):
    """A key for a program acting as one person, never with more than the scopes named. Only its hash is stored."""

    PREFIX = "anx_"

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, help_text="the last characters, to tell keys apart")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} …{self.hint}"

    @staticmethod
    def digest_of(secret: str) -> str:
        # The secret has 256 bits of its own randomness, so a plain hash needs no stretching.
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def new_secret(cls) -> str:
        return cls.PREFIX + secrets.token_urlsafe(32)

    def usable_at(self, moment: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or moment < self.expires_at)


class Unmasking(models.Model):
    """Someone looked at a personal number, name or contact in full: who, whose, which field, why, when."""

    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=24)
    field = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"]), models.Index(fields=["actor", "at"])]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.subject_kind}/{self.subject_id} {self.field}"

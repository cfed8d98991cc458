"""User: a person who signs in to the desk. Which companies are open to them: `Membership`."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from amiable.engine.parties import Language
from amiable.store.models.columns import choice_column, one_of, text_column


class Users(BaseUserManager["User"]):
    """Users are found by their e-mail address, whatever its capitals."""

    def create_user(self, email: str, password: str | None = None, **values: Any) -> "User":
        """A new user; without a password nobody can sign in until one is set."""
        user = self.model(email=email.strip().lower(), **values)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of an e-mail address."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """``email`` is kept in lower case; ``name`` is how colleagues see the person."""

    email = models.EmailField(max_length=254, unique=True)
    name = text_column(200)
    language = choice_column(Language.FR)
    is_active = models.BooleanField(default=True)

    objects = Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """Not inside a company: one person may work for several."""

        constraints = [one_of("language", Language, "user")]

    def __str__(self) -> str:
        return self.name or self.email

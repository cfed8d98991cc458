"""Users in the database: who can sign in, whatever the company."""

from amiable.engine.parties import Language
from amiable.store.models import User


class UserUnknown(LookupError):
    """Nobody has this e-mail address."""


def any_user() -> bool:
    """Whether anybody can sign in at all."""
    return User.objects.exists()


def user_of(email: str) -> User:
    """The user of an address, whatever its capitals. Raises UserUnknown."""
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist as error:
        raise UserUnknown(email) from error


def find_user(email: str) -> User | None:
    """The user of an address, if there is one."""
    return User.objects.filter(email=email.strip().lower()).first()


def add_user(
    email: str, *, name: str = "", password: str | None = None, language: Language = Language.FR
) -> User:
    """A new user; without a password one must be set by a link before signing in."""
    return User.objects.create_user(email, password, name=name.strip(), language=language.value)


def lock_user(user: User) -> None:
    """Let nobody else do something as this user until the transaction ends."""
    User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()


def set_password(user: User, password: str) -> None:
    """Another password; sessions that rest on the old one end."""
    user.set_password(password)
    user.save(update_fields=["password"])


def describe_user(user: User, name: str, language: str) -> None:
    """Another name or language."""
    user.name, user.language = name.strip(), language
    user.save(update_fields=["name", "language"])


def open_user(user: User, name: str = "") -> None:
    """Open an account; a name is taken where there was none."""
    user.is_active = True
    user.name = user.name or name.strip()
    user.save(update_fields=["is_active", "name"])


def close_user(user: User) -> None:
    """Close an account: nobody signs in with it any more."""
    user.is_active = False
    user.save(update_fields=["is_active"])

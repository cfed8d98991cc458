"""Forms: files to bring in, and how a table or an accounting export is to be read."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from babel.numbers import is_currency
from django import forms

from amiable.engine.parties import Language
from amiable.sources.table import SYNONYMS, DateOrder, Field, TableKind, TableMapping
from amiable.words import say, term

_ACCOUNT = re.compile(r"\d{2,12}")
_MARKS = (",", ".")


class KindForm(forms.Form):
    """What the rows of a table are."""

    def __init__(self, language: Language, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["kind"] = forms.ChoiceField(
            label=say(language, "imports.kind.label"),
            help_text=say(language, "imports.kind.help"),
            choices=[(kind.value, term(language, "table_kind", kind.value)) for kind in TableKind],
        )


class AccountsForm(forms.Form):
    """Which accounts of an accounting export are the customers'."""

    def __init__(self, language: Language, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._language = language
        self.fields["accounts"] = forms.CharField(
            label=say(language, "imports.accounts.label"),
            help_text=say(language, "imports.accounts.help"),
            max_length=200,
        )

    def clean_accounts(self) -> list[str]:
        """Roots of accounts, separated by commas or spaces."""
        found = re.split(r"[\s,;]+", self.cleaned_data["accounts"].strip())
        if not all(_ACCOUNT.fullmatch(one) for one in found):
            raise forms.ValidationError(say(self._language, "imports.accounts.wrong"))
        return found


class ColumnsForm(forms.Form):
    """Which column holds what: one choice for each column of the file."""

    def __init__(
        self,
        language: Language,
        table: Mapping[str, Any],
        currency: str,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        initial = {"date_order": table["date_order"], "decimal_mark": table["decimal_mark"],
                   "currency": currency}  # fmt: skip
        super().__init__(data, initial=initial)
        self._language = language
        self.kind = TableKind(table["kind"])
        self._headers: list[str] = [column["header"] for column in table["columns"]]
        self._examples = [" · ".join(column["examples"]) for column in table["columns"]]
        self._add_columns(table["columns"])
        self._add_manner()

    def _add_columns(self, columns: Sequence[Mapping[str, Any]]) -> None:
        known = [
            (field.value, term(self._language, "field", field.value))
            for field in SYNONYMS[self.kind]
        ]
        choices = [
            ("", say(self._language, "imports.columns.unused")),
            *sorted(known, key=lambda choice: choice[1]),
        ]
        for at, column in enumerate(columns):
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=column["header"], choices=choices, required=False, initial=column["field"]
            )

    def _add_manner(self) -> None:
        """How dates and amounts are written."""
        orders = [(order.value, term(self._language, "date_order", order.value))
                  for order in DateOrder]  # fmt: skip
        marks = [(mark, say(self._language, f"imports.mark.{name}"))
                 for mark, name in zip(_MARKS, ("comma", "point"), strict=True)]  # fmt: skip
        found = ("", say(self._language, "imports.columns.by_itself"))
        for name, choices in (("date_order", orders), ("decimal_mark", marks)):
            self.fields[name] = forms.ChoiceField(
                label=say(self._language, f"imports.{name}"),
                choices=[found, *choices],
                required=False,
            )
        self.fields["currency"] = forms.CharField(
            label=say(self._language, "imports.currency.label"),
            help_text=say(self._language, "imports.currency.help"),
            min_length=3,
            max_length=3,
        )

    @property
    def columns(self) -> list[tuple[forms.BoundField, str]]:
        """The choice of each column, with examples of what stands in it."""
        return [(self[f"column_{at}"], examples) for at, examples in enumerate(self._examples)]

    @property
    def manner(self) -> list[forms.BoundField]:
        """The other fields."""
        return [self[name] for name in ("date_order", "decimal_mark", "currency")]

    def clean_currency(self) -> str:
        """A currency that exists."""
        code = str(self.cleaned_data["currency"]).upper()
        if not is_currency(code):
            raise forms.ValidationError(say(self._language, "imports.currency.wrong"))
        return code

    def clean(self) -> dict[str, Any]:
        """No two columns for one thing, and every thing needed has one."""
        cleaned = super().clean() or {}
        fields: dict[Field, str] = {}
        for at, header in enumerate(self._headers):
            name = cleaned.get(f"column_{at}")
            if not name:
                continue
            field = Field(name)
            if field in fields:
                what = term(self._language, "field", name)
                told = say(self._language, "imports.columns.twice", what=what, other=fields[field])
                self.add_error(f"column_{at}", told)
            fields.setdefault(field, header)
        self.mapping = TableMapping(
            kind=self.kind,
            fields=fields,
            date_order=DateOrder(cleaned["date_order"]) if cleaned.get("date_order") else None,
            decimal_mark=cleaned.get("decimal_mark", ""),
        )
        for group in self.mapping.missing():
            words = [term(self._language, "field", field.value) for field in group]
            missing = say(self._language, "imports.columns.or").join(words)
            self.add_error(None, say(self._language, "imports.columns.missing", what=missing))
        return cleaned

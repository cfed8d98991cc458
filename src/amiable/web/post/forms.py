"""Forms of the post room."""

from typing import Any

from django import forms

from amiable.web.language import reader_language
from amiable.words import say


class PostedForm(forms.Form):
    """The day the letters were posted."""

    on = forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.label_suffix = ""
        self.fields["on"].label = say(reader_language(), "post.field.on")


class CameBackForm(forms.Form):
    """What came back of a letter, and on which day: the signed slip, or the letter itself."""

    what = forms.ChoiceField(widget=forms.RadioSelect)
    on = forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, registered: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.label_suffix = ""
        language = reader_language()
        kinds = ("received", "returned") if registered else ("returned",)
        choices = [(kind, say(language, f"post.field.{kind}")) for kind in kinds]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
        self.fields["what"].label = say(language, "post.field.what")
        self.fields["on"].label = say(language, "post.field.day")

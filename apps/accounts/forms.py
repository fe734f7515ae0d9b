"""Forms about oneself and one's tokens."""

from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings

from apps.accounts.models import Entity, User
from apps.accounts.queries import check_free_name
from apps.core.errors import CarnetError
from apps.core.forms import PageForm


class ProfileForm(PageForm):
    name = forms.CharField(label="Your name", max_length=150, required=False)
    theme = forms.ChoiceField(label="Theme", choices=User.Theme.choices, help_text="“System” follows your computer.")
    single_keys = forms.BooleanField(label="Single-key shortcuts", required=False)


class UsernameForm(PageForm):
    conflict_field = "username"
    called_here = {"name": "username"}
    username = forms.CharField(label="User name", max_length=128, widget=forms.TextInput({"autocomplete": "username"}))


class PersonForm(PageForm):
    """Somebody for whom an operator makes an account."""

    conflict_field = "email"
    called_here = {"name": "username"}
    full_name = forms.CharField(label="Name", max_length=150, required=False)
    username = forms.CharField(label="User name", max_length=128, widget=forms.TextInput({"autocomplete": "off"}))
    email = forms.EmailField(label="Email", widget=forms.EmailInput({"autocomplete": "off"}))

    def clean_username(self) -> str:
        try:
            return check_free_name(self.cleaned_data["username"])
        except CarnetError as refusal:
            raise forms.ValidationError(refusal.sentence) from None


class DefaultEntityForm(PageForm):
    entity = forms.ChoiceField(label="Runs that name no entity go to")

    def __init__(self, *args: Any, homes: list[Entity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(home.name, home.name if home.is_team else f"{home.name} (only you)") for home in homes]
        self.fields["entity"].choices = choices  # type: ignore[attr-defined]


class InOurWords(forms.Form):
    """Before a form of allauth: sentence case, and no placeholders that repeat the label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.label = str(field.label).capitalize() if field.label else field.label


class SignInForm(InOurWords, allauth.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Email or user name"
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}

    @property
    def is_open_for_signup(self) -> bool:
        return bool(settings.CARNET_OPEN_SIGNUP)


class JoinForm(InOurWords, allauth.SignupForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "User name"
        self.fields["username"].help_text = "It stands in the addresses of your projects."


class AddEmailForm(InOurWords, allauth.AddEmailForm):  # type: ignore[misc]
    """A new mail address."""


class ChangePasswordForm(InOurWords, allauth.ChangePasswordForm):  # type: ignore[misc]
    """Another password, by whoever knows the present one."""


class SetPasswordForm(InOurWords, allauth.SetPasswordForm):  # type: ignore[misc]
    """A first password."""


class ResetPasswordForm(InOurWords, allauth.ResetPasswordForm):  # type: ignore[misc]
    """The address to which a link to a new password goes."""


class ResetPasswordKeyForm(InOurWords, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, by whoever has the link."""


class ReauthenticateForm(InOurWords, allauth.ReauthenticateForm):  # type: ignore[misc]
    """The password again, before something that matters."""


class CodeForm(InOurWords, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class AddPasskeyForm(InOurWords, AddWebAuthnForm):  # type: ignore[misc]
    """A passkey, or a key that stands behind the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = "To tell your keys apart."
        self.fields["passwordless"].label = "It signs me in without my password"
        self.fields["passwordless"].help_text = "The device asks for a finger, a face or a code of its own."
        self.fields["passwordless"].initial = True


class ActivateAppForm(InOurWords, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app."""

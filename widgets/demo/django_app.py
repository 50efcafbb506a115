"""The sign-up of a Django site: python widgets/demo/django_app.py [PORT [CLAUSEPRESS]]."""

import secrets
import sys

import receipts
from django import forms
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpRequest, HttpResponse
from django.urls import path

PORT, CLAUSEPRESS = [*sys.argv[1:], "8001", "http://127.0.0.1:8000"][:2]
DOCUMENTS = ["user-agreement", "privacy"]

settings.configure(ROOT_URLCONF=__name__, SECRET_KEY=secrets.token_hex(), ALLOWED_HOSTS=["*"])


class SignUp(forms.Form):
    """A form that is valid only when the agreement is on record."""

    name = forms.CharField()

    def clean(self) -> dict[str, object]:
        """Check the receipts; raises ValidationError."""
        try:
            agreed = receipts.check(CLAUSEPRESS, self.data.getlist("agreement"), DOCUMENTS)
        except receipts.NotAgreed as reason:
            raise forms.ValidationError(str(reason)) from None
        except OSError:
            raise forms.ValidationError("It cannot be checked now; try again.") from None
        return self.cleaned_data | {"receipts": [record["id"] for record in agreed.values()]}


def account(request: HttpRequest) -> HttpResponse:
    """Open an account if the form is valid."""
    form = SignUp(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), "text/plain", 422)
    # … open the account, its receipts' ids beside it under a unique constraint
    return HttpResponse("\n".join(form.cleaned_data["receipts"]), "text/plain")


urlpatterns = [path("account", account)]

if __name__ == "__main__":
    execute_from_command_line(["", "runserver", "--noreload", f"127.0.0.1:{PORT}"])

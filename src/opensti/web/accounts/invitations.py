"""The letter with which a person sets the password; nobody else sees the link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from opensti.domains.accounts import actions

if TYPE_CHECKING:
    from opensti.web.requests import Request

logger = structlog.get_logger(__name__)


def invite(request: Request, user_id: int) -> None:
    """Mail a person the link, in the person's language, and say whether it went out."""
    user = actions.invite(actor=request.actor, user_id=user_id, at=now())
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    link = get_adapter(request).get_reset_password_from_key_url(
        f"{user_pk_to_url_str(user)}-{token}"
    )
    with translation.override(user.language):
        subject = _("Set your password for OpenSTI")
        text = render_to_string(
            "web/accounts/mail/invitation.txt", {"person": user, "link": link}
        )
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email])
    except OSError:
        logger.exception("accounts.invitation_not_mailed", user=user.pk)
        messages.error(
            request,
            _("The mail to %(email)s could not be sent. Try again from this page.")
            % {"email": user.email},
        )
    else:
        messages.success(
            request,
            _("A link to set the password was mailed to %(email)s.")
            % {"email": user.email},
        )

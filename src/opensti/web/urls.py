from django.urls import include, path

from opensti.web import home
from opensti.web.accounts import views as accounts
from opensti.web.system import calendar
from opensti.web.system import views as system

urlpatterns = [
    path("", home.home, name="home"),
    path(
        "accounts/",
        include(
            (
                [
                    path("", accounts.Accounts.as_view(), name="accounts"),
                    path("new/", accounts.account_new, name="account_new"),
                    path("<int:user_id>/", accounts.account_page, name="account"),
                    path("<int:user_id>/role/", accounts.role_new, name="role_new"),
                    path("<int:user_id>/erase/", accounts.account_erase, name="erase"),
                    path(
                        "<int:user_id>/invite/", accounts.account_invite, name="invite"
                    ),
                    path("<int:user_id>/active/", accounts.set_active, name="active"),
                    path(
                        "role/<int:grant_id>/end/", accounts.role_end, name="role_end"
                    ),
                    path("delegations/", accounts.delegations, name="delegations"),
                    path(
                        "delegations/<int:delegation_id>/revoke/",
                        accounts.delegation_revoke,
                        name="delegation_revoke",
                    ),
                    path("keys/", accounts.tokens, name="tokens"),
                    path(
                        "keys/<int:token_id>/revoke/",
                        accounts.token_revoke,
                        name="token_revoke",
                    ),
                    path("views/save/", accounts.view_save, name="save_view"),
                    path(
                        "views/<int:view_id>/delete/",
                        accounts.view_delete,
                        name="delete_view",
                    ),
                ],
                "accounts",
            )
        ),
    ),
    path(
        "jobs/",
        include(
            (
                [
                    path("", system.Jobs.as_view(), name="list"),
                    path("<str:public_id>/", system.job_page, name="job"),
                    path("<str:public_id>/cancel/", system.job_cancel, name="cancel"),
                    path("<str:public_id>/retry/", system.job_retry, name="retry"),
                ],
                "jobs",
            )
        ),
    ),
    path(
        "procedures/",
        include(
            (
                [
                    path("", system.regimes, name="regimes"),
                    path("calendar/", calendar.calendar_page, name="calendar"),
                    path("calendar/<int:year>/", calendar.year_page, name="year"),
                    path("<slug:code>/", system.regime_page, name="regime"),
                    path(
                        "<slug:code>/switch/<slug:switch>/",
                        system.switch_set,
                        name="switch",
                    ),
                ],
                "procedures",
            )
        ),
    ),
    path(
        "record/",
        include(
            (
                [
                    path("", system.Entries.as_view(), name="entries"),
                ],
                "record",
            )
        ),
    ),
]

from django.urls import path

from opensti.web.tasks import archive, lists, need_writing, needs, orders, secrecy

app_name = "tasks"
urlpatterns = [
    path("needs/", needs.Needs.as_view(), name="needs"),
    path("needs/new/", need_writing.need_new, name="need_new"),
    path("needs/merge/", needs.need_merge, name="need_merge"),
    path("needs/bulk/<str:act>/", needs.needs_bulk, name="needs_bulk"),
    path("needs/<str:public_id>/", needs.need_page, name="need"),
    path("needs/<str:public_id>/edit/", need_writing.need_edit, name="need_edit"),
    path(
        "needs/<str:public_id>/autosave/",
        need_writing.need_autosave,
        name="need_autosave",
    ),
    path(
        "needs/<str:public_id>/files/<str:file_id>/", needs.need_file, name="need_file"
    ),
    path("needs/<str:public_id>/step/", needs.need_step, name="need_step"),
    path(
        "needs/<str:public_id>/reply-day/",
        needs.need_reply_day,
        name="need_reply_day",
    ),
    path("orders/", orders.Orders.as_view(), name="orders"),
    path("orders/new/", orders.order_new, name="order_new"),
    path("orders/<str:public_id>/", orders.order_page, name="order"),
    path("orders/<str:public_id>/edit/", orders.order_edit, name="order_edit"),
    path("orders/<str:public_id>/step/", orders.order_step, name="order_step"),
    path("lists/", lists.Lists.as_view(), name="lists"),
    path("lists/new/", lists.list_new, name="list_new"),
    path("lists/<str:public_id>/", lists.list_page, name="list"),
    path("lists/<str:public_id>/edit/", lists.list_edit, name="list_edit"),
    path("lists/<str:public_id>/approve/", lists.list_approve, name="list_approve"),
    path(
        "lists/<str:public_id>/document.<str:kind>",
        lists.list_document,
        name="list_document",
    ),
    path("secrecy/<slug:kind>/", secrecy.enter, name="secret_new"),
    path("secrecy/<slug:kind>/<str:public_id>/", secrecy.classify, name="secrecy"),
    path("archive/", archive.Archive.as_view(), name="archive"),
    path("archive/<str:public_id>/", archive.task_page, name="task"),
]

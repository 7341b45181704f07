from django.urls import path

from opensti.web.publications import articles

app_name = "publications"
P = "articles/<str:public_id>/"
urlpatterns = [
    path("articles/", articles.Articles.as_view(), name="articles"),
    path("articles/new/<slug:kind>/", articles.article_new, name="article_new"),
    path(P, articles.article_page, name="article"),
    path(f"{P}edit/", articles.article_edit, name="article_edit"),
    path(f"{P}autosave/", articles.article_autosave, name="article_autosave"),
    path(f"{P}step/", articles.article_step, name="article_step"),
    path(f"{P}file/", articles.article_file_add, name="article_file_add"),
    path(
        f"{P}file/<str:file_id>/remove/",
        articles.article_file_remove,
        name="article_file_remove",
    ),
]

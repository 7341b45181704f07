from django.urls import path

from opensti.web.overlaps import corpus, maps, own, screenings, terms

app_name = "overlaps"
urlpatterns = [
    path("", screenings.Screenings.as_view(), name="screenings"),
    path("drawn/", screenings.drawn, name="drawn"),
    path("corpus/", corpus.corpus_page, name="corpus"),
    path("archive/<str:source>/", corpus.archive_page, name="archive"),
    path("map/", maps.map_page, name="map"),
    path("map/<str:cluster_id>/", maps.cluster_page, name="cluster"),
    path("own/<slug:kind>/<str:public_id>/", own.own_check, name="own"),
    path("terms/", terms.terms_page, name="terms"),
    path("terms.csv", terms.terms_table, name="terms_table"),
    path("terms/put/", terms.put_page, name="put_terms"),
    path("terms/<str:public_id>/remove/", terms.remove_page, name="remove_terms"),
    path("terms/<str:public_id>/errors.csv", terms.bad_rows, name="terms_errors"),
    path("thresholds/", corpus.thresholds_page, name="thresholds"),
    path("screening/<str:public_id>/", screenings.screening_page, name="screening"),
    path("screening/<str:public_id>/again/", screenings.screen_again, name="again"),
    path(
        "screening/<str:public_id>/report.<str:kind>",
        screenings.screening_document,
        name="screening_document",
    ),
    path("hit/<int:hit_id>/judge/", screenings.judge, name="judge"),
    path("verdict/<int:verdict_id>/confirm/", screenings.confirm, name="confirm"),
]

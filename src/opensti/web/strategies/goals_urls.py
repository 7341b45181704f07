from django.urls import path

from opensti.web.strategies import gaps, goals, linking

urlpatterns = [
    path("gaps/", gaps.gaps, name="gaps"),
    path("goals/<str:public_id>/", goals.goal_page, name="goal"),
    path("goals/<str:public_id>/chain.xlsx", goals.chain_file, name="goal_chain"),
    path("serves/<slug:thing>/", linking.link_many, name="link_goals"),
    path("serves/<slug:thing>/<str:public_id>/", linking.link_one, name="link_goal"),
]

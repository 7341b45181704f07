from django.urls import path

from opensti.web.strategies import (
    plans,
    plans_comments,
    plans_parts,
    plans_steps,
    plans_writing,
)

PLAN = "plans/<str:public_id>/"
ACTION = "plan-actions/<str:public_id>/"
urlpatterns = [
    path("plans/", plans.Plans.as_view(), name="plans"),
    path("plans/new/", plans_writing.plan_new, name="plan_new"),
    path(PLAN, plans.plan_page, name="plan"),
    path(f"{PLAN}edit/", plans_writing.plan_edit, name="plan_edit"),
    path(f"{PLAN}table.xlsx", plans.plan_sheet, name="plan_sheet"),
    path(f"{PLAN}tree.yaml", plans.plan_file, name="plan_file"),
    path(f"{PLAN}calendar/", plans.calendar_page, name="plan_calendar"),
    path(f"{PLAN}editions/<int:number>/", plans.edition_page, name="edition"),
    path(f"{PLAN}goals/new/", plans_writing.goal_new, name="goal_new"),
    path(f"{PLAN}envelopes/new/", plans_parts.envelope_new, name="envelope_new"),
    path(
        f"{PLAN}envelopes/<int:envelope_id>/remove/",
        plans_parts.envelope_remove,
        name="envelope_remove",
    ),
    path(f"{PLAN}comments/", plans_comments.comments_page, name="comments"),
    path(f"{PLAN}comments/new/", plans_comments.comment_new, name="comment_new"),
    path(f"{PLAN}consult/", plans_steps.consult, name="consult"),
    path(f"{PLAN}issue/", plans_steps.issue, name="issue"),
    path(f"{PLAN}amend/", plans_steps.amend, name="amend"),
    path(f"{PLAN}steps/<slug:act>/", plans_steps.step, name="plan_step"),
    path(
        "plan-comments/<int:comment_id>/answer/",
        plans_comments.comment_answer,
        name="comment_answer",
    ),
    path("plan-goals/<str:public_id>/edit/", plans_writing.goal_edit, name="goal_edit"),
    path(
        "plan-goals/<str:public_id>/remove/",
        plans_writing.goal_remove,
        name="goal_remove",
    ),
    path(
        "plan-goals/<str:public_id>/actions/new/",
        plans_writing.action_new,
        name="action_new",
    ),
    path(ACTION, plans.action_page, name="action"),
    path(f"{ACTION}edit/", plans_writing.action_edit, name="action_edit"),
    path(f"{ACTION}remove/", plans_writing.action_remove, name="action_remove"),
    path(f"{ACTION}waits/", plans_writing.action_waits, name="action_waits"),
    path(f"{ACTION}follow/", plans_steps.follow, name="action_follow"),
    path(f"{ACTION}<slug:part>/new/", plans_parts.part_new, name="part_new"),
    path(f"{ACTION}<slug:part>/<int:row_id>/", plans_parts.part_edit, name="part_edit"),
    path(
        f"{ACTION}<slug:part>/<int:row_id>/remove/",
        plans_parts.part_remove,
        name="part_remove",
    ),
    path(
        f"{ACTION}milestones/<int:row_id>/done/",
        plans_parts.milestone_done,
        name="milestone_done",
    ),
    path(
        f"{ACTION}money/<int:row_id>/used/", plans_parts.money_note, name="money_note"
    ),
]

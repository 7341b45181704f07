"""What citizens say, in the world of the leak test: one text shown, one hidden, an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.supervision import actions
from opensti.domains.supervision.actions import Speaker
from opensti.kernel.access import PUBLIC

if TYPE_CHECKING:
    from tests.leaks.world import World


def prepared(world: World) -> None:
    """An unconfirmed, a published and a hidden text, a petition, and an alert."""
    cast, at = world.cast, world.end
    officer, things = cast.actor("officer"), world.things
    for name in ("unconfirmed", "published", "hidden"):
        known = {} if name == "hidden" else {"email": f"{name}@example.vn"}
        voice = actions.receive_voice(
            actor=PUBLIC,
            kind="comment",
            about=f"call:{things['call 1'].public_id}",
            text=f"Ý kiến {world.mark(f'voice {name}: text')}",
            speaker=Speaker(level="email" if known else "anonymous", **known),
            token=f"leak {name}",
            at=at,
        )
        things[f"voice {name}"] = voice
        if name == "published":
            actions.confirm_voice(
                public_id=voice.public_id, code=actions.confirm_code(voice), at=at
            )
            actions.publish_voice(actor=officer, voice_id=voice.pk, at=at)
        if name == "hidden":
            actions.hide_voice(
                actor=officer,
                voice_id=voice.pk,
                ground_code="insult",
                words="Xúc phạm một người.",
                at=at,
            )
    petition = actions.receive_voice(
        actor=cast.actor("stranger"),
        kind="petition",
        about="",
        text="Đề nghị công bố cả bản tiếng Anh.",
        title="Công bố bản tiếng Anh",
        speaker=Speaker(level="person"),
        token="leak petition",
        at=at,
    )
    actions.publish_voice(actor=officer, voice_id=petition.pk, at=at)
    things["petition open"] = petition
    actions.name_inspector(
        actor=cast.actor("admin"), user_id=world.user("auditor"), at=at
    )
    sent = actions.receive_alert(
        kind="money",
        text=f"Tin báo {world.mark('alert: text')}",
        token="leak alert",
        at=at,
    )
    things["alert open"] = sent.alert
    world.known_as("alert: address", sent.alert.public_id)


def arguments(world: World) -> dict[str, list[dict[str, Any]]]:
    """Addresses of the pages of voices; links that came by mail are nobody's here."""
    things = world.things
    voices = [
        {"public_id": things[f"voice {name}"].public_id}
        for name in ("unconfirmed", "published", "hidden")
    ]
    petitions = [{"public_id": things["petition open"].public_id}]
    call = things["call 1"].public_id
    return {
        "portal:voice": voices,
        "portal:voice_follow": [{"code": f"{voices[0]['public_id']}-x"}],
        "portal:voice_confirm": [{**voices[0], "code": "x"}],
        "portal:voices_about": [{"kind": "call", "public_id": call}],
        "portal:voice_object": [
            {"public_id": thing.public_id}
            for name, thing in things.items()
            if name.startswith("decision ")
        ],
        "portal:petition": petitions,
        "portal:support_confirm": [{"code": "x"}],
        "supervision:voice": [*voices, *petitions],
        "supervision:alert": [{"public_id": things["alert open"].public_id}],
        "supervision:alert_file": [{"public_id": "x"}],
    }

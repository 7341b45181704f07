"""What the description of the interface says of every address: how it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja import NinjaAPI, Schema

from opensti.api.acts import definitions

if TYPE_CHECKING:
    from ninja.openapi.schema import OpenAPISchema

REFUSED = "Refused"
MALFORMED = "Malformed"
JSON = "application/json"


class Wrong(Schema):
    field: str
    message: str
    mend: str


class Refused(Schema):
    """Why something was not done: nothing was written.

    ``refusal`` is its kind, ``message`` what is wrong, ``mend`` how to mend it,
    ``article`` the rule, ``who`` who could allow it, ``field`` where it is wrong.
    """

    refusal: str
    message: str
    mend: str
    article: str
    who: str
    field: str
    problems: list[Wrong] | None = None


class Fault(Schema):
    loc: list[str | int]
    msg: str
    type: str


class Malformed(Schema):
    """What was asked for is not as the description says."""

    detail: list[Fault]


# What each status means wherever it comes.
SAID = {
    "400": ("The request is no request.", (REFUSED,)),
    "401": (
        "The key is wrong, was taken back or is over, or there is none where one is needed.",
        (REFUSED,),
    ),
    "403": ("The owner of the key, or the key, may not.", (REFUSED,)),
    "404": ("There is none that you may know of.", (REFUSED,)),
    "409": ("Not possible as things stand, or somebody else was faster.", (REFUSED,)),
    "422": ("What was sent is wrong; each fault is named.", (REFUSED, MALFORMED)),
    "429": ("Too many requests; ``Retry-After`` says how long to wait.", (REFUSED,)),
    "503": ("Busy; the same may be asked again in a moment.", (REFUSED,)),
}
READS = ("401", "404", "409", "422", "429", "503")
KEYED = ("403",)
ACTS = ("400", *READS)
HEADS = {
    "ETag": "Of the very bytes; sent back as If-None-Match it is answered with 304.",
    "Last-Modified": "When anything last changed.",
    "RateLimit": "How many requests are left (IETF draft).",
}


class OpenData(NinjaAPI):
    """The interface, with its refusals in the description of every address."""

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**where)
        known = schema["components"]["schemas"]
        for model in (Refused, Malformed):
            said = model.model_json_schema(
                ref_template="#/components/schemas/{model}",
                mode="serialization",
            )
            known |= said.pop("$defs", {})
            known[model.__name__] = said
        known |= definitions()
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _refuses(method, operation)
        return schema


def _refuses(method: str, operation: dict[str, Any]) -> None:
    answers = {str(status): said for status, said in operation["responses"].items()}
    operation["responses"] = answers
    for status in READS if method == "get" else ACTS:
        answers.setdefault(status, _answer(status))
    if operation.get("security"):
        for status in KEYED:
            answers.setdefault(status, _answer(status))
    if method == "get":
        answers["304"] = {"description": "The same as the client has."}
        found = answers["200"]
        heads = {
            name: {"description": said, "schema": {"type": "string"}}
            for name, said in HEADS.items()
        }
        found.setdefault("headers", {}).update(heads)


def _answer(status: str) -> dict[str, Any]:
    said, models = SAID[status]
    refs = [{"$ref": f"#/components/schemas/{name}"} for name in models]
    return {
        "description": said,
        "content": {JSON: {"schema": refs[0] if len(refs) == 1 else {"anyOf": refs}}},
    }

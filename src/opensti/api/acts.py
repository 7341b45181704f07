"""Acts by programs: the same actions as the pages take, one address for each.

``POST /api/v1/acts/<domain>/<act>`` with the act's own arguments as JSON, or, where a
paper comes with it, as multipart with the JSON in the field ``body``. The key of the
person (``Authorization: Bearer …``) says who acts; permission, record and letters are
the action's. Amounts are whole đồng as text or integers: a number with a fraction or an
exponent is read as a decimal, never as a float.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.http import HttpRequest  # noqa: TC002 -- read by the address at run time
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from ninja.security import HttpBearer
from pydantic import BaseModel, ValidationError, create_model

from opensti.api.bodies import faulty, parsed
from opensti.api.exposed import DOMAINS, FOLLOWING, UNSAID
from opensti.api.kinds import STRICT, built, kind_of, named_in, of_files, sent_as
from opensti.domains.accounts.choices import ACT, Scope
from opensti.domains.registry.queries import actor_for
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ninja import NinjaAPI

    from opensti.domains.accounts.models import ApiToken
    from opensti.kernel.access import Actor

GIVEN = frozenset({"actor", "at"})
WEBHOOKS = "/api/v1/webhooks"
_ACT_PATH = re.compile(r"^/api/v1/acts/([a-z_]+)/")


class Bearer(HttpBearer):
    """Who acts: the owner of the key, with the roles that hold today."""

    def authenticate(
        self,
        request: HttpRequest,
        token: str,  # noqa: ARG002 -- read once, before anything else was
    ) -> Actor | None:
        held = request.api_token  # type: ignore[attr-defined]
        if held is None:
            return None
        _require_scope(held, request.path)
        found = actor_for(user=held.user, on=localdate(), sudo=held.confirms)
        actor = replace(found, reads_only=held.reads_only)
        request.actor = actor  # type: ignore[attr-defined]
        return actor


def _require_scope(held: ApiToken, path: str) -> None:
    """Refuse what the key was not made for, whatever its owner may."""
    acted = _ACT_PATH.search(path)
    scope = f"{ACT}{acted[1]}" if acted else Scope.READ_OWN
    if not acted and path.startswith(WEBHOOKS):
        scope = Scope.WEBHOOKS
    if not held.allows(scope):
        raise AccessDenied(
            _("This key is not good for “%(scope)s”.") % {"scope": scope},
            mend=_("Make a key for this use, and give it to the program."),
        )


@dataclass(frozen=True, kw_only=True)
class ActOf:
    """One act as programs take it: its function, what it is told, which are papers."""

    name: str
    function: Callable[..., Any]
    said: type[BaseModel]
    kinds: Mapping[str, Any]
    papers: Mapping[str, bool]  # by argument; True: several

    @property
    def needed(self) -> list[str]:
        """Which papers the act cannot be without."""
        known = inspect.signature(self.function).parameters
        return [k for k in self.papers if known[k].default is inspect.Parameter.empty]

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.function) or "").partition("\n")[0]


@cache
def acts() -> dict[tuple[str, str], ActOf]:
    """Every act of the domains that programs may take, by domain and name."""
    found = {}
    for domain, module in DOMAINS.items():
        for name in module.__all__:
            if name in FOLLOWING[domain]:
                continue
            function = getattr(module, name)
            if not inspect.isfunction(inspect.unwrap(function)):
                continue
            if set(inspect.signature(function).parameters) >= GIVEN:
                unsaid = UNSAID.get((domain, name), frozenset())
                found[domain, name] = _act(name, function, unsaid)
    return found


def _act(name: str, function: Callable[..., Any], unsaid: frozenset[str]) -> ActOf:
    inner = inspect.unwrap(function)
    kinds: dict[str, Any] = {}
    given: dict[str, Any] = {}
    papers: dict[str, bool] = {}
    for key, parameter in inspect.signature(inner).parameters.items():
        if key in GIVEN | unsaid:
            continue
        kind = kind_of(parameter.annotation, inner.__module__)
        if parameter.kind is parameter.VAR_KEYWORD:
            for field, of in named_in(kind).items():
                kinds[field], given[field] = of, (sent_as(of), None)
            continue
        several = of_files(kind)
        if several is not None:
            papers[key] = several
            continue
        default = ... if parameter.default is parameter.empty else parameter.default
        kinds[key] = kind
        given[key] = (sent_as(kind), default)
    said = create_model(name, __config__=STRICT, **given)
    return ActOf(name=name, function=function, said=said, kinds=kinds, papers=papers)


def take(request: HttpRequest, domain: str, name: str) -> dict[str, Any]:
    """Take one act as the owner of the key; the answer names what it made or changed.

    Raises the action's own refusals, ``Invalid`` for what the body lacks, ``NotFound``
    for an act there is not.
    """
    act = acts().get((domain, name))
    if act is None:
        raise NotFound
    said = _read(request, act)
    files = request.FILES
    papers = {
        key: files.getlist(key) if several else files.get(key)
        for key, several in act.papers.items()
        if several or key in files
    }
    if missing := [key for key in act.needed if not papers.get(key)]:
        raise faulty(missing[0], _("This paper is missing: send it as multipart."))
    made = act.function(
        actor=request.actor,  # type: ignore[attr-defined]
        at=now(),
        **{
            key: built(getattr(said, key), act.kinds[key])
            for key in said.model_fields_set
        },
        **papers,
    )
    return {"act": f"{domain}.{name}", "made": _made(made)}


def _read(request: HttpRequest, act: ActOf) -> BaseModel:
    multipart = (request.content_type or "").startswith("multipart/")
    text = request.POST.get("body", "{}") if multipart else request.body or b"{}"
    data = parsed(text)
    try:
        return act.said.model_validate(data)
    except ValidationError as faults:
        raise Invalid(
            [
                Problem(
                    field=".".join(str(part) for part in fault["loc"]),
                    message=fault["msg"],
                    mend=_("See the description of the act."),
                )
                for fault in faults.errors()
            ]
        ) from None


def _made(thing: Any) -> Any:
    """What an act returned, by its identifiers and state; nothing of its content."""
    if isinstance(thing, Model):
        found: dict[str, Any] = {"kind": thing._meta.label_lower, "id": thing.pk}
        for name in ("public_id", "number", "state", "version", "sha256"):
            if hasattr(thing, name):
                found[name] = getattr(thing, name)
        case = getattr(thing, "case", None)
        return found | ({"state": case.state} if case is not None else {})
    if isinstance(thing, (list, tuple)):
        return [_made(one) for one in thing]
    if is_dataclass(thing):
        return {f.name: _made(getattr(thing, f.name)) for f in fields(thing)}
    return thing if isinstance(thing, (str, int, bool, type(None))) else str(thing)


class Made(BaseModel):
    """Which act was taken, and the identifiers and state of what it made or changed."""

    act: str
    made: Any = None


def add_to(api: NinjaAPI) -> None:
    """Give each act its address and its description."""
    for (domain, name), act in acts().items():
        post = api.post(
            f"/acts/{domain}/{name}",
            auth=Bearer(),
            response=Made,
            tags=["acts"],
            operation_id=f"acts_{domain}_{name}",
            summary=act.summary,
            description=inspect.getdoc(act.function),
            openapi_extra={"requestBody": {"content": _described(domain, act)}},
        )
        post(_view(domain, name))


def _view(domain: str, name: str) -> Callable[[HttpRequest], dict[str, Any]]:
    def view(request: HttpRequest) -> dict[str, Any]:
        return take(request, domain, name)

    return view


def definitions() -> dict[str, Any]:
    """What the bodies of acts refer to, each under the name of its domain."""
    found: dict[str, Any] = {}
    for (domain, _name), act in acts().items():
        for name, said in _schema(domain, act).get("$defs", {}).items():
            found[f"{domain}_{name}"] = said
    return found


def _schema(domain: str, act: ActOf) -> dict[str, Any]:
    where = f"#/components/schemas/{domain}_{{model}}"
    return act.said.model_json_schema(ref_template=where)


def _described(domain: str, act: ActOf) -> dict[str, Any]:
    schema = _schema(domain, act)
    schema.pop("$defs", None)
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if act.papers:
        one = {"type": "string", "format": "binary"}
        content = {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"body": schema}
                    | {
                        key: {"type": "array", "items": one} if several else one
                        for key, several in act.papers.items()
                    },
                    "required": act.needed,
                }
            }
        }
    return content

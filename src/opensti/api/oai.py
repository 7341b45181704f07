"""OAI-PMH 2.0: the register for harvesters, as OpenAIRE CERIF 1.2 and Dublin Core.

http://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from opensti.api.oai_asked import (
    CERIF,
    DUBLIN_CORE,
    Asked,
    OaiError,
    read,
)
from opensti.domains.publications.queries import (
    harvest_began,
    harvest_part,
    harvest_record,
    harvest_size,
)
from opensti.exports import cerif
from opensti.exports.harvest import words_of
from opensti.exports.house import house, moment
from opensti.exports.xml import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from opensti.domains.publications.models import HarvestRecord
    from opensti.exports.cerif import Item

AT_ONCE = 100
DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")
NOBODY = "house.invalid"
OAI = "http://www.openarchives.org/OAI/2.0/"
NAMED = f"{OAI}oai-identifier"
DC = "http://purl.org/dc/elements/1.1/"
COMPATIBLE = f"{cerif.VOCABULARY}/OpenAIRE_Service_Compatibility"
# Prefix of a format, with its schema and its namespace.
FORMATS = {
    CERIF: (
        "https://www.openaire.eu/schema/cris/1.2/openaire-cerif-profile.xsd",
        cerif.SPACE,
    ),
    DUBLIN_CORE: (f"{OAI}oai_dc.xsd", f"{OAI}oai_dc/"),
}


@csrf_exempt  # nothing is changed, and harvesters may ask by POST
@require_http_methods(["GET", "HEAD", "POST"])
def endpoint(request: HttpRequest) -> HttpResponse:
    """One question of a harvester; whatever is wrong with it is an answer, too."""
    given = request.POST if request.method == "POST" else request.GET
    said = ""
    try:
        asked = read(given)
        said = "".join(f" {name}={quoteattr(v)}" for name, v in asked.given.items())
        body = "".join(_VERBS[asked.verb](asked))
    except OaiError as error:
        if error.code in ("badVerb", "badArgument"):
            said = ""  # the protocol wants what was not understood left out
        body = f'<error code="{error.code}">{escape(clean(error.said))}</error>\n'
    response = HttpResponse(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="{OAI}">'
        f"<responseDate>{moment(timezone.now())}</responseDate>"
        f"<request{clean(said)}>{escape(_address())}</request>\n{body}</OAI-PMH>\n",
        content_type="text/xml; charset=utf-8",
    )
    response["Cache-Control"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _address() -> str:
    return f"{house().address}/api/oai"


def _host() -> str:
    """The house as part of every identifier; stays while its address does.

    The protocol wants a name with a dot: a house on a machine without one is told under
    a name that is nobody's (RFC 2606).
    """
    found = urlsplit(house().address).hostname or ""
    return found if DOMAIN.fullmatch(found) else NOBODY


def identifier(key: str) -> str:
    return f"oai:{_host()}:{key}"


def _identify(_asked: Asked) -> Iterator[str]:
    publisher, here = house(), escape(_address())
    began = moment(harvest_began() or timezone.now())
    yield f"<Identify><repositoryName>{escape(publisher.name_vi)}</repositoryName>"
    yield f"<baseURL>{here}</baseURL><protocolVersion>2.0</protocolVersion>"
    yield f"<adminEmail>{escape(settings.DEFAULT_FROM_EMAIL)}</adminEmail>"
    yield f"<earliestDatestamp>{began}</earliestDatestamp>"
    yield "<deletedRecord>persistent</deletedRecord>"
    yield "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity>\n"
    yield f'<description><oai-identifier xmlns="{NAMED}"><scheme>oai</scheme>'
    yield f"<repositoryIdentifier>{_host()}</repositoryIdentifier>"
    yield "<delimiter>:</delimiter><sampleIdentifier>"
    yield f"{identifier(cerif.PUBLISHER)}</sampleIdentifier>"
    yield "</oai-identifier></description>\n"
    yield f'<description><Service xmlns="{cerif.SPACE}" id="Services/register">'
    yield f'<Compatibility xmlns="{COMPATIBLE}">{COMPATIBLE}#1.2</Compatibility>'
    yield f"<Acronym>{_host()}</Acronym>"
    yield f'<Name xml:lang="vi">{escape(publisher.name_vi)}</Name>'
    yield f'<Name xml:lang="en">{escape(publisher.name_en)}</Name>'
    yield f"<WebsiteURL>{escape(publisher.page())}</WebsiteURL>"
    yield f"<OAIPMHBaseURL>{here}</OAIPMHBaseURL>"
    yield f'<Owner><OrgUnit id="{cerif.PUBLISHER}"/></Owner>'
    yield "</Service></description></Identify>\n"


def _formats(asked: Asked) -> Iterator[str]:
    if "identifier" in asked.given:
        _row(asked)
    yield "<ListMetadataFormats>"
    for prefix, (schema, space) in FORMATS.items():
        yield f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix>"
        yield f"<schema>{schema}</schema>"
        yield f"<metadataNamespace>{space}</metadataNamespace></metadataFormat>"
    yield "</ListMetadataFormats>\n"


def _sets(_asked: Asked) -> Iterator[str]:
    yield "<ListSets>"
    for kind in cerif.SETS:
        yield f"<set><setSpec>openaire_cris_{kind}</setSpec>"
        yield f"<setName>OpenAIRE_CRIS_{kind}</setName></set>"
    yield "</ListSets>\n"


def _record(asked: Asked) -> Iterator[str]:
    row = _row(asked)
    yield "<GetRecord>"
    yield _told(row, words_of([row]).get(row.key), asked.given["metadataPrefix"])
    yield "</GetRecord>\n"


def _row(asked: Asked) -> HarvestRecord:
    wanted = asked.given["identifier"]
    begins = identifier("")
    row = None
    if wanted.startswith(begins):
        row = harvest_record(wanted.removeprefix(begins))
    if row is None:
        raise OaiError("idDoesNotExist", "There is no record with this identifier.")
    return row


def _list(asked: Asked) -> Iterator[str]:
    """One part of a list, whole records or their headers, and the way to the next."""
    page = asked.page
    rows = list(harvest_part(page.wanted, after=page.after, at_once=AT_ONCE + 1))
    if not rows and not page.told:
        raise OaiError("noRecordsMatch", "There is no such record.")
    more, rows = len(rows) > AT_ONCE, rows[:AT_ONCE]
    if more and not page.size:
        page = replace(page, size=harvest_size(page.wanted))
    found = words_of(rows)
    yield f"<{asked.verb}>\n"
    for row in rows:
        item = found.get(row.key)
        if asked.verb == "ListIdentifiers":
            yield _header(row, deleted=item is None)
        else:
            yield _told(row, item, page.prefix)
        yield "\n"
    if more or page.told:
        size = max(page.size, page.told + len(rows))
        yield f'<resumptionToken completeListSize="{size}" cursor="{page.told}">'
        if more:
            after = replace(page, after=rows[-1].pk, told=page.told + len(rows))
            yield after.token()
        yield "</resumptionToken>"
    yield f"</{asked.verb}>\n"


def _told(row: HarvestRecord, item: Item | None, prefix: str) -> str:
    header = _header(row, deleted=item is None)
    if item is None:
        return f"<record>{header}</record>"
    words = item.text if prefix == CERIF else _dublin_core(item)
    return f"<record>{header}<metadata>{words}</metadata></record>"


def _header(row: HarvestRecord, *, deleted: bool) -> str:
    status = ' status="deleted"' if deleted else ""
    return (
        f"<header{status}><identifier>{escape(identifier(row.key))}</identifier>"
        f"<datestamp>{moment(row.changed_at)}</datestamp>"
        f"<setSpec>openaire_cris_{row.kind}</setSpec></header>"
    )


def _dublin_core(item: Item) -> str:
    lines = []
    for name, text, language in item.plain:
        if text:
            spoken = f' xml:lang="{language}"' if language else ""
            lines.append(f"<dc:{name}{spoken}>{escape(clean(text))}</dc:{name}>")
    return (
        f'<oai_dc:dc xmlns:oai_dc="{OAI}oai_dc/" xmlns:dc="{DC}">'
        + "".join(lines)
        + "</oai_dc:dc>"
    )


_VERBS = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "GetRecord": _record,
    "ListIdentifiers": _list,
    "ListRecords": _list,
}

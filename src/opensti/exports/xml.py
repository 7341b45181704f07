"""Writing XML: elements with text that every reader of XML takes."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def under(parent: ET.Element, name: str, text: str = "", /, **said: str) -> ET.Element:
    """Put an element into another; characters that XML does not know are left out."""
    found = ET.SubElement(parent, name, said)
    found.text = clean(text) or None
    return found


def clean(text: str) -> str:
    return _NOT_XML.sub("", text)

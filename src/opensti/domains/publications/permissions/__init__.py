"""Who decides what the public may see, who writes to readers, who reads red flags."""

from opensti.domains.publications.permissions import flags as flags
from opensti.domains.publications.permissions import reading as reading

"""Who decides what the public may see, who writes to readers, who reads red flags."""

from opensti.domains.publications.permissions import (
    flags as flags,
)
from opensti.domains.publications.permissions import (
    honours as honours,
)
from opensti.domains.publications.permissions import (
    partners as partners,
)
from opensti.domains.publications.permissions import (
    policy as policy,
)
from opensti.domains.publications.permissions import (
    reading as reading,
)
from opensti.domains.publications.permissions import (
    register as register,
)
from opensti.domains.publications.permissions import (
    stages as stages,
)

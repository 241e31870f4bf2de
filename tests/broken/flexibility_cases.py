"""Programmes at the wrong sites, and servers beyond the need for work that cannot use them."""

from __future__ import annotations

from tests.broken.folders import Broken, Wrong

_FIRST = "    target: Trí tuệ nhân tạo như dịch vụ\n"

FLEXIBILITY = (
    Broken(
        "programme at no site",
        "services.yaml",
        _FIRST,
        _FIRST + "    sites: [nam-can]\n",
        (
            Wrong(
                "sites: [nam-can]",
                "programmes[ai-assistants].sites[0]",
                "'nam-can'",
                "only khu-cong-nghe-so (sites of sites.yaml)",
            ),
        ),
    ),
    Broken(
        "programme at a site of another payer",
        "services.yaml",
        "    payer: state\n" + _FIRST,
        "    payer: enterprise\n" + _FIRST + "    sites:\n      - khu-cong-nghe-so\n",
        (
            Wrong(
                "- khu-cong-nghe-so",
                "programmes[ai-assistants].sites[0]",
                "'khu-cong-nghe-so'",
                "a site whose payer is 'enterprise', as the programme's: this one has 'state'",
            ),
        ),
    ),
    Broken(
        "site of a programme twice",
        "services.yaml",
        _FIRST,
        _FIRST + "    sites: [khu-cong-nghe-so,\n      khu-cong-nghe-so]\n",
        (
            Wrong(
                "      khu-cong-nghe-so]",
                "programmes[ai-assistants].sites[1]",
                "'khu-cong-nghe-so'",
                "each of them once: it stands in line 89 already",
            ),
        ),
    ),
    Broken(
        "extra servers for work that cannot wait",
        "services.yaml",
        '    interactive: true\n    source: "assumption: officials',
        '    interactive: true\n    extra_servers: true\n    source: "assumption: officials',
        (
            Wrong(
                "extra_servers: true",
                "load_classes[office-hours].extra_servers",
                "does not fit together",
                "extra_servers run waiting work: deferrable_fraction must be above 0",
            ),
        ),
    ),
)

"""Where a school's Microsoft 365 is: the addresses of the world's cloud and of the national ones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where Graph answers, and where its tokens come from."""

    graph: str
    authority: str


CLOUDS = {
    "global": Cloud("https://graph.microsoft.com/v1.0", "https://login.microsoftonline.com"),
    "us-government": Cloud("https://graph.microsoft.us/v1.0", "https://login.microsoftonline.us"),
    "us-defence": Cloud("https://dod-graph.microsoft.us/v1.0", "https://login.microsoftonline.us"),
    "china": Cloud("https://microsoftgraph.chinacloudapi.cn/v1.0", "https://login.chinacloudapi.cn"),
}

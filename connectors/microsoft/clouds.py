"""The addresses of Microsoft's clouds: the global one and the national ones.

Stands alone because it needs no library of Microsoft's: signing in reads it where those are not installed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cloud:
    """Addresses of one cloud: Graph, the authority of its tokens, the issuer of ID tokens.

    `exchange`: the audience of a managed identity's token when it vouches for an app. Sources:
    learn.microsoft.com, "National clouds" and "Configure an application to trust a managed identity".
    """

    graph: str
    authority: str
    issuer: str
    exchange: str = "api://AzureADTokenExchange"


WORLD, US = "https://login.microsoftonline.com", "https://login.microsoftonline.us"
CHINA, CHINAS_ISSUER = "https://login.chinacloudapi.cn", "https://login.partner.microsoftonline.cn"
FOR_US, FOR_CHINA = "api://AzureADTokenExchangeUSGov", "api://AzureADTokenExchangeChina"

CLOUDS = {
    "global": Cloud("https://graph.microsoft.com/v1.0", WORLD, WORLD),
    "us-government": Cloud("https://graph.microsoft.us/v1.0", US, US, FOR_US),
    "us-defence": Cloud("https://dod-graph.microsoft.us/v1.0", US, US, FOR_US),
    "china": Cloud("https://microsoftgraph.chinacloudapi.cn/v1.0", CHINA, CHINAS_ISSUER, FOR_CHINA),
}

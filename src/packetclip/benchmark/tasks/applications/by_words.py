"""What nDPI's categories and applications are called in a sentence."""

from __future__ import annotations

from typing import Final

__all__ = ["TEMPLATES", "application_words", "category_words", "sentences"]

TEMPLATES: Final = ("{}.", "The flow carries {}.", "This traffic is {}.", "A host uses {}.")
CATEGORIES: Final = {
    "Advertisement": "web advertisements",
    "Chat": "instant messaging",
    "Cloud": "cloud services",
    "Collaborative": "online collaboration",
    "ConnCheck": "a check of the connection to the internet",
    "Crypto_Currency": "a cryptocurrency network",
    "Database": "queries to a database",
    "DataTransfer": "transfer of data",
    "Download": "file download and file sharing",
    "Email": "electronic mail",
    "Game": "an online game",
    "IoT-Scada": "control of industrial machines and devices",
    "Media": "media streaming",
    "Music": "music streaming",
    "Network": "network services such as name resolution and routing",
    "RemoteAccess": "remote access to another computer",
    "RPC": "remote procedure calls",
    "SocialNetwork": "a social network",
    "SoftwareUpdate": "a software update",
    "System": "system services such as time, file shares and directories",
    "Video": "video streaming",
    "VoIP": "voice calls",
    "VPN": "a virtual private network",
    "Web": "web browsing",
}
"""nDPI's categories in words; one that is not here stands for itself."""


def category_words(category: str) -> str:
    """What a category is called in a sentence.

    >>> category_words("VoIP"), category_words("Air_Traffic")
    ('voice calls', 'air traffic')
    """
    return CATEGORIES.get(category, category.replace("_", " ").replace("-", " ").lower())


def application_words(application: str, category: str) -> str:
    """What an application is called in a sentence, its category beside.

    >>> application_words("QUIC.YouTube", "Media"), application_words("OpenVPN", "VPN")
    ('YouTube, media streaming over QUIC', 'OpenVPN, a virtual private network')
    """
    protocol, _, owner = application.partition(".")
    words = category_words(category)
    return f"{owner}, {words} over {protocol}" if owner else f"{protocol}, {words}"


def sentences(words: str) -> list[str]:
    """Some ways to say it."""
    told = [template.format(words) for template in TEMPLATES]
    return [one[0].upper() + one[1:] for one in told]

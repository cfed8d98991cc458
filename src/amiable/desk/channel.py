"""Channel: by which way a company's messages of one channel leave.

E-mails go by the company's own mail server, else that of the installation, else into a folder, so
that nothing leaves by accident. What no program carries is done by a person.
"""

from amiable.channels.message import ChannelClosed, Sender
from amiable.desk.mail_server import open_mail
from amiable.engine.parties import Channel
from amiable.store.models import Company


class ByHand(ChannelClosed):
    """A person does it: prints, posts or calls. Its messages wait for that person."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(f"{channel.value}: done by hand")


def channel_for(company: Company, channel: Channel) -> Sender:
    """The open way of a company's messages of one channel.

    Raises ChannelClosed when it cannot work as it is set up, ByHand when there is no such way.
    """
    if channel is Channel.EMAIL:
        return open_mail(company)
    raise ByHand(channel)

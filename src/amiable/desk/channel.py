"""Channel: by which way a company's messages of one channel leave.

E-mails go by the company's own mail server, else that of the installation, else into a folder, so
that nothing leaves by accident; text messages by the company's gateway, else there too. What no
program carries is done by a person.
"""

from amiable.channels.message import ChannelClosed, Sender
from amiable.desk.mail_server import open_mail
from amiable.desk.postal import postal_channel
from amiable.desk.sms import sms_channel, sms_folder
from amiable.engine.parties import POSTAL, Channel
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
    if channel in POSTAL and (postal := postal_channel(company)) is not None:
        return postal
    if channel is Channel.SMS:
        return sms_channel(company) or sms_folder()
    raise ByHand(channel)

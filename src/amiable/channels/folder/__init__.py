"""A folder that receives the messages as files: the default channel, and the demo's."""

from amiable.channels.folder.folder import open_folder, open_text_folder

__all__ = ["open_folder", "open_text_folder"]

"""Reads checks/ and rules/ strictly."""

from amip_dq.content.folder import content_folder, shipped_content
from amip_dq.content.load import load_content

__all__ = ["content_folder", "load_content", "shipped_content"]

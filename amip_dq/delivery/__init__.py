"""Files → raw rows → typed tables; rejected rows; structure; profile and gate."""

from amip_dq.delivery.defects import find_defects
from amip_dq.delivery.gate import inspect_delivery, warm_up
from amip_dq.delivery.previous import load_previous
from amip_dq.delivery.read import read_delivery

__all__ = ["find_defects", "inspect_delivery", "load_previous", "read_delivery", "warm_up"]

"""What comes in besides the desk: labels, mails, alarms of machines."""

from luyue.channels.models.alarms import AlarmSource, Delivery, MachineAlarm
from luyue.channels.models.labels import Label, LabelReport, Tally
from luyue.channels.models.mails import IncomingMail, Mailbox, Receipt, SenderAddress

__all__ = [
    "AlarmSource",
    "Delivery",
    "IncomingMail",
    "Label",
    "LabelReport",
    "MachineAlarm",
    "Mailbox",
    "Receipt",
    "SenderAddress",
    "Tally",
]

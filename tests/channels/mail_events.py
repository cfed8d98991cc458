"""Events as the services document them, with what each means to us.

Sources: postmarkapp.com/developer/webhooks, documentation.mailgun.com (webhooks payloads),
developers.brevo.com/docs/transactional-webhooks, dev.mailjet.com/email/guides/webhooks,
resend.com/docs/dashboard/webhooks/event-types, the event webhook reference of SendGrid, and
developers.sparkpost.com (webhooks); shortened to what concerns a message.
"""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

from amiable.channels.message import Fault
from amiable.channels.provider import MailState

MARK = "m-1@fournil.example"
WHO = "achats@marchand.example"
MAILGUN_KEY = "signing-key-of-mailgun"
RESEND_KEY = "whsec_" + b64encode(b"a-secret-of-resend-24-by").decode()

Case = tuple[Any, tuple[MailState, Fault | None]]
NOBODY = (MailState.LOST, Fault.NOBODY)
STOPPED = (MailState.LOST, Fault.STOPPED)
LOST = (MailState.LOST, None)
DELAYED = (MailState.DELAYED, None)
DELIVERED = (MailState.DELIVERED, None)
OPENED = (MailState.OPENED, None)
TAKEN = (MailState.TAKEN, None)
COMPLAINED = (MailState.COMPLAINED, Fault.STOPPED)


def postmark(record: str, mark: str = MARK, **more: Any) -> dict[str, Any]:
    return {
        "RecordType": record, "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "ServerID": 23, "MessageStream": "outbound", "Tag": "", "Metadata": {"amiable": mark},
        **more,
    }  # fmt: skip


def _bounce(kind: str, code: int, words: str) -> dict[str, Any]:
    return postmark(
        "Bounce", ID=4_323_372_036_854_775_807, Type=kind, TypeCode=code, Name=kind,
        Description=words, Details="smtp;550 5.1.1 no such user", Email=WHO, Inactive=True,
        From="compta@fournil.example", BouncedAt="2026-02-19T16:33:54Z", Subject="Facture",
    )  # fmt: skip


POSTMARK: dict[str, Case] = {
    "delivery": (postmark("Delivery", Recipient=WHO, DeliveredAt="2026-02-19T16:33:54.9070259Z",
                          Details="smtp;250 2.0.0 OK"), DELIVERED),
    "open": (postmark("Open", FirstOpen=True, Recipient=WHO, ReceivedAt="2026-02-19T16:43:54Z"),
             OPENED),
    "hard bounce": (_bounce("HardBounce", 1, "The server was unable to deliver"), NOBODY),
    "bad address": (_bounce("BadEmailAddress", 100_000, "not a valid e-mail address"), NOBODY),
    "soft bounce": (_bounce("SoftBounce", 4096, "mailbox full"), DELAYED),
    "transient": (_bounce("Transient", 2, "will be retried"), DELAYED),
    "blocked": (_bounce("Blocked", 100_006, "blocked by the receiver"), LOST),
    "spam notification": (_bounce("SpamNotification", 512, "classified as spam"), COMPLAINED),
    "complaint": (postmark("SpamComplaint", ID=1, Type="SpamComplaint", TypeCode=512, Email=WHO,
                           BouncedAt="2026-02-19T16:33:54Z"), COMPLAINED),
    "suppressed": (postmark("SubscriptionChange", Recipient=WHO, SuppressSending=True,
                            ChangedAt="2026-02-19T16:33:54Z",
                            SuppressionReason="ManualSuppression"), COMPLAINED),
}  # fmt: skip


def brevo(event: str, mark: str = MARK, **more: Any) -> dict[str, Any]:
    return {
        "event": event, "email": WHO, "id": 26_224, "date": "2026-02-19 10:00:00",
        "ts": 1_771_491_600, "ts_event": 1_771_491_600, "ts_epoch": 1_771_491_600_000,
        "message-id": "<202602191030.00000001@smtp-relay.mailin.fr>", "subject": "Facture",
        "sending_ip": "185.41.28.109", "X-Mailin-custom": json.dumps({"amiable": mark}), **more,
    }  # fmt: skip


BREVO: dict[str, Case] = {
    "request": (brevo("request"), TAKEN),
    "delivered": (brevo("delivered"), DELIVERED),
    "soft bounce": (brevo("soft_bounce", reason="452 mailbox full"), DELAYED),
    "hard bounce": (brevo("hard_bounce", reason="550 no such user"), NOBODY),
    "invalid": (brevo("invalid_email"), NOBODY),
    "deferred": (brevo("deferred", reason="451 try later"), DELAYED),
    "blocked": (brevo("blocked"), LOST),
    "error": (brevo("error"), LOST),
    "spam": (brevo("spam"), COMPLAINED),
    "unsubscribe": (brevo("unsubscribe"), COMPLAINED),
    "opened": (brevo("unique_opened"), OPENED),
    "opened by a proxy": (brevo("proxy_open"), OPENED),
}


def mailjet(event: str, **more: Any) -> dict[str, Any]:
    return {
        "event": event, "time": 1_771_491_600, "MessageID": 19_421_777_835_146_490,
        "Message_GUID": "1ab23cd4-e567-8901-2345-6789f0gh1i2j", "email": WHO, "mj_campaign_id": 1,
        "mj_contact_id": 4, "customcampaign": "", "CustomID": "",
        "Payload": json.dumps({"amiable": MARK}), **more,
    }  # fmt: skip


MAILJET: dict[str, Case] = {
    "sent": (mailjet("sent", smtp_reply="sent (250 2.0.0 OK)"), DELIVERED),
    "open": (mailjet("open", ip="127.0.0.1", geo="FR", agent="x"), OPENED),
    "hard bounce": (mailjet("bounce", blocked=False, hard_bounce=True,
                            error_related_to="recipient", error="user unknown"), NOBODY),
    "soft bounce": (mailjet("bounce", blocked=False, hard_bounce=False,
                            error_related_to="recipient", error="quota exceeded"), DELAYED),
    "blocked": (mailjet("blocked", error_related_to="recipient", error="preblocked"), LOST),
    "blocked who complained": (mailjet("blocked", error="spam reporter"), STOPPED),
    "spam": (mailjet("spam", source="JMRPP"), COMPLAINED),
    "unsub": (mailjet("unsub", mj_list_id=1), COMPLAINED),
    "several at once": ([mailjet("sent")], DELIVERED),
}  # fmt: skip


def sparkpost(event: str, **more: Any) -> list[dict[str, Any]]:
    said = {
        "type": event, "timestamp": "1771491600", "transmission_id": "65832150921904138",
        "message_id": "000443ee14578172be22", "event_id": "92356927693813856", "rcpt_to": WHO,
        "raw_rcpt_to": WHO, "rcpt_meta": {"amiable": MARK}, **more,
    }  # fmt: skip
    return [{"msys": {"message_event": said}}]


SPARKPOST: dict[str, Case] = {
    "delivery": (sparkpost("delivery"), DELIVERED),
    "injection": (sparkpost("injection"), TAKEN),
    "hard bounce": (sparkpost("bounce", bounce_class="10", raw_reason="550 no user"), NOBODY),
    "soft bounce": (sparkpost("bounce", bounce_class="22", raw_reason="452 full"), DELAYED),
    "blocked": (sparkpost("bounce", bounce_class="50", raw_reason="554 blocked"), LOST),
    "delay": (sparkpost("delay", bounce_class="24"), DELAYED),
    "complaint": (sparkpost("spam_complaint"), COMPLAINED),
    "refused by policy": (sparkpost("policy_rejection", bounce_class="25"), LOST),
    "out of band": (sparkpost("out_of_band", bounce_class="10"), NOBODY),
}


def mailgun(event: str, mark: str = MARK, **more: Any) -> dict[str, Any]:
    return {
        "event-data": {
            "event": event, "id": "CPgfbmQMTCKtHW6uIWtuVe", "timestamp": 1_771_491_600.327,
            "recipient": WHO, "user-variables": {"amiable": mark}, "tags": [],
            "message": {"headers": {"to": WHO, "message-id": "20260219.1.abc@fournil.example",
                                    "from": "compta@fournil.example", "subject": "Facture"}},
            **more,
        }
    }  # fmt: skip


MAILGUN: dict[str, Case] = {
    "delivered": (mailgun("delivered", **{"delivery-status": {"code": 250, "message": "OK"}}),
                  DELIVERED),
    "opened": (mailgun("opened", **{"client-info": {"client-os": "Linux"}}), OPENED),
    "failed for good": (mailgun("failed", severity="permanent", reason="bounce",
                                **{"delivery-status": {"code": 550, "message": "no user"}}),
                        NOBODY),
    "failed for now": (mailgun("failed", severity="temporary", reason="generic",
                               **{"delivery-status": {"code": 452, "message": "full"}}), DELAYED),
    "suppressed for a bounce": (mailgun("failed", severity="permanent", reason="suppress-bounce"),
                                NOBODY),
    "suppressed for a complaint": (mailgun("failed", severity="permanent",
                                           reason="suppress-complaint"), STOPPED),
    "rejected": (mailgun("rejected", reject={"reason": "Sandbox subdomains are for test purposes"}),
                 LOST),
    "complained": (mailgun("complained"), COMPLAINED),
    "unsubscribed": (mailgun("unsubscribed"), COMPLAINED),
}  # fmt: skip


def mailgun_call(body: dict[str, Any], token: str = "c47468e8") -> dict[str, Any]:
    """An event with Mailgun's signature."""
    stamp = "1771491600"
    made = hmac.digest(MAILGUN_KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hex()
    return {**body, "signature": {"timestamp": stamp, "token": token, "signature": made}}


def _resend(event: str, **more: Any) -> dict[str, Any]:
    return {
        "type": f"email.{event}", "created_at": "2026-02-19T10:00:00.126Z",
        "data": {"created_at": "2026-02-19T09:59:00.123Z", "to": [WHO], "subject": "Facture",
                 "email_id": "56761188-7520-42d8-8898-ff6fc54ce618", "from": "x@fournil.example",
                 "headers": [{"name": "X-Metadata", "value": json.dumps({"amiable": MARK})}],
                 **more},
    }  # fmt: skip


RESEND: dict[str, Case] = {
    "sent": (_resend("sent"), TAKEN),
    "delivered": (_resend("delivered"), DELIVERED),
    "delayed": (_resend("delivery_delayed"), DELAYED),
    "complained": (_resend("complained"), COMPLAINED),
    "opened": (_resend("opened"), OPENED),
    "bounced": (_resend("bounced", bounce={"type": "Permanent", "subType": "General", "message":
                "The recipient's email provider sent a hard bounce message."}), NOBODY),
    "bounced for now": (_resend("bounced", bounce={"type": "Transient", "subType": "MailboxFull",
                        "message": "The recipient's email provider sent a bounce message because"
                                   " the recipient's inbox was full."}), DELAYED),
    "suppressed": (_resend("bounced", bounce={"type": "Permanent", "subType": "Suppressed",
                   "message": "Resend has suppressed sending to this address."}), LOST),
}  # fmt: skip


def resend_headers(raw: bytes, at: datetime) -> dict[str, str]:
    """Resend's signature over a body, for a request factory."""
    key = b64decode(RESEND_KEY.removeprefix("whsec_"))
    stamp = str(int(at.timestamp()))
    made = b64encode(hmac.digest(key, f"msg_1.{stamp}.".encode() + raw, hashlib.sha256)).decode()
    return {"svix_id": "msg_1", "svix_timestamp": stamp, "svix_signature": f"v1,old v1,{made}"}


def _sendgrid(event: str, **more: Any) -> dict[str, Any]:
    return {
        "email": WHO, "timestamp": 1_771_491_600, "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd>",
        "event": event, "sg_event_id": "ZyjAM7rnQbuM1VL9", "sg_message_id": "14c5d75ce93.filter0",
        "anymail_id": "7f1d7d6a-0000-4000-8000-000000000001", "amiable": MARK, **more,
    }  # fmt: skip


SENDGRID: dict[str, Case] = {
    "processed": (_sendgrid("processed"), TAKEN),
    "delivered": (_sendgrid("delivered", response="250 OK"), DELIVERED),
    "deferred": (_sendgrid("deferred", response="451 later", attempt="5"), DELAYED),
    "bounce": (_sendgrid("bounce", reason="550 no such user", status="5.1.1", type="bounce"),
               NOBODY),
    "blocked": (_sendgrid("bounce", reason="554 blocked", status="5.7.1", type="blocked"), LOST),
    "dropped for a bounce": (_sendgrid("dropped", reason="Bounced Address"), NOBODY),
    "dropped who unsubscribed": (_sendgrid("dropped", reason="Unsubscribed Address"), STOPPED),
    "open": (_sendgrid("open", useragent="x", ip="192.0.2.1"), OPENED),
    "spam report": (_sendgrid("spamreport"), COMPLAINED),
}  # fmt: skip

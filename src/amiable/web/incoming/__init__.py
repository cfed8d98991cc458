"""Mails that another system hands in, for companies whose mailbox is not read by IMAP."""

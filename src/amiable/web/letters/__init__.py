"""Letters: the texts of the reminders, edited with a live preview."""

"""What the reminders did: days gained, money that followed, answers."""

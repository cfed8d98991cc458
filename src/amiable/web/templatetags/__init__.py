"""What the templates may say: texts, money, days, icons, habit strips."""

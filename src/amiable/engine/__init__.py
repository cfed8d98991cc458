"""The trade itself: values in, values out. Standard library only; opens no file, asks no time."""

"""Post: letters to print and to post, batch by batch, letter by letter."""

"""Files that come with the product: policies ready to publish."""

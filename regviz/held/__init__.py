"""What a page is held against: exact or printed values beside ours, one module a topic."""

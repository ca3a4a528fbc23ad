"""The participant's own copy: all that is recorded about one person, in words that the person understands."""

"""Who is at work, what they may do, and whose journeys they may open."""

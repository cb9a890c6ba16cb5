"""Activities: sessions get rooms, people sign up and come."""

# The organizer's pages

"""What a customer signs by pressing a button, as a paper of the file."""

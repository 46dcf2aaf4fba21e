"""The boards people begin with: the service-quality cockpit, hand-overs between departments, and promises."""

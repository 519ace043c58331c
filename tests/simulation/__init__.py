"""A whole county under a fake wire and clock: the real desks, mailrooms, couriers and stores, one seed for all that goes wrong."""
